import { defineSection } from '../../config/section.js';

/** An endpoint whose host may hold `{service}`, `{app}` and `{environment}`. */
const TEMPLATE_PATTERN = '^[A-Za-z][\\w-]*://[^\\s:/?#\\[\\]]+:\\d{1,5}/?(\\?\\S*)?$';

const templates = (description: string): Record<string, unknown> => ({
  type: 'array',
  items: { type: 'string', pattern: TEMPLATE_PATTERN },
  minItems: 1,
  description,
});

/**
 * The names that services have, for the registry `dns`.
 *
 * @example
 * ```ts
 * const settings: DnsSettings = { endpoints: ['rest://{service}.shop.svc:8080'], services: {} };
 * ```
 */
export interface DnsSettings {
  /** One for each listener that services have. */
  readonly endpoints: readonly string[];
  /** The endpoints of services that differ, by their names. */
  readonly services: Readonly<Record<string, unknown>>;
}

/**
 * One name for each service, for `servicecomb.registry.type: dns`; whoever answers to the name (a Kubernetes service, a load
 * balancer, a mesh) balances.
 *
 * @example
 * ```ts
 * // servicecomb: { registry: { type: dns, dns: { endpoints: ['rest://{service}.shop.svc.cluster.local:8080'] } } }
 * const settings = config.section(DnsRegistrySection);
 * ```
 */
export const DnsRegistrySection = defineSection<DnsSettings>({
  key: 'servicecomb.registry.dns',
  live: true,
  description: 'Endpoints of services by name, for the registry `dns`: the platform resolves and balances.',
  schema: {
    type: 'object',
    properties: {
      endpoints: {
        ...templates('Endpoints of every service; `{service}`, `{app}` and `{environment}` stand for its own.'),
        default: ['rest://{service}:80'],
      },
      services: {
        type: 'object',
        description: 'Endpoints of single services, by name: a list in the place of `endpoints`.',
        default: {},
      },
    },
    additionalProperties: false,
  },
});
