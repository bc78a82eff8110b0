import {
  authorityOf,
  ChassisError,
  coreError,
  tlsFailure,
  type ClientTransport,
  type Clock,
  type Endpoint,
  type Invocation,
  type Operation,
  type Reply,
  type TlsMaterials,
} from '@ts-chassis/core';
import { Readable } from 'node:stream';
import type { Pool } from 'undici';
import type { Codecs } from '../binding/codec.js';
import { UPGRADE } from '../decorators/upgrade.js';
import { TypedAnswer, type AnswerShape, type CallLimits } from './answer-shape.js';
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

interface Call {
  readonly invocation: Invocation;
  readonly shape: AnswerShape;
  readonly request: PlannedRequest;
}

/** What a {@link HttpClientTransport} is made of. */
export interface HttpClientOptions {
  readonly clock: Clock;
  readonly limits: { readonly value: RestClientLimits };
  /** For endpoints that speak TLS. */
  readonly tls: Pick<TlsMaterials, 'client'>;
  /** What is read, and written where an operation consumes it, beside JSON. */
  readonly codecs?: Codecs;
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
  readonly #typed: AnswerShape;
  readonly #codecs: Codecs;
  readonly #clock: Clock;
  readonly #limits: HttpClientOptions['limits'];
  readonly #now = (): number => this.#clock.now();

  constructor({ clock, limits, tls, codecs = new Map() }: HttpClientOptions) {
    this.#clock = clock;
    this.#limits = limits;
    this.#codecs = codecs;
    this.#typed = new TypedAnswer(codecs);
    this.#pools = new Pools({ connections: () => limits.value.maxIdleConnections, tls, clock });
  }

  speaks(operation: Operation): boolean {
    // A connection that leaves HTTP is no call.
    return operation.http !== undefined && operation.http.method !== UPGRADE;
  }

  send(invocation: Invocation): Promise<Reply> {
    try {
      const { operation } = invocation;
      const plan = this.#plans.get(operation) ?? this.#plan(operation);
      const request = plan.request(invocation.args);
      this.#headers.add(request.headers, invocation, this.#clock.elapsed());
      return this.#sent({ invocation, shape: plan.shape, request }, 1);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #sent(call: Call, attempt: number): Promise<Reply> {
    const { endpoint, operation, service } = call.invocation;
    if (!endpoint) throw coreError('NO_INSTANCE', `${operation.id}: no endpoint was picked`);
    const pooled = this.#pools.of(endpoint, service);
    return pooled instanceof Promise
      ? pooled.then((pool) => this.#dispatched(pool, call, attempt))
      : this.#dispatched(pooled, call, attempt);
  }

  release(endpoint: Endpoint): void {
    this.#pools.release(endpoint);
  }

  close(signal?: AbortSignal): Promise<void> {
    return this.#pools.close(signal);
  }

  #plan(operation: Operation): CallPlan {
    const requests = isFetch(operation) ? undefined : new RequestPlan(operation, this.#codecs);
    const plan: CallPlan = requests
      ? { shape: this.#typed, request: (args) => requests.request(args) }
      : { shape: fetchedAnswer, request: ([request]) => copyOf(request as PlannedRequest) };
    this.#plans.set(operation, plan);
    return plan;
  }

  #dispatched(pool: Pool, call: Call, attempt: number): Promise<Reply> {
    const { invocation, shape, request } = call;
    const limits: CallLimits = { maxBodyBytes: this.#limits.value.maxBodyBytes || Infinity, now: this.#now };
    const handler = new CallHandler(invocation, shape, limits);
    const { method, path, headers, body = null } = request;
    pool.dispatch({ method: method as 'GET', path, headers, body }, handler);
    return handler.reply.catch((error: unknown) => {
      if (attempt > 1 || handler.answered || invocation.cancelled || !maySendAgain(error, request)) {
        // undici leaves it open when there was no connection to send it over.
        if (body instanceof Readable) body.destroy();
        throw callError(error, invocation);
      }
      return this.#sent(call, attempt + 1);
    });
  }
}

/** A fetched request may be tried several times, by a retry; each try has headers of its own. */
function copyOf(request: PlannedRequest): PlannedRequest {
  return { ...request, headers: [...request.headers] };
}

function maySendAgain(error: unknown, { method, body }: PlannedRequest): boolean {
  const { code } = error as NodeJS.ErrnoException;
  // what streams out of an argument is there but once
  if (ChassisError.is(error) || (typeof body === 'object' && !(body instanceof Uint8Array))) return false;
  return UNSENT.has(code) || (STALE.has(code) && IDEMPOTENT.has(method));
}

/** Whatever undici says, in our words. */
function callError(error: unknown, { operation, endpoint, service }: Invocation): unknown {
  if (ChassisError.is(error)) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'UND_ERR_INVALID_ARG') {
    return new ChassisError('INVALID_ARGUMENT', `${operation.id}: the request cannot be sent: ${message}`, {
      code: 'ARGUMENT_INVALID',
      cause: error,
    });
  }
  const where = endpoint ? authorityOf(endpoint) : 'nowhere';
  const why = (endpoint?.ssl && tlsFailure(error, `${service}.rest.Consumer`)) || message || code;
  return coreError('CALL_FAILED', `${operation.id}: ${where}: ${why || 'the connection failed'}`, { cause: error });
}
