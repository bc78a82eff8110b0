import { hostname } from 'node:os';
import { json } from '../http/answer.js';
import type { Route } from '../http/router.js';
import type { RegistryState } from '../state/registry-state.js';
import { serviceIdOf } from '../state/service-index.js';
import { REGISTRY } from './paths.js';

const VERSION = { version: '0.0.1', buildTag: 'ts-chassis development registry', apiVersion: '4.0.0' };
const OWN = { appId: 'default', serviceName: 'SERVICECENTER', version: '0.0.1', environment: 'production' };

/** What the registry says of itself. */
export function mainRoutes(state: RegistryState, url: () => string): readonly Route[] {
  const timestamp = state.seconds();
  const health = (): object => ({
    instanceId: 'development-registry',
    serviceId: serviceIdOf('default/default', OWN),
    endpoints: [
      `${url()
        .replace(/^http/, 'rest')
        .replace(/^rests:/, 'rest:')}/`,
    ],
    hostName: hostname().slice(0, 64),
    status: 'UP',
    healthCheck: { mode: 'push', interval: 30, times: 3 },
    timestamp,
    modTimestamp: timestamp,
    version: OWN.version,
  });
  return [
    ['GET', `${REGISTRY}/health`, () => json({ instances: [health()] })],
    ['GET', `${REGISTRY}/version`, () => json(VERSION)],
    ['GET', '/health', () => json({ instances: [health()] })],
    ['GET', '/version', () => json(VERSION)],
  ];
}
