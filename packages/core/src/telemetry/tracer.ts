/**
 * What a span carries across processes; opaque to everyone but its tracer.
 *
 * @example
 * ```ts
 * const context: SpanContext = span.context();
 * ```
 */
export interface SpanContext {
  /** For correlation in logs, also when the span is not recorded; empty for a span of no trace. */
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * One timed piece of a trace, in the vocabulary of OpenTracing.
 *
 * @example
 * ```ts
 * invocation.span.setTag('order.id', id);
 * ```
 */
export interface Span {
  context(): SpanContext;
  setTag(name: string, value: string | number | boolean): void;
  log(fields: Readonly<Record<string, unknown>>): void;
  finish(): void;
}

/**
 * Carrier of a span context: header names in lower case.
 *
 * @example
 * ```ts
 * const carrier: TraceCarrier = {};
 * tracer.inject(span.context(), carrier);
 * ```
 */
export type TraceCarrier = Record<string, string>;

/**
 * Starts spans and moves their contexts over the wire. A backend implements it; `host.tracer` installs it.
 *
 * @example
 * ```ts
 * const span = tracer.startSpan('catalog.find', { kind: 'server', parent: tracer.extract(headers) });
 * ```
 */
export interface Tracer {
  startSpan(
    name: string,
    options: { readonly kind: 'server' | 'client' | 'internal'; readonly parent?: SpanContext | undefined },
  ): Span;
  inject(context: SpanContext, carrier: TraceCarrier): void;
  /** @param trusted - whether the sender is believed when it says what is to be recorded; default false */
  extract(carrier: { get(name: string): string | undefined }, trusted?: boolean): SpanContext | undefined;
  /** Sends what is buffered. */
  flush(): Promise<void>;
  /** Sends what is buffered and lets go of connections and timers; the application calls it last. Default: `flush`. */
  close?(): Promise<void>;
}

const NOTHING: SpanContext = { traceId: '', spanId: '' };

/**
 * A span that records nothing.
 *
 * @example
 * ```ts
 * const span: Span = silentSpan;
 * ```
 */
export const silentSpan: Span = {
  context: () => NOTHING,
  setTag() {},
  log() {},
  finish() {},
};

/**
 * A tracer that records nothing.
 *
 * @example
 * ```ts
 * const tracer: Tracer = silentTracer;
 * ```
 */
export const silentTracer: Tracer = {
  startSpan: () => silentSpan,
  inject() {},
  extract: () => undefined,
  flush: () => Promise.resolve(),
};
