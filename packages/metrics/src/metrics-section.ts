import { defineSection } from '@ts-chassis/core';

/** Under which names calls are measured. */
export type MetricNames = 'opentelemetry' | 'go-chassis' | 'both';

/** What is measured and where it is served: `servicecomb.metrics`. */
export interface MetricsValues {
  /** Whether the page is served; measured is in any case. */
  readonly enable: boolean;
  readonly apiPath: string;
  /** Empty: every REST listener. */
  readonly listeners: readonly string[];
  readonly enableRuntimeMetrics: boolean;
  readonly names: MetricNames;
  /** Upper bounds in seconds. */
  readonly buckets: readonly number[];
  /** Of one instrument. */
  readonly maxSeries: number;
}

/** What OpenTelemetry advises for durations in seconds (semantic conventions, HTTP metrics). */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export const MetricsSection = defineSection<MetricsValues>({
  key: 'servicecomb.metrics',
  live: false,
  description: 'What is measured, and the page that Prometheus reads.',
  schema: {
    type: 'object',
    properties: {
      enable: {
        type: 'boolean',
        'x-source': 'go-chassis',
        default: true,
        description: 'Serve the page; go-chassis, which has no plug-in to list, says `false`.',
      },
      apiPath: {
        type: 'string',
        'x-source': 'go-chassis',
        pattern: '^/?[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$',
        default: 'metrics',
        description: 'Path of the page; a leading slash is added.',
      },
      listeners: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Names of the listeners that serve the page; empty for every REST listener.',
      },
      enableRuntimeMetrics: {
        type: 'boolean',
        default: true,
        description: 'Measure the process too: CPU, memory, garbage collection, event loop.',
      },
      names: {
        enum: ['opentelemetry', 'go-chassis', 'both'],
        default: 'opentelemetry',
        description: 'Names of what is measured of calls: those of OpenTelemetry, or the `scb_` ones of go-chassis.',
      },
      buckets: {
        type: 'array',
        items: { type: 'number', exclusiveMinimum: 0 },
        minItems: 1,
        default: BUCKETS,
        description: 'Upper bounds, in seconds, of histograms that name none; rising.',
      },
      maxSeries: {
        type: 'integer',
        minimum: 1,
        default: 2000,
        description: 'Series of one instrument at most; further ones are counted together, and it is said once.',
      },
      enableCircuitMetrics: {
        type: 'boolean',
        'x-source': 'go-chassis',
        'x-unused': true,
        description: 'Accepted and without effect, as in go-chassis.',
      },
      flushInterval: {
        type: 'string',
        'x-source': 'go-chassis',
        'x-unused': true,
        description: 'Accepted and without effect, as in go-chassis: nothing is pushed.',
      },
    },
  },
  aliases: { 'servicecomb.metrics.enableGoRuntimeMetrics': 'servicecomb.metrics.enableRuntimeMetrics' },
});
