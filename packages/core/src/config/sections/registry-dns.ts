import { defineSection } from '../section.js';

/** An endpoint whose host is a name that may hold `{service}`, `{app}` and `{environment}`. */
const templates = (more: object): object => ({
  type: 'array',
  items: { type: 'string', pattern: '^[A-Za-z][\\w-]*://[^\\s:/?#\\[\\]]+:\\d{1,5}/?(\\?\\S*)?$' },
  minItems: 1,
  ...more,
});

/**
 * The names that services have: `servicecomb.registry.dns`.
 *
 * @example
 * ```ts
 * const values: DnsRegistryValues = { endpoints: ['rest://{service}.shop.svc:8080'], services: {} };
 * ```
 */
export interface DnsRegistryValues {
  /** One for each listener that services have. */
  readonly endpoints: readonly string[];
  /** The endpoints of services that differ, by their names. */
  readonly services: Readonly<Record<string, readonly string[]>>;
}

/**
 * The section of {@link DnsRegistryValues}, for `servicecomb.registry.type: dns`: whoever answers to the name (a Kubernetes service, a
 * load balancer, a mesh) balances.
 *
 * @example
 * ```ts
 * // servicecomb: { registry: { type: dns, dns: { endpoints: ['rest://{service}.shop.svc.cluster.local:8080'] } } }
 * const values = config.section(DnsRegistrySection);
 * ```
 */
export const DnsRegistrySection = defineSection<DnsRegistryValues>({
  key: 'servicecomb.registry.dns',
  live: true,
  description: 'Endpoints of services by name, for the registry `dns`: the platform resolves and balances.',
  schema: {
    type: 'object',
    properties: {
      endpoints: templates({
        default: ['rest://{service}:80'],
        description: 'Endpoints of every service; `{service}`, `{app}` and `{environment}` stand for its own.',
      }),
      services: {
        type: 'object',
        additionalProperties: templates({ description: 'Endpoints of one service, in the place of `endpoints`.' }),
      },
    },
  },
});
