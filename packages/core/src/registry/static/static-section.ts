import { defineSection } from '../../config/section.js';
import { parseEndpoint, type Endpoint } from '../../endpoint/endpoint.js';
import { coreError } from '../../errors/core-error.js';

/** The registry's endpoint form, so that a wrong one is refused where it is written. */
const ENDPOINT_PATTERN = '^[A-Za-z][\\w-]*://(\\[[0-9A-Fa-f:.%]+\\]|[^\\s:/?#\\[\\]]+):\\d{1,5}/?(\\?\\S*)?$';

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
 * `servicecomb.registry.static`: a tree, because a service name with dots is split when the file is read.
 *
 * @example
 * ```ts
 * const services: StaticServices = { catalog: ['rest://10.0.0.1:8080', 'rest://10.0.0.2:8080'] };
 * ```
 */
export interface StaticServices {
  readonly [service: string]: string | readonly StaticItem[] | StaticServices;
}

/**
 * Addresses in configuration, for `servicecomb.registry.type: static`: `servicecomb.registry.static.{service}` lists its instances. An
 * environment variable or a command line flag may give endpoints separated by commas.
 *
 * @example
 * ```ts
 * // servicecomb: { registry: { type: static, static: { catalog: ['rest://10.0.0.1:8080'] } } }
 * const services = config.section(StaticRegistrySection);
 * ```
 */
export const StaticRegistrySection = defineSection<StaticServices>({
  key: 'servicecomb.registry.static',
  live: true,
  description: 'Instances by service name, for the registry `static`: no registry server, no health beats.',
  schema: {
    $defs: {
      endpoint: { type: 'string', pattern: ENDPOINT_PATTERN },
      instance: {
        type: 'object',
        properties: {
          endpoints: { type: 'array', items: { $ref: '#/$defs/endpoint' }, minItems: 1 },
          version: { type: 'string', default: '0.0.1' },
          metadata: { type: 'object', additionalProperties: { type: 'string' } },
        },
        required: ['endpoints'],
        additionalProperties: false,
      },
      services: {
        type: 'object',
        additionalProperties: {
          anyOf: [
            { type: 'array', items: { anyOf: [{ $ref: '#/$defs/endpoint' }, { $ref: '#/$defs/instance' }] } },
            { type: 'string' },
            { $ref: '#/$defs/services' },
          ],
        },
      },
    },
    $ref: '#/$defs/services',
  },
});

/**
 * An endpoint of the configuration.
 *
 * @throws ChassisError `CONFIG_INVALID` naming the key
 */
export function configuredEndpoint(text: string, key: string): Endpoint {
  try {
    return parseEndpoint(text);
  } catch (cause) {
    const message = `${key}: expected endpoints as {listener}://{host}:{port}, got ${JSON.stringify(text)}`;
    throw coreError('CONFIG_INVALID', message, { cause });
  }
}
