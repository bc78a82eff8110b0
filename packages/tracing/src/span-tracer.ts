import type { SpanContext, TraceCarrier, Tracer } from '@ts-chassis/core';
import type { SpanReporter } from './backend.js';
import type { Complaints } from './complaints.js';
import type { Propagation } from './propagation/propagation.js';
import type { HeaderRecord } from './propagation/trace-format.js';
import type { FinishedSpan } from './span/finished-span.js';
import type { IdSource } from './span/id-source.js';
import { RecordedSpan } from './span/recorded-span.js';
import type { Sampler } from './span/sampler.js';
import type { SpanTime } from './span/span-time.js';
import { TraceContext } from './span/trace-context.js';
import { UnrecordedSpan } from './span/unrecorded-span.js';

/** What a {@link SpanTracer} works with. */
export interface SpanTracerParts {
  readonly service: string;
  readonly sampler: Sampler;
  readonly ids: IdSource;
  readonly propagation: Propagation;
  readonly time: SpanTime;
  readonly reporter: SpanReporter;
  readonly complaints: Complaints;
}

/** A span of ours. */
export type OwnSpan = RecordedSpan | UnrecordedSpan;

/** The tracer of an application: decides what is recorded, makes spans, and hands those that are over to the backend. */
export class SpanTracer implements Tracer {
  readonly #report: (span: FinishedSpan) => void;

  constructor(private readonly parts: SpanTracerParts) {
    const { complaints, reporter } = parts;
    this.#report = (span) => {
      try {
        reporter.report(span);
      } catch (error) {
        // a request is not to fail because of what was said on its span
        complaints.warn('a span could not be reported', { span: span.name, error });
      }
    };
  }

  startSpan(
    name: string,
    options: { readonly kind: FinishedSpan['kind']; readonly parent?: SpanContext | undefined },
  ): OwnSpan {
    const { parent } = options;
    return this.start(name, options.kind, parent instanceof TraceContext ? parent : undefined);
  }

  /** @param parent - what began it, here or elsewhere; undefined for the first span of a trace */
  start(name: string, kind: FinishedSpan['kind'], parent: TraceContext | undefined): OwnSpan {
    const { ids, sampler } = this.parts;
    const known = parent === undefined || parent.traceId === '' ? undefined : parent;
    const word = known === undefined ? ids.word() : wordOf(known.traceId);
    const sampled = parent?.sampled ?? sampler.decide(word);
    if (!sampled) return new UnrecordedSpan(ids, known, word);
    const context = new TraceContext({
      traceId: known?.traceId ?? ids.traceId(word),
      spanId: ids.spanId(),
      parentId: known?.spanId,
      sampled: true,
      debug: parent?.debug ?? false,
      state: known?.state ?? '',
    });
    const { service, time } = this.parts;
    return new RecordedSpan({ service, name, kind, context, time, report: this.#report });
  }

  inject(context: SpanContext, carrier: TraceCarrier): void {
    if (context instanceof TraceContext && context.traceId !== '') Object.assign(carrier, this.headersOf(context));
  }

  extract(carrier: { get(name: string): string | undefined }, trusted = false): TraceContext | undefined {
    const record = Object.fromEntries(HEADERS.map((name) => [name, carrier.get(name)]));
    return this.read(record, trusted);
  }

  /** What the headers of a request say, as far as its sender is believed. */
  read(headers: HeaderRecord, trusted: boolean): TraceContext | undefined {
    const context = this.parts.propagation.read(headers);
    if (context === undefined || this.parts.sampler.believes(trusted)) return context;
    if (context.traceId === '') return undefined;
    // anybody may join a trace; what is recorded costs us, so it is ours to decide
    return new TraceContext({ ...context, sampled: undefined, debug: false });
  }

  /** The headers of a context; not to be changed. */
  headersOf(context: TraceContext): Readonly<Record<string, string>> {
    return this.parts.propagation.headersOf(context);
  }

  open(): void {
    this.parts.reporter.open?.();
  }

  async flush(): Promise<void> {
    await this.parts.reporter.flush();
  }

  async close(): Promise<void> {
    await this.parts.reporter.close();
  }
}

/** Every header that a format reads. */
const HEADERS = [
  ...['b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'],
  ...['traceparent', 'tracestate'],
];

function wordOf(traceId: string): number {
  return parseInt(traceId.slice(-8), 16);
}
