import { isRecord, listOf, textOf } from '../wire/read-json.js';
import { parseAddress, type Address } from './address.js';
import type { ToldAddresses } from './address-pool.js';

/** Addresses beyond are not used. */
const MOST = 64;

/** What {@link toldAddresses} are compared with. */
export interface OwnPlace {
  readonly configured: readonly Address[];
  /** `region.availableZone`; may be empty. */
  readonly zone: string;
}

/**
 * The addresses of a registry's own instances (`GET .../registry/health`). Near is the own zone; where that is not known, or nobody is
 * there, the zone in which one of the configured addresses is. Only addresses of the configured scheme: nobody is sent from TLS to none.
 *
 * @returns undefined when it is none of that
 */
export function toldAddresses(body: unknown, { configured, zone }: OwnPlace): ToldAddresses | undefined {
  if (!isRecord(body) || !Array.isArray(body['instances'])) return undefined;
  const zones = new Map<string, Address[]>();
  let count = 0;
  for (const instance of listOf(body['instances'])) {
    if (!isRecord(instance)) continue;
    const place = instance['dataCenterInfo'];
    const own = (isRecord(place) && textOf(place['availableZone'])) || '';
    for (const endpoint of listOf(instance['endpoints'])) {
      const address = addressOf(textOf(endpoint) ?? '');
      if (address?.secure !== configured[0]!.secure || (count += 1) > MOST) continue;
      zones.set(own, [...(zones.get(own) ?? []), address]);
    }
  }
  const isConfigured = ({ origin }: Address): boolean => configured.some((one) => one.origin === origin);
  const ownZone =
    zone !== '' && zones.has(zone) ? zone : [...zones.keys()].find((name) => zones.get(name)!.some(isConfigured));
  const near = ownZone === undefined ? [] : zones.get(ownZone)!;
  return { near, far: [...zones].flatMap(([name, addresses]) => (name === ownZone ? [] : addresses)) };
}

/** Of `rest://10.0.0.5:30100?sslEnabled=true`. */
function addressOf(endpoint: string): Address | undefined {
  const found = /^(?:rest|https?):\/\/([^/?#@\s]{1,255})\/?(?:\?([^#\s]{0,255}))?$/.exec(endpoint);
  if (!found) return undefined;
  const isSecure = endpoint.startsWith('https:') || /(?:^|&)sslEnabled=true(?:&|$)/.test(found[2] ?? '');
  return parseAddress(`${isSecure ? 'https' : 'http'}://${found[1]!}`);
}
