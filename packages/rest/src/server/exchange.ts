import {
  coreError,
  type ErrorKind,
  type Invocation,
  type InvocationSource,
  type ListenerBinding,
} from '@ts-chassis/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ArgumentSource } from '../binding/argument-plan.js';
import { accepts } from '../binding/media-type.js';
import { parsePairs, type Pairs } from '../binding/query.js';
import { restError } from '../codes.js';
import { kindOfStatus } from '../status.js';
import type { Connection, OpenExchange } from './connection.js';
import type { RestLimits } from './limits.js';
import { hasBody, readBody, type BodyReading } from './read-body.js';
import type { Route } from './route.js';

/** What an {@link Exchange} is made of. */
export interface ExchangeInit {
  readonly binding: ListenerBinding;
  readonly connection: Connection;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly limits: RestLimits;
  readonly route: Route;
  readonly params: readonly string[];
  readonly queryText: string;
}

/** One request and its response, from acceptance to answer; also where its invocation reads from. */
export class Exchange implements InvocationSource, ArgumentSource, OpenExchange {
  readonly protocol = 'rest';
  readonly listener: string;
  readonly trusted: boolean;
  readonly binding: ListenerBinding;
  readonly connection: Connection;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly limits: RestLimits;
  readonly route: Route;
  readonly params: readonly string[];
  /** Written by `toInvocation`, from headers of a trusted peer. */
  service = '';
  refusal?: Error;
  body: unknown = undefined;
  invocation: Invocation | undefined = undefined;
  /** The client went away before it was answered. */
  gone = false;
  /** Runs when the client goes away while the answer is being written. */
  onGone: (() => void) | undefined = undefined;
  readonly #queryText: string;
  #query: Pairs | undefined = undefined;
  #reading: BodyReading | undefined = undefined;
  #fault: Error | undefined = undefined;

  constructor(init: ExchangeInit) {
    this.listener = init.binding.listener.name;
    this.trusted = init.connection.trusted;
    this.binding = init.binding;
    this.connection = init.connection;
    this.request = init.request;
    this.response = init.response;
    this.limits = init.limits;
    this.route = init.route;
    this.params = init.params;
    this.#queryText = init.queryText;
  }

  get query(): Pairs {
    return (this.#query ??= parsePairs(this.#queryText, 'query'));
  }

  get remoteAddress(): string {
    return this.request.socket.remoteAddress ?? '';
  }

  get raw(): { readonly request: IncomingMessage; readonly response: ServerResponse } {
    return this;
  }

  kindOf(status: number): ErrorKind | undefined {
    return status >= 400 ? kindOfStatus(status) : undefined;
  }

  arguments(invocation: Invocation): readonly unknown[] | Promise<readonly unknown[]> {
    const { route } = this;
    const accept = this.request.headers.accept;
    if (accept !== undefined && accept !== '*/*' && !accepts(accept, route.reply.produces)) {
      throw notAcceptable(invocation.operation.id, route.reply.produces);
    }
    if (route.body && hasBody(this.request)) return this.#argumentsWithBody(invocation);
    return route.args.read(this, invocation);
  }

  async #argumentsWithBody(invocation: Invocation): Promise<readonly unknown[]> {
    const { route } = this;
    if (this.#fault) throw this.#fault;
    const decode = route.body!.decoderFor(this.request.headers);
    this.#reading = readBody(this.request, this.response, {
      limit: this.limits.maxBodyBytes || Infinity,
      onGone: () => this.abandon(),
    });
    this.body = decode(await this.#reading.bytes);
    return route.args.read(this, invocation);
  }

  /** Whether its request is still arriving; then a fault of the connection is one of the request. */
  get isArriving(): boolean {
    return !this.request.complete;
  }

  /** Whether its body was asked for, or broke, before it was there: what follows on the connection cannot be told from it. */
  get isBroken(): boolean {
    return this.isArriving && (this.#reading !== undefined || this.#fault !== undefined);
  }

  /** The rest of the request will not come: too slow, or not HTTP. */
  fail(error: Error): void {
    this.#fault = error;
    this.#reading?.fail(error);
  }

  /** The client is gone before it was answered. */
  abandon(): void {
    if (this.gone) return;
    const reason = coreError('CALL_CANCELLED', `${this.invocation?.operation.id ?? 'request'}: the client went away`);
    this.gone = true;
    this.#reading?.fail(reason);
    this.invocation?.cancel(reason);
    this.onGone?.();
  }
}

function notAcceptable(id: string, produces: readonly string[]): Error {
  return restError('NOT_ACCEPTABLE', `${id}: produces ${produces.join(' and ')} only`, { details: { produces } });
}
