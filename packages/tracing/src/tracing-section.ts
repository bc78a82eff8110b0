import { defineSection, duration } from '@ts-chassis/core';
import type { PropagationFormat } from './propagation/propagation.js';

/**
 * Where spans are sent, and how: `tracing.settings`.
 *
 * @example
 * ```ts
 * const { URI } = config.section(TracingSection).settings;
 * ```
 */
export interface TracingSettings {
  /** Undefined: the backend's own default. Empty: there is no collector, and nothing is traced. */
  readonly URI?: string;
  /** A batch is sent when it has this many spans. */
  readonly batchSize: number;
  /** And when its first span has waited this long, in milliseconds. */
  readonly batchInterval: number;
  /** How many spans may wait; later ones are dropped and counted. */
  readonly queueSize: number;
  /** How long one batch may take to be sent, in milliseconds. */
  readonly timeout: number;
}

/**
 * What is traced: `tracing`.
 *
 * @example
 * ```ts
 * const { enable } = config.section(TracingSection);
 * ```
 */
export interface TracingValues {
  readonly enable: boolean;
  /** The name of a listed backend; undefined for the first. */
  readonly tracer?: string;
  readonly propagation: readonly PropagationFormat[];
  /** Ids of operations that get no span, or `{schema}.*`. */
  readonly exclude: readonly string[];
  readonly settings: TracingSettings;
}

const whole = (more: object): object => ({ type: 'integer', minimum: 1, ...more });

/**
 * The section of {@link TracingValues}. The keys of go-chassis are understood, those of its first version (`collectorType`,
 * `collectorTarget`) and of java-chassis (`servicecomb.tracing.*`) too.
 *
 * @example
 * ```ts
 * const values = config.section(TracingSection);
 * ```
 */
export const TracingSection = defineSection<TracingValues>({
  key: 'tracing',
  live: false,
  description: 'Spans of operations and calls; read by @ts-chassis/tracing.',
  schema: {
    type: 'object',
    properties: {
      enable: { type: 'boolean', default: true, description: 'Trace at all.' },
      tracer: {
        'x-source': 'go-chassis',
        type: 'string',
        description: 'The backend, by name: `zipkin` or `jaeger`. Default: the first one listed in `tracing(...)`.',
      },
      propagation: {
        type: 'array',
        items: { enum: ['b3', 'b3-single', 'w3c'] },
        minItems: 1,
        default: ['b3', 'w3c'],
        description: 'The headers that carry traces: the first that is valid is read, all are written.',
      },
      exclude: {
        type: 'array',
        items: { type: 'string' },
        default: ['chassis.*'],
        description: 'Operations without spans, by id or as `{schema}.*`; default: probes, documents, metrics.',
      },
      settings: {
        'x-source': 'go-chassis',
        type: 'object',
        properties: {
          URI: {
            type: 'string',
            pattern: '^$|^(https?|udp)://[^\\s/]+',
            description: 'The collector. Empty: none, nothing is traced. Default: where the backend listens by itself.',
          },
          batchSize: whole({ maximum: 10_000, default: 500, description: 'Spans in one message at most.' }),
          batchInterval: duration({ default: '1s', description: 'How long a span waits for others.' }),
          queueSize: whole({ maximum: 1_000_000, default: 10_000, description: 'Spans waiting at most.' }),
          timeout: duration({ default: '5s', description: 'How long sending one message may take.' }),
          collector: { enum: ['http'], default: 'http', description: 'As go-chassis has it; there is no other.' },
        },
      },
    },
  },
  aliases: {
    'tracing.enabled': 'tracing.enable',
    'tracing.collectorType': 'tracing.tracer',
    'tracing.collectorTarget': 'tracing.settings.URI',
    'servicecomb.tracing.enabled': 'tracing.enable',
    'servicecomb.tracing.collector.address': 'tracing.settings.URI',
  },
});
