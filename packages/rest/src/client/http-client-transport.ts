import {
  authorityOf,
  ChassisError,
  coreError,
  type ClientTransport,
  type Clock,
  type Endpoint,
  type Invocation,
  type Operation,
  type Reply,
} from '@ts-chassis/core';
import { typedAnswer, type CallLimits } from './answer-shape.js';
import { CallHandler } from './call-handler.js';
import { isFetch } from './fetch-operation.js';
import { fetchedAnswer } from './fetched-answer.js';
import { Pools } from './pools.js';
import { addInvocationHeaders } from './request-headers.js';
import { RequestPlan, type PlannedRequest } from './request-plan.js';

/** What bounds the calls of this application. */
export interface RestClientLimits {
  /** Longest body of a reply in bytes, and longest item of a streamed one; 0 for no limit. */
  readonly maxBodyBytes: number;
  /** Connections to one endpoint at most; what holds when the first call to it is made. */
  readonly maxIdleConnections: number;
}

/** Requests that may be sent twice without harm (RFC 9110, 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);

/** How a kept connection fails that the other side had closed before the request reached it. */
const STALE: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** The pool was closed between two calls: nothing was sent. */
const UNSENT: ReadonlySet<unknown> = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

/**
 * Calls operations over HTTP/1.1 on kept connections, a pool for each endpoint. A request that found its connection closed before any
 * answer is sent once more when that does no harm.
 */
export class HttpClientTransport implements ClientTransport {
  readonly protocol = 'rest';
  readonly #pools: Pools;
  readonly #plans = new WeakMap<Operation, RequestPlan>();

  constructor(
    private readonly clock: Clock,
    private readonly limits: { readonly value: RestClientLimits },
  ) {
    this.#pools = new Pools(() => this.limits.value.maxIdleConnections);
  }

  speaks(operation: Operation): boolean {
    return operation.http !== undefined;
  }

  async send(invocation: Invocation): Promise<Reply> {
    const request = this.#request(invocation);
    addInvocationHeaders(request.headers, invocation, this.clock.elapsed());
    for (let tries = 1; ; tries++) {
      const handler = await this.#dispatch(invocation, request);
      try {
        return await handler.reply;
      } catch (error) {
        if (tries > 1 || handler.answered || invocation.cancelled || !maySendAgain(error, request))
          throw callError(error, invocation);
      }
    }
  }

  release(endpoint: Endpoint): void {
    this.#pools.release(endpoint);
  }

  close(): Promise<void> {
    return this.#pools.close();
  }

  #request(invocation: Invocation): PlannedRequest {
    const { operation, args } = invocation;
    if (isFetch(operation)) {
      const request = args[0] as PlannedRequest;
      return { ...request, headers: [...request.headers] };
    }
    let plan = this.#plans.get(operation);
    if (!plan) this.#plans.set(operation, (plan = new RequestPlan(operation)));
    return plan.request(args);
  }

  async #dispatch(invocation: Invocation, request: PlannedRequest): Promise<CallHandler> {
    const { endpoint, operation } = invocation;
    if (!endpoint) throw coreError('NO_INSTANCE', `${operation.id}: no endpoint was picked`);
    const pooled = this.#pools.of(endpoint);
    const pool = pooled instanceof Promise ? await pooled : pooled;
    const limits: CallLimits = {
      maxBodyBytes: this.limits.value.maxBodyBytes || Infinity,
      now: () => this.clock.now(),
    };
    const handler = new CallHandler(invocation, isFetch(operation) ? fetchedAnswer : typedAnswer, limits);
    pool.dispatch(
      { method: request.method as 'GET', path: request.path, headers: request.headers, body: request.body ?? null },
      handler,
    );
    return handler;
  }
}

function maySendAgain(error: unknown, { method }: PlannedRequest): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (ChassisError.is(error)) return false;
  return UNSENT.has(code) || (STALE.has(code) && IDEMPOTENT.has(method));
}

/** Whatever undici says, in our words. */
function callError(error: unknown, { operation, endpoint }: Invocation): unknown {
  if (ChassisError.is(error)) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'UND_ERR_INVALID_ARG') {
    return new ChassisError('INVALID_ARGUMENT', `${operation.id}: the request cannot be sent: ${message}`, {
      code: 'ARGUMENT_INVALID',
      cause: error,
    });
  }
  const where = endpoint ? authorityOf(endpoint) : 'nowhere';
  return coreError('CALL_FAILED', `${operation.id}: ${where}: ${message || code || 'the connection failed'}`, {
    cause: error,
  });
}
