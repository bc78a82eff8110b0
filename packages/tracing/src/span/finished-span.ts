/**
 * A value of a tag.
 *
 * @example
 * ```ts
 * const value: TagValue = 200;
 * ```
 */
export type TagValue = string | number | boolean;

/**
 * Something that happened at one moment of a span.
 *
 * @example
 * ```ts
 * const log: SpanLog = { atMs: 1_700_000_000_000.25, fields: { event: 'cache miss' } };
 * ```
 */
export interface SpanLog {
  /** Wall time in milliseconds since the epoch, with fractions. */
  readonly atMs: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * A span that is over, as backends get it. Only those that are recorded come to a backend.
 *
 * @example
 * ```ts
 * const report = (span: FinishedSpan): void => console.log(span.traceId, span.name, span.durationMs);
 * ```
 */
export interface FinishedSpan {
  /** Our own service. */
  readonly service: string;
  /** The id of the operation, or what it was called by hand. */
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  /** 32 hex digits, or 16 when the trace was begun elsewhere. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Undefined for the first span of a trace. */
  readonly parentId: string | undefined;
  /** Asked for by the debug flag of B3. */
  readonly debug: boolean;
  /** Wall time in milliseconds since the epoch, with fractions. */
  readonly startedAtMs: number;
  /** In milliseconds, with fractions. */
  readonly durationMs: number;
  /** By name, in OpenTracing's words: `http.status_code`, `peer.service`, `error`. */
  readonly tags: ReadonlyMap<string, TagValue>;
  readonly logs: readonly SpanLog[];
}
