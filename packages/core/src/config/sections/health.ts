import { duration } from '../duration.js';
import { defineSection } from '../section.js';

/**
 * Where health is served: `servicecomb.health`.
 *
 * @example
 * ```ts
 * const { listeners } = config.section(HealthSection);
 * ```
 */
export interface HealthValues {
  readonly enable: boolean;
  /** Empty: every REST listener. */
  readonly listeners: readonly string[];
  /** How long one check may take, in milliseconds. */
  readonly checkTimeout: number;
}

/**
 * The section of {@link HealthValues}.
 *
 * @example
 * ```ts
 * const health = config.section(HealthSection);
 * ```
 */
export const HealthSection = defineSection<HealthValues>({
  key: 'servicecomb.health',
  live: false,
  description: 'The probes `/healthz`, `/livez` and `/readyz`.',
  schema: {
    type: 'object',
    properties: {
      enable: { type: 'boolean', default: true, description: 'Serve the probes.' },
      listeners: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Names of the listeners that serve them; empty for every REST listener.',
      },
      checkTimeout: duration({ default: '2s', description: 'How long one check may take before it counts as failed.' }),
    },
  },
});
