import { defineSection } from '@ts-chassis/core';

/**
 * Which traces are recorded: `tracing.sampling`.
 *
 * @example
 * ```ts
 * config.set('tracing.sampling.rate', 0.01);
 * ```
 */
export interface SamplingValues {
  /** The share of traces, from 0 to 1. */
  readonly rate: number;
  /** More than this are not begun in one second; 0 for no limit. */
  readonly tracesPerSecond: number;
  /** Whose word on recording counts in the place of ours. */
  readonly parent: 'trusted' | 'always' | 'never';
}

/**
 * The section of {@link SamplingValues}; a change takes effect at once.
 *
 * @example
 * ```ts
 * const { rate } = config.liveSection(SamplingSection).value;
 * ```
 */
export const SamplingSection = defineSection<SamplingValues>({
  key: 'tracing.sampling',
  live: true,
  description: 'Which traces are recorded; read by @ts-chassis/tracing.',
  schema: {
    type: 'object',
    properties: {
      rate: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 1,
        description: 'The share of traces that are recorded, decided by trace id: services with one rate agree.',
      },
      tracesPerSecond: {
        type: 'number',
        minimum: 0,
        default: 0,
        description: 'How many traces a second this process begins to record at most; 0 for no limit.',
      },
      parent: {
        enum: ['trusted', 'always', 'never'],
        default: 'trusted',
        description: 'Whose decision is taken over: that of callers the listener trusts, of all, of none.',
      },
    },
  },
  aliases: { 'servicecomb.tracing.samplingRate': 'tracing.sampling.rate' },
});
