import { parseEndpoint, type ServiceIdentity } from '@ts-chassis/core';
import type { ServiceCenter } from '../service-center/service-center.js';
import type { InstanceRecord, ServiceKey, ServiceRecord } from '../wire/records.js';
import { identityOf } from './identity-of.js';
import { mayBeRegistered } from './service-names.js';
import { portions } from './portions.js';
import { toKey } from './to-key.js';

const MOST_IN_ONE = 200;

interface Listed {
  readonly revision: string;
  readonly instances: readonly Pick<InstanceRecord, 'serviceId' | 'endpoints'>[];
}

/** Which service is at which host. */
export class AddressIndex {
  #lists = new Map<string, Listed>();
  #byHost: ReadonlyMap<string, ServiceIdentity | 'several'> = new Map();

  at(host: string): ServiceIdentity | undefined {
    const found = this.#byHost.get(host);
    return found === 'several' ? undefined : found;
  }

  /** Asks for the lists that changed, as nobody's consumer: to look is not to depend. */
  async refresh(center: ServiceCenter, services: readonly ServiceRecord[]): Promise<void> {
    const keys = new Map<string, ServiceKey>();
    for (const service of services) {
      const identity = identityOf(service);
      // one that the registry would refuse to be asked for would cost all others
      if (!mayBeRegistered(identity)) continue;
      const key = toKey(identity);
      keys.set(JSON.stringify(key), key);
    }
    const lists = new Map<string, Listed>();
    for (const part of portions([...keys], MOST_IN_ONE)) await this.#list(center, part, lists);
    this.#lists = lists;
    const identities = new Map(services.map((service) => [service.serviceId ?? '', identityOf(service)]));
    this.#byHost = hostsOf(lists.values(), identities);
  }

  async #list(
    center: ServiceCenter,
    keys: readonly (readonly [id: string, key: ServiceKey])[],
    lists: Map<string, Listed>,
  ): Promise<void> {
    const answers = await center.findInstances(
      undefined,
      keys.map(([id, service]) => {
        const revision = this.#lists.get(id)?.revision;
        return { service, ...(revision && { revision }) };
      }),
    );
    keys.forEach(([id], index) => {
      const answer = answers[index];
      const before = this.#lists.get(id);
      if (answer?.kind === 'updated') {
        const instances = answer.instances.map(({ serviceId, endpoints }) => ({ serviceId, endpoints }));
        lists.set(id, { revision: answer.revision, instances });
      } else if (answer?.kind === 'same' && before) lists.set(id, before);
    });
  }
}

function hostsOf(
  lists: Iterable<Listed>,
  identities: ReadonlyMap<string, ServiceIdentity>,
): ReadonlyMap<string, ServiceIdentity | 'several'> {
  const byHost = new Map<string, ServiceIdentity | 'several'>();
  for (const { instances } of lists) {
    for (const { serviceId, endpoints } of instances) {
      const identity = identities.get(serviceId);
      if (!identity) continue;
      for (const host of hostsIn(endpoints)) byHost.set(host, oneOf(byHost.get(host), identity));
    }
  }
  return byHost;
}

/** Of two versions of one service the later found; two services are several. */
function oneOf(known: ServiceIdentity | 'several' | undefined, identity: ServiceIdentity): ServiceIdentity | 'several' {
  if (known === undefined) return identity;
  if (known === 'several' || known.service !== identity.service || known.app !== identity.app) return 'several';
  return known.environment === identity.environment ? identity : 'several';
}

function hostsIn(endpoints: readonly string[]): readonly string[] {
  return endpoints.flatMap((text) => {
    try {
      return [parseEndpoint(text).host];
    } catch {
      return [];
    }
  });
}
