import { json, type Answer } from '../http/answer.js';
import type { Call } from '../http/call.js';
import type { Route } from '../http/router.js';
import type { ServiceEntry } from '../state/entries.js';
import { withoutEmpty } from '../state/read-service.js';
import type { RegistryState } from '../state/registry-state.js';
import { schemasOf } from '../state/schemas.js';
import { consumersOf, providersOf } from './dependency-routes.js';
import { GOVERN } from './paths.js';

/** What consoles ask for: everything about many services in one answer. */
export function governRoutes(state: RegistryState): readonly Route[] {
  return [
    ['GET', `${GOVERN}/microservices`, (call) => list(state, call)],
    [
      'GET',
      `${GOVERN}/microservices/:service`,
      (call) => {
        const service = state.service(call.tenant, call.parameter('service'));
        return json({ service: detailsOf(service, new Set(['all'])) });
      },
    ],
    ['GET', `${GOVERN}/apps`, (call) => json({ appIds: appsOf(servicesOf(state, call)) })],
  ];
}

function list(state: RegistryState, call: Call): Answer {
  const services = servicesOf(state, call);
  const options = new Set(call.asked('options').split(','));
  const isStatistics = options.has('statistics') || options.has('all');
  const statistics = isStatistics ? { statistics: statisticsOf(services) } : {};
  if (call.asked('countOnly') === '1') return json(statistics);
  const details = services.map((service) => detailsOf(service, options));
  return json({ ...(details.length > 0 ? { allServicesDetail: details } : {}), ...statistics });
}

/** Those of the tenant that the query's application, name, environment and property leave. */
function servicesOf(state: RegistryState, call: Call): readonly ServiceEntry[] {
  const { tenant, query } = call;
  const properties = query.getAll('property').map((pair) => pair.split(':', 2));
  return [...state.index.all()].filter(({ tenant: of, record }) => {
    const pairs = [
      [call.asked('appId'), record.appId],
      [call.asked('serviceName'), record.serviceName],
      [call.asked('env'), record.environment],
      ...properties.map(([key = '', value = '']) => [value, record.properties?.[key]]),
    ];
    return of === tenant && pairs.every(([wanted, value]) => !wanted || wanted === value);
  });
}

function detailsOf(service: ServiceEntry, options: ReadonlySet<string>): object {
  const has = (name: string): boolean => options.has(name) || options.has('all');
  const records = (entries: readonly ServiceEntry[]): object => entries.map(({ record }) => record);
  return withoutEmpty({
    microService: service.record,
    ...(has('instances') ? { instances: [...service.instances.values()].map(({ record }) => record) } : {}),
    ...(has('schemas') ? { schemaInfos: schemasOf(service, true) } : {}),
    ...(has('dependencies')
      ? { providers: records(providersOf(service)), consumers: records(consumersOf(service)) }
      : {}),
    ...(has('tags') ? { tags: service.tags } : {}),
  });
}

function statisticsOf(services: readonly ServiceEntry[]): object {
  const online = services.filter(({ instances }) => instances.size > 0);
  return {
    services: { count: services.length, onlineCount: online.length },
    instances: { count: online.reduce((sum, { instances }) => sum + instances.size, 0) },
    apps: { count: appsOf(services).length },
  };
}

function appsOf(services: readonly ServiceEntry[]): readonly string[] {
  return [...new Set(services.map(({ record }) => record.appId))].sort();
}
