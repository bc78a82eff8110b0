import { randomUUID } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { ConfigView } from '../config/config.js';
import { RegionSection } from '../config/sections/region.js';
import { ServiceSection } from '../config/sections/service.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import type { Instance, ServiceIdentity } from '../endpoint/instance.js';
import type { Listener } from '../endpoint/listener.js';

/** Who this application is (`servicecomb.service.*`). */
export function ownIdentity(config: ConfigView, fallbackName: string): ServiceIdentity {
  const { name, app, version, environment } = config.section(ServiceSection);
  return { service: name || fallbackName, app, version, environment };
}

/** The instance to register, with the addresses that others reach it by. */
export function ownInstance(config: ConfigView, identity: ServiceIdentity, endpoints: readonly Endpoint[]): Instance {
  const service = config.section(ServiceSection);
  const { name, region, availableZone } = config.section(RegionSection);
  return {
    ...identity,
    id: randomUUID().replaceAll('-', ''),
    hostName: service.hostname === '$INTERNAL_IP' ? reachableAddress() : service.hostname || hostname(),
    status: service.status,
    endpoints,
    metadata: service.instanceProperties,
    ...(name !== '' && availableZone !== '' && { dataCenter: { name, region: region || name, availableZone } }),
  };
}

/** What is registered for a listener: the advertised address where one is configured, else where it really listens. */
export function advertised(listener: Listener, bound: Endpoint): Endpoint {
  const { advertise } = listener;
  if (advertise) return { ...bound, host: advertise.host, port: advertise.port || bound.port };
  return isUnspecified(bound.host) ? { ...bound, host: reachableAddress() } : bound;
}

function isUnspecified(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** The first address of this machine that is not its own loopback; the loopback when it has no other. */
function reachableAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = addresses.filter((address) => !address.internal && !address.address.startsWith('fe80:'));
  return (outside.find((address) => address.family === 'IPv4') ?? outside[0])?.address ?? '127.0.0.1';
}
