import { defineSection } from '../section.js';

/**
 * Who this service is: `servicecomb.service`.
 *
 * @example
 * ```ts
 * const { name, version } = config.section(ServiceSection);
 * ```
 */
export interface ServiceValues {
  readonly name: string;
  readonly app: string;
  readonly version: string;
  readonly environment: string;
  /** Empty: the system's own name; `$INTERNAL_IP`: the first address that others can reach. */
  readonly hostname: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly instanceProperties: Readonly<Record<string, string>>;
  readonly paths: readonly { readonly path: string; readonly property?: Readonly<Record<string, string>> }[];
  readonly schemas: readonly string[];
  readonly status: 'UP' | 'DOWN' | 'STARTING' | 'TESTING' | 'OUTOFSERVICE';
}

const texts = { type: 'object', additionalProperties: { type: 'string' }, default: {} };

/**
 * The section of {@link ServiceValues}; `microservice.yaml` of go-chassis, and its variables `CAS_COMPONENT_NAME`,
 * `CAS_INSTANCE_VERSION`, `CAS_APPLICATION_NAME`, `ENVIRONMENT` and `HOSTING_SERVER_IP`.
 *
 * @example
 * ```ts
 * const service = config.section(ServiceSection).name;
 * ```
 */
export const ServiceSection = defineSection<ServiceValues>({
  key: 'servicecomb.service',
  live: false,
  description: 'Who this service is, as registries show it.',
  schema: {
    'x-source': 'go-chassis',
    'x-scope': 'application',
    type: 'object',
    properties: {
      name: { type: 'string', default: '', description: 'Name that consumers call.' },
      app: { type: 'string', default: 'default', description: 'Application that the service belongs to.' },
      version: {
        type: 'string',
        default: '0.0.1',
        pattern: '^\\d+(\\.\\d+){0,3}([-+][0-9A-Za-z.+-]+)?$',
        description: 'Version, numbers with dots.',
      },
      environment: {
        type: 'string',
        default: '',
        description: 'Environment; services of another one are never found.',
      },
      hostname: {
        type: 'string',
        default: '',
        description:
          'Name of the host as registered; empty for the system’s own, `$INTERNAL_IP` for its first address.',
      },
      properties: { ...texts, description: 'Metadata of the service. Dots in names are allowed.' },
      instanceProperties: { ...texts, description: 'Metadata of this instance. Dots in names are allowed.' },
      paths: {
        type: 'array',
        default: [],
        description: 'Paths as registered.',
        items: {
          type: 'object',
          required: ['path'],
          properties: {
            path: { type: 'string' },
            property: { type: 'object', additionalProperties: { type: 'string' } },
          },
        },
      },
      schemas: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Schema ids as registered; empty for those that the application serves.',
      },
      status: {
        enum: ['UP', 'DOWN', 'STARTING', 'TESTING', 'OUTOFSERVICE'],
        default: 'UP',
        description: 'Status that the instance is registered with.',
      },
    },
  },
  aliases: {
    CAS_COMPONENT_NAME: 'servicecomb.service.name',
    CAS_INSTANCE_VERSION: 'servicecomb.service.version',
    CAS_APPLICATION_NAME: 'servicecomb.service.app',
    ENVIRONMENT: 'servicecomb.service.environment',
    HOSTING_SERVER_IP: 'servicecomb.service.instanceProperties.nodeIP',
  },
});
