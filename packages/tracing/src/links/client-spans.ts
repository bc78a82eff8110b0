import {
  authorityOf,
  ChassisError,
  silentSpan,
  type Invocation,
  type Next,
  type Operation,
  type PlanContext,
  type PlannedHandler,
  type Reply,
  type Span,
} from '@ts-chassis/core';
import type { RecordedSpan } from '../span/recorded-span.js';
import { TraceContext } from '../span/trace-context.js';
import type { SpanTracer } from '../span-tracer.js';
import { isExcluded } from './excluded.js';
import { plainStatus, speaksHttp, statusTag, writeFailure } from './outcome.js';
import { whenOver } from './when-over.js';

const IN_PROCESS = 'in-process';

/** The handler `tracing-consumer`: a span for every try of a call, and the headers by which the callee joins the trace. */
export class ClientSpans implements PlannedHandler {
  constructor(
    private readonly tracer: SpanTracer,
    private readonly exclude: readonly string[],
  ) {}

  plan({ operation }: PlanContext, next: Next): Next {
    if (isExcluded(operation.id, this.exclude)) return next;
    const link = new ClientLink(this.tracer, operation, next);
    return (invocation) => link.run(invocation);
  }
}

class ClientLink {
  readonly #name: string;

  constructor(
    private readonly tracer: SpanTracer,
    private readonly operation: Operation,
    private readonly next: Next,
  ) {
    this.#name = operation.id;
  }

  run(invocation: Invocation): Promise<Reply> {
    const outer = invocation.span;
    const parent = outer === silentSpan ? undefined : outer.context();
    const context = parent instanceof TraceContext ? parent : undefined;
    // what is not recorded needs no span of its own: the callee gets the ids of the caller's
    if (context?.sampled === false) {
      this.#send(invocation, context);
      return this.next(invocation);
    }
    const span = this.tracer.start(this.#name, 'client', context);
    invocation.span = span;
    this.#send(invocation, span.context());
    return span.recorded ? this.#record(invocation, span, outer) : this.next(invocation);
  }

  #send(invocation: Invocation, context: TraceContext): void {
    if (invocation.endpoint?.listener !== IN_PROCESS) invocation.setHeaders(this.tracer.headersOf(context));
  }

  /** @param outer - the span of the caller, which the invocation has again once the try is over */
  #record(invocation: Invocation, span: RecordedSpan, outer: Span): Promise<Reply> {
    this.#describe(invocation, span);
    return whenOver(invocation, this.next, ({ reply, error }) => {
      invocation.span = outer;
      const listener = invocation.endpoint?.listener ?? '';
      const status =
        error === undefined ? (reply?.status ?? plainStatus(listener)) : (reply?.status ?? statusOf(error));
      if (status !== undefined) span.setTag(statusTag(listener), status);
      if (error !== undefined) writeFailure(span, error, true);
      span.finish();
    });
  }

  #describe({ attempt, endpoint, service }: Invocation, span: RecordedSpan): void {
    const { http } = this.operation;
    span.setTag('component', 'ts-chassis');
    span.setTag('peer.service', service);
    if (attempt > 1) span.setTag('attempt', attempt);
    if (endpoint && endpoint.listener !== IN_PROCESS) span.setTag('peer.address', authorityOf(endpoint));
    if (http && speaksHttp(endpoint?.listener ?? '')) {
      span.setTag('http.method', http.method);
      span.setTag('http.route', http.path);
    }
  }
}

function statusOf(error: unknown): number | undefined {
  const reply = ChassisError.is(error) && error.remote ? (error.reply as Partial<Reply> | undefined) : undefined;
  return typeof reply?.status === 'number' ? reply.status : undefined;
}
