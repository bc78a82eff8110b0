import { duration } from '../duration.js';
import { defineSection } from '../section.js';

/**
 * How long start and stop may take: `servicecomb.lifecycle`. All in milliseconds.
 *
 * @example
 * ```ts
 * const { drainTimeout } = config.section(LifecycleSection);
 * ```
 */
export interface LifecycleValues {
  readonly startStepTimeout: number;
  readonly remoteConfigTimeout: number;
  readonly registerTimeout: number;
  readonly deregisterTimeout: number;
  /** Between leaving the registry and closing the listeners. */
  readonly drainDelay: number;
  readonly drainTimeout: number;
  readonly stopStepTimeout: number;
}

/**
 * The section of {@link LifecycleValues}.
 *
 * @example
 * ```ts
 * const lifecycle = config.section(LifecycleSection);
 * ```
 */
export const LifecycleSection = defineSection<LifecycleValues>({
  key: 'servicecomb.lifecycle',
  live: true,
  description: 'How long the steps of start and stop may take.',
  schema: {
    type: 'object',
    properties: {
      startStepTimeout: duration({ default: '60s', description: 'Time for one step of the start.' }),
      remoteConfigTimeout: duration({
        default: '5s',
        description: 'Time for remote configuration at the start; what comes later is taken as a change.',
      }),
      registerTimeout: duration({ default: '10s', description: 'Time to announce the instance.' }),
      deregisterTimeout: duration({ default: '3s', description: 'Time to withdraw the instance.' }),
      drainDelay: duration({
        default: '500ms',
        description: 'Time between leaving the registry and closing the listeners, for consumers to notice.',
      }),
      drainTimeout: duration({ default: '10s', description: 'Time for requests in flight to end.' }),
      stopStepTimeout: duration({ default: '5s', description: 'Time for any other step of the stop.' }),
    },
  },
});
