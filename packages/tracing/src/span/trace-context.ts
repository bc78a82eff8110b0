import type { SpanContext } from '@ts-chassis/core';

/** What a context is made of. */
export interface TraceContextParts {
  /** 16 or 32 hex digits in lower case; empty when a sender said only what is to be recorded. */
  readonly traceId: string;
  /** 16 hex digits in lower case; empty as `traceId`. */
  readonly spanId: string;
  readonly parentId?: string | undefined;
  /** Whether the trace is recorded; undefined when whoever gets the context decides. */
  readonly sampled: boolean | undefined;
  /** Recorded whatever any sampler says (B3). */
  readonly debug?: boolean;
  /** What vendors put into `tracestate`; passed on as it came. */
  readonly state?: string;
}

/** The context of a span, as it travels. */
export class TraceContext implements SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly sampled: boolean | undefined;
  readonly debug: boolean;
  readonly state: string;
  /** Its headers once they were asked for: all calls made inside an unrecorded span send the same. */
  headers: Readonly<Record<string, string>> | undefined;

  constructor(parts: TraceContextParts) {
    this.traceId = parts.traceId;
    this.spanId = parts.spanId;
    this.parentId = parts.parentId;
    this.sampled = parts.sampled;
    this.debug = parts.debug ?? false;
    this.state = parts.state ?? '';
    this.headers = undefined;
  }
}
