import {
  silentSpan,
  type Invocation,
  type Next,
  type Operation,
  type PlanContext,
  type PlannedHandler,
  type Reply,
} from '@ts-chassis/core';
import type { RecordedSpan } from '../span/recorded-span.js';
import { TraceContext } from '../span/trace-context.js';
import type { SpanTracer } from '../span-tracer.js';
import { isExcluded } from './excluded.js';
import { isOurs, speaksHttp, statusTag, writeFailure } from './outcome.js';
import { whenOver, type Ending } from './when-over.js';

const IN_PROCESS = 'in-process';

/** The handler `tracing-provider`: a span for every request, from admission to the end of its answer. */
export class ServerSpans implements PlannedHandler {
  constructor(
    private readonly tracer: SpanTracer,
    private readonly exclude: readonly string[],
  ) {}

  plan({ operation }: PlanContext, next: Next): Next {
    if (isExcluded(operation.id, this.exclude)) return next;
    const link = new ServerLink(this.tracer, operation, next);
    return (invocation) => link.run(invocation);
  }
}

class ServerLink {
  readonly #name: string;

  constructor(
    private readonly tracer: SpanTracer,
    private readonly operation: Operation,
    private readonly next: Next,
  ) {
    this.#name = operation.id;
  }

  run(invocation: Invocation): Promise<Reply> {
    const span = this.tracer.start(this.#name, 'server', this.#parentOf(invocation));
    invocation.span = span;
    return span.recorded ? this.#record(invocation, span) : this.next(invocation);
  }

  /** In process the call's own span, else what the request says. */
  #parentOf({ span, headers, source }: Invocation): TraceContext | undefined {
    if (span === silentSpan) return this.tracer.read(headers.record, source.trusted);
    const context = span.context();
    return context instanceof TraceContext ? context : undefined;
  }

  #record(invocation: Invocation, span: RecordedSpan): Promise<Reply> {
    this.#describe(invocation, span);
    return whenOver(invocation, this.next, (ending) => {
      writeOutcome(invocation, span, ending);
      span.finish();
    });
  }

  #describe({ source }: Invocation, span: RecordedSpan): void {
    const { http } = this.operation;
    span.setTag('component', 'ts-chassis');
    if (http && speaksHttp(source.protocol)) {
      span.setTag('http.method', http.method);
      span.setTag('http.route', http.path);
    }
    if (source.service !== '') span.setTag('peer.service', source.service);
    if (source.remoteAddress) span.setTag('peer.address', source.remoteAddress);
  }
}

function writeOutcome({ source }: Invocation, span: RecordedSpan, { reply, error }: Ending): void {
  const status = source.statusOf?.(error ?? reply);
  if (status !== undefined && source.protocol !== IN_PROCESS) span.setTag(statusTag(source.protocol), status);
  if (error !== undefined) writeFailure(span, error, isOurs(error, status));
}
