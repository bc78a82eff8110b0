import { defineSection } from '../section.js';

/**
 * Where this instance runs: `region`.
 *
 * @example
 * ```ts
 * const { availableZone } = config.section(RegionSection);
 * ```
 */
export interface RegionValues {
  readonly name: string;
  readonly region: string;
  readonly availableZone: string;
}

/**
 * The section of {@link RegionValues}.
 *
 * @example
 * ```ts
 * const region = config.section(RegionSection);
 * ```
 */
export const RegionSection = defineSection<RegionValues>({
  key: 'region',
  live: false,
  description: 'The data centre of this instance, for zone-aware load balancing.',
  schema: {
    'x-source': 'go-chassis',
    'x-scope': 'application',
    type: 'object',
    properties: {
      name: {
        type: 'string',
        default: '',
        description: 'Name of the data centre. It is registered when `availableZone` is said too.',
      },
      region: { type: 'string', default: '', description: 'Region; empty for `name`.' },
      availableZone: {
        type: 'string',
        default: '',
        description: 'Zone within the region. It is registered when `name` is said too.',
      },
    },
  },
});
