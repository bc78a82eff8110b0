import type { Span } from '@ts-chassis/core';
import type { FinishedSpan, SpanLog, TagValue } from './finished-span.js';
import type { SpanTime } from './span-time.js';
import type { TraceContext } from './trace-context.js';

/** A span is no store: what would make it one is left out or cut off. */
const MOST_TAGS = 100;
const MOST_LOGS = 100;
const LONGEST_TEXT = 4096;

/** What a recorded span begins with. */
export interface RecordedSpanParts {
  readonly service: string;
  readonly name: string;
  readonly kind: FinishedSpan['kind'];
  readonly context: TraceContext;
  readonly time: SpanTime;
  /** Takes it when it is over. */
  readonly report: (span: FinishedSpan) => void;
}

/** A span that goes to the backend. */
export class RecordedSpan implements Span, FinishedSpan {
  readonly recorded = true;
  readonly service: string;
  readonly name: string;
  readonly kind: FinishedSpan['kind'];
  readonly startedAtMs: number;
  durationMs = 0;
  readonly tags = new Map<string, TagValue>();
  readonly logs: SpanLog[] = [];
  readonly #context: TraceContext;
  readonly #time: SpanTime;
  readonly #report: (span: FinishedSpan) => void;
  readonly #beganMs: number;
  #over = false;

  constructor(parts: RecordedSpanParts) {
    this.service = parts.service;
    this.name = parts.name;
    this.kind = parts.kind;
    this.#context = parts.context;
    this.#time = parts.time;
    this.#report = parts.report;
    // one reading for both: between two of them the thread may be held up, and the span would seem to end too early
    this.#beganMs = parts.time.elapsed();
    this.startedAtMs = parts.time.now(this.#beganMs);
  }

  get traceId(): string {
    return this.#context.traceId;
  }

  get spanId(): string {
    return this.#context.spanId;
  }

  get parentId(): string | undefined {
    return this.#context.parentId;
  }

  get debug(): boolean {
    return this.#context.debug;
  }

  context(): TraceContext {
    return this.#context;
  }

  setTag(name: string, value: TagValue): void {
    if (this.#over || value === undefined || value === null) return;
    if (this.tags.size >= MOST_TAGS && !this.tags.has(name)) return;
    this.tags.set(name, plain(value));
  }

  log(fields: Readonly<Record<string, unknown>>): void {
    if (this.#over || this.logs.length >= MOST_LOGS) return;
    this.logs.push({ atMs: this.#time.now(), fields });
  }

  finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.durationMs = Math.max(0, this.#time.elapsed() - this.#beganMs);
    this.#report(this);
  }
}

/** Code without types may pass anything. */
function plain(value: unknown): TagValue {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return String(value).slice(0, LONGEST_TEXT);
}
