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
import type { Pool } from 'undici';
import { typedAnswer, type AnswerShape, type CallLimits } from './answer-shape.js';
import { CallHandler } from './call-handler.js';
import { isFetch } from './fetch-operation.js';
import { fetchedAnswer } from './fetched-answer.js';
import { Pools } from './pools.js';
import { InvocationHeaders } from './request-headers.js';
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

/** What calls of one operation have in common, decided at the first. */
interface CallPlan {
  readonly shape: AnswerShape;
  request(args: readonly unknown[]): PlannedRequest;
}

/**
 * Calls operations over HTTP/1.1 on kept connections, a pool for each endpoint. A request that found its connection closed before any
 * answer is sent once more when that does no harm.
 */
export class HttpClientTransport implements ClientTransport {
  readonly protocol = 'rest';
  readonly #pools: Pools;
  readonly #plans = new WeakMap<Operation, CallPlan>();
  readonly #headers = new InvocationHeaders();
  readonly #now = (): number => this.clock.now();

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
    const { endpoint, operation } = invocation;
    if (!endpoint) throw coreError('NO_INSTANCE', `${operation.id}: no endpoint was picked`);
    const plan = this.#plans.get(operation) ?? this.#plan(operation);
    const request = plan.request(invocation.args);
    this.#headers.add(request.headers, invocation, this.clock.elapsed());
    for (let tries = 1; ; tries++) {
      const pooled = this.#pools.of(endpoint);
      const handler = this.#dispatch(pooled instanceof Promise ? await pooled : pooled, request, {
        invocation,
        shape: plan.shape,
      });
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

  close(signal?: AbortSignal): Promise<void> {
    return this.#pools.close(signal);
  }

  #plan(operation: Operation): CallPlan {
    const requests = isFetch(operation) ? undefined : new RequestPlan(operation);
    const plan: CallPlan = requests
      ? { shape: typedAnswer, request: (args) => requests.request(args) }
      : { shape: fetchedAnswer, request: ([request]) => copyOf(request as PlannedRequest) };
    this.#plans.set(operation, plan);
    return plan;
  }

  #dispatch(pool: Pool, request: PlannedRequest, call: { invocation: Invocation; shape: AnswerShape }): CallHandler {
    const limits: CallLimits = { maxBodyBytes: this.limits.value.maxBodyBytes || Infinity, now: this.#now };
    const handler = new CallHandler(call.invocation, call.shape, limits);
    const { method, path, headers, body = null } = request;
    pool.dispatch({ method: method as 'GET', path, headers, body }, handler);
    return handler;
  }
}

/** A fetched request may be tried several times, by a retry; each try has headers of its own. */
function copyOf(request: PlannedRequest): PlannedRequest {
  return { ...request, headers: [...request.headers] };
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
