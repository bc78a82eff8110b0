import type { Clock, Logger, Meter } from '@ts-chassis/core';
import type { FinishedSpan } from './span/finished-span.js';
import type { TracingSettings } from './tracing-section.js';

/**
 * What a backend makes its reporter with.
 *
 * @example
 * ```ts
 * make({ settings, clock }: BackendContext) { return new LineReporter(settings.URI, clock); }
 * ```
 */
export interface BackendContext {
  /** Our own service. */
  readonly service: string;
  readonly version: string;
  readonly settings: TracingSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Made when it is first asked for. */
  meter(): Meter;
}

/**
 * Takes spans that are over to where they are kept.
 *
 * @example
 * ```ts
 * const reporter: SpanReporter = {
 *   report: (span) => console.log(span.name, span.durationMs),
 *   flush: () => Promise.resolve(),
 *   close: () => Promise.resolve(),
 * };
 * ```
 */
export interface SpanReporter {
  /** Gets ready, before the first request: what takes long to load is loaded here. */
  open?(): void;
  /** Takes a span; must neither throw nor wait, and must hold no more than so many. */
  report(span: FinishedSpan): void;
  /** Sends what it holds; resolves also when that failed. */
  flush(): Promise<void>;
  /** Sends what it holds and lets go of connections and timers. */
  close(): Promise<void>;
}

/**
 * A place where spans can be sent: Zipkin, Jaeger, one's own.
 *
 * @example
 * ```ts
 * export const lines = (): TracingBackend => ({ name: 'lines', make: () => new LineReporter() });
 * ```
 */
export interface TracingBackend {
  /** What `tracing.tracer` says to choose it. */
  readonly name: string;
  /**
   * @returns undefined when there is nowhere to send to: then nothing is traced
   * @throws ChassisError `CONFIG_INVALID` when it cannot live with the settings
   */
  make(context: BackendContext): SpanReporter | undefined;
}
