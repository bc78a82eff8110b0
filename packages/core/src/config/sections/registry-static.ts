import { defineSection } from '../section.js';

/** The registry's endpoint form, so that a wrong one is refused where it is written. */
const endpoint = {
  type: 'string',
  pattern: '^[A-Za-z][\\w-]*://(\\[[0-9A-Fa-f:.%]+\\]|[^\\s:/?#\\[\\]]+):\\d{1,5}/?(\\?\\S*)?$',
};

/**
 * One instance of the configuration: its endpoint, or a map that says more.
 *
 * @example
 * ```ts
 * const item: StaticItem = { endpoints: ['rest://10.0.0.1:8080', 'grpc://10.0.0.1:9090'], version: '1.1.0' };
 * ```
 */
export type StaticItem =
  | string
  | {
      readonly endpoints: readonly string[];
      /** Default `0.0.1`. */
      readonly version?: string;
      readonly metadata?: Readonly<Record<string, string>>;
    };

/**
 * Instances by the names of services: `servicecomb.registry.static`.
 *
 * @example
 * ```ts
 * const services: StaticRegistryValues = { catalog: ['rest://10.0.0.1:8080', 'rest://10.0.0.2:8080'] };
 * ```
 */
export interface StaticRegistryValues {
  readonly [service: string]: readonly StaticItem[];
}

/**
 * The section of {@link StaticRegistryValues}, for `servicecomb.registry.type: static`. An environment variable or a command line
 * flag gives endpoints separated by commas.
 *
 * @example
 * ```ts
 * // servicecomb: { registry: { type: static, static: { catalog: ['rest://10.0.0.1:8080'] } } }
 * const services = config.section(StaticRegistrySection);
 * ```
 */
export const StaticRegistrySection = defineSection<StaticRegistryValues>({
  key: 'servicecomb.registry.static',
  live: true,
  description: 'Instances by service name, for the registry `static`: no registry server and no beats.',
  schema: {
    'x-scope': 'service',
    type: 'object',
    additionalProperties: {
      type: 'array',
      description:
        'The instances of a service: `{listener}://{host}:{port}[?sslEnabled=true]`, or maps with `endpoints`.',
      items: {
        anyOf: [
          endpoint,
          {
            type: 'object',
            properties: {
              endpoints: { type: 'array', items: endpoint, minItems: 1 },
              version: { type: 'string', default: '0.0.1' },
              metadata: { type: 'object', additionalProperties: { type: 'string' } },
            },
            required: ['endpoints'],
          },
        ],
      },
    },
  },
});
