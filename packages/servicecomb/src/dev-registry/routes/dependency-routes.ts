import { json } from '../http/answer.js';
import type { Call } from '../http/call.js';
import type { Route } from '../http/router.js';
import { serviceMissing } from '../registry-failure.js';
import type { ServiceEntry } from '../state/entries.js';
import type { RegistryState } from '../state/registry-state.js';
import { SERVICE } from './paths.js';

/** Who looked for whom: it is noted when they look, and can be read here. */
export function dependencyRoutes(state: RegistryState): readonly Route[] {
  const answer = (call: Call, name: string, related: (service: ServiceEntry) => readonly ServiceEntry[]) => {
    const service = state.index.byId(call.tenant, call.parameter('service'));
    if (!service) throw serviceMissing(`${name === 'providers' ? 'Consumer' : 'Provider'} does not exist`);
    const others = related(service).filter((other) => call.asked('noSelf') !== '1' || other !== service);
    return json(others.length > 0 ? { [name]: others.map(({ record }) => record) } : {});
  };
  return [
    ['GET', `${SERVICE}/providers`, (call) => answer(call, 'providers', providersOf)],
    ['GET', `${SERVICE}/consumers`, (call) => answer(call, 'consumers', consumersOf)],
  ];
}

/** All versions of what a service looked for. */
export function providersOf(service: ServiceEntry): readonly ServiceEntry[] {
  return [...service.providers].flatMap(({ services }) => [...services]);
}

/** All who looked for a service. */
export function consumersOf({ group }: ServiceEntry): readonly ServiceEntry[] {
  return [...group.consumers];
}
