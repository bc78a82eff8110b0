import { duration } from '../duration.js';
import { defineSection } from '../section.js';

/**
 * Where services are found and announced: `servicecomb.registry`.
 *
 * @example
 * ```ts
 * const { type, address } = config.section(RegistrySection);
 * ```
 */
export interface RegistryValues {
  readonly disabled: boolean;
  readonly discovery: RegistryRoleValues & { readonly disabled: boolean };
  readonly registrator: RegistryRoleValues;
  readonly contractDiscovery: RegistryRoleValues;
  /** Empty: follows the scheme of `address`, else `local`. */
  readonly type: string;
  readonly address: readonly string[];
  readonly scope: 'full' | 'app';
  readonly register: 'auto' | 'manual';
  /** Milliseconds. */
  readonly refreshInterval: number;
  readonly watch: boolean;
  readonly autodiscovery: boolean;
  readonly autoIPIndex: boolean;
  readonly autoSchemaIndex: boolean;
  readonly healthCheck: boolean;
  readonly uploadSchema: boolean;
  readonly configPath: string;
  readonly api: { readonly version: string };
  readonly heartbeat: { readonly mode: 'non-keep-alive' | 'ping-pong'; /** Milliseconds. */ readonly interval: number };
}

/**
 * What one role of the registry takes in the place of the common type and address.
 *
 * @example
 * ```ts
 * const discovery: RegistryRoleValues = { type: 'dns', address: [] };
 * ```
 */
export interface RegistryRoleValues {
  readonly type: string;
  readonly address: readonly string[];
}

const flag = (description: string): object => ({ type: 'boolean', default: false, description });
const role = (what: string, more: object = {}): object => ({
  type: 'object',
  properties: {
    ...more,
    type: {
      type: 'string',
      default: '',
      description: `Type for ${what} alone; empty for \`servicecomb.registry.type\`.`,
    },
    address: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description: `Addresses for ${what} alone; empty for \`servicecomb.registry.address\`.`,
    },
  },
});

/**
 * The section of {@link RegistryValues}: go-chassis's keys, `refeshInterval` as its samples misspell it, its version 1 prefix
 * `cse.service.registry`, and the variables `PAAS_CSE_SC_ENDPOINT` and `PAAS_CSE_ENDPOINT`.
 *
 * @example
 * ```ts
 * const registry = config.section(RegistrySection);
 * ```
 */
export const RegistrySection = defineSection<RegistryValues>({
  key: 'servicecomb.registry',
  live: false,
  description: 'Where services are announced and found.',
  schema: {
    'x-source': 'go-chassis',
    'x-scope': 'application',
    type: 'object',
    properties: {
      disabled: flag('No registry and no discovery at all.'),
      discovery: role('discovery', { disabled: flag('Announce this service, find no others.') }),
      registrator: role('announcing'),
      contractDiscovery: role('contracts'),
      type: {
        type: 'string',
        default: '',
        description:
          'Which registry: `local`, `static`, `dns` or one that a plug-in brings. Empty: by the scheme of `address` (`file:` local, `http:` servicecenter), else `local`.',
      },
      address: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Addresses of the registry, all of one scheme; `file:///...` isolates a local one.',
      },
      scope: {
        enum: ['full', 'app'],
        default: 'app',
        description: 'For registries that plug-ins bring: `full` lets other applications find this service.',
      },
      register: {
        enum: ['auto', 'manual'],
        default: 'auto',
        description: '`manual` leaves announcing the instance to the program.',
      },
      refreshInterval: duration({
        default: '30s',
        description: 'For registries that plug-ins bring: how often lists of instances are fetched again.',
      }),
      watch: flag('For registries that plug-ins bring: ask the registry to push changes.'),
      autodiscovery: flag('For registries that plug-ins bring: learn further addresses of the registry from itself.'),
      autoIPIndex: flag('For registries that plug-ins bring: keep an index from addresses to services.'),
      autoSchemaIndex: flag('For registries that plug-ins bring: keep an index from interfaces to services.'),
      healthCheck: flag('For registries that plug-ins bring: probe instances that vanish before they are dropped.'),
      cacheIndex: {
        type: 'boolean',
        'x-unused': true,
        description: 'Accepted and without effect: lists are always indexed.',
      },
      uploadSchema: {
        type: 'boolean',
        default: true,
        description: 'Store the contracts of this service before it registers; go-chassis does so only when told to.',
      },
      configPath: {
        type: 'string',
        default: '/etc/.kube/config',
        description: 'For registries that plug-ins bring: path of the kubeconfig of the Kubernetes one.',
      },
      api: {
        type: 'object',
        properties: {
          version: {
            type: 'string',
            default: '',
            description: 'For registries that plug-ins bring: version of the registry’s interface.',
          },
        },
      },
      heartbeat: {
        type: 'object',
        properties: {
          mode: {
            enum: ['non-keep-alive', 'ping-pong'],
            default: 'non-keep-alive',
            description: 'For registries that plug-ins bring: one request a beat, or a connection that is kept.',
          },
          interval: duration({
            default: '30s',
            description: 'For registries that plug-ins bring: time between beats to a remote registry.',
          }),
        },
      },
    },
  },
  aliases: {
    PAAS_CSE_SC_ENDPOINT: 'servicecomb.registry.address',
    PAAS_CSE_ENDPOINT: 'servicecomb.registry.address',
    'servicecomb.registry.refeshInterval': 'servicecomb.registry.refreshInterval',
    'servicecomb.registry.serviceDiscovery': 'servicecomb.registry.discovery',
    // what a role of version 1 says for itself is what only that role reads
    'cse.service.registry.registrator.scope': 'servicecomb.registry.scope',
    'cse.service.registry.registrator.register': 'servicecomb.registry.register',
    'cse.service.registry.serviceDiscovery.refreshInterval': 'servicecomb.registry.refreshInterval',
    'cse.service.registry.serviceDiscovery.watch': 'servicecomb.registry.watch',
    'cse.service.registry.serviceDiscovery.healthCheck': 'servicecomb.registry.healthCheck',
    'cse.service.registry.serviceDiscovery.configPath': 'servicecomb.registry.configPath',
    'cse.service.registry.serviceDiscovery': 'servicecomb.registry.discovery',
    'cse.service.registry': 'servicecomb.registry',
  },
});
