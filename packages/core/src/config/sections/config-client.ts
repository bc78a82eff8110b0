import { duration } from '../duration.js';
import { defineSection } from '../section.js';

/**
 * Where remote configuration comes from: `servicecomb.config.client`.
 *
 * @example
 * ```ts
 * const { type, serverUri } = config.section(ConfigClientSection);
 * ```
 */
export interface ConfigClientValues {
  readonly enabled: boolean;
  readonly type: string;
  readonly serverUri: readonly string[];
  /** 0: watch, 1: ask again every `refreshInterval`. */
  readonly refreshMode: 0 | 1;
  /** Milliseconds; go-chassis writes seconds. */
  readonly refreshInterval: number;
  readonly refreshPort: string;
  readonly autodiscovery: boolean;
  readonly api: { readonly version: string };
  readonly dimension: Readonly<Record<string, string>>;
}

/**
 * The section of {@link ConfigClientValues}; the variables `PAAS_CSE_CC_ENDPOINT` and, for go-chassis, `PAAS_CSE_ENDPOINT` name the server.
 *
 * @example
 * ```ts
 * const client = config.section(ConfigClientSection);
 * ```
 */
export const ConfigClientSection = defineSection<ConfigClientValues>({
  key: 'servicecomb.config.client',
  live: false,
  description: 'The remote source of configuration, for the plug-in that brings it.',
  schema: {
    'x-source': 'go-chassis',
    'x-scope': 'application',
    type: 'object',
    properties: {
      enabled: { type: 'boolean', default: true, description: '`false`: the remote source is not asked.' },
      type: {
        type: 'string',
        default: 'kie',
        description: 'Which remote source: `kie`, also written `servicecomb-kie`, or one that a plug-in brings.',
      },
      serverUri: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Addresses of the server; empty for the one that the registry knows.',
      },
      refreshMode: { enum: [0, 1], default: 1, description: '0: long polls; 1: asked again at intervals.' },
      refreshInterval: duration({
        default: '30s',
        unit: 's',
        description: 'Time between questions, or of one long poll; bare numbers are seconds.',
      }),
      refreshPort: {
        type: 'string',
        default: '',
        description: 'For sources that plug-ins bring, not KIE: port of the websocket of the config center.',
      },
      autodiscovery: {
        type: 'boolean',
        default: false,
        description: 'For sources that plug-ins bring, not KIE: learn further addresses.',
      },
      api: {
        type: 'object',
        properties: {
          version: {
            type: 'string',
            default: '',
            description: 'For sources that plug-ins bring, not KIE: version of the interface.',
          },
        },
      },
      dimension: {
        type: 'object',
        additionalProperties: { type: 'string' },
        default: {},
        description: 'Custom labels: values that have them beside those of the service are the strongest.',
      },
    },
  },
  aliases: {
    PAAS_CSE_CC_ENDPOINT: 'servicecomb.config.client.serverUri',
    PAAS_CSE_ENDPOINT: 'servicecomb.config.client.serverUri',
    'cse.config.client': 'servicecomb.config.client',
  },
});
