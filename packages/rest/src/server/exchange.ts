import {
  coreError,
  peerOf,
  type ErrorKind,
  type Invocation,
  type InvocationSource,
  type ListenerBinding,
  type PeerIdentity,
} from '@ts-chassis/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ArgumentSource } from '../binding/argument-plan.js';
import type { IncomingBody, OpenBody } from '../binding/open-body.js';
import { parsePairs, type Pairs } from '../binding/query.js';
import { restError } from '../codes.js';
import { kindOfStatus } from '../status.js';
import type { Connection, OpenExchange } from './connection.js';
import type { RestLimits } from './limits.js';
import { givenBody } from './given-body.js';
import type { PendingUpgrade } from './pending-upgrade.js';
import { hasBody } from './read-body.js';
import type { Representation } from './representation.js';
import { statusOf } from './status-of.js';
import { methodsAsked, toldOf } from './told.js';
import type { Route } from './route.js';

const NO_PARAMS: readonly string[] = [];

/** An answer that takes its time. */
export interface Writing {
  /** The client went away. */
  leave(): void;
  /** The server waits for its end. */
  stop(): void;
}

/** One request and its response, from acceptance to answer; also where its invocation reads from. */
export class Exchange implements InvocationSource, ArgumentSource, IncomingBody, OpenExchange {
  readonly protocol = 'rest';
  readonly listener: string;
  readonly trusted: boolean;
  readonly binding: ListenerBinding;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As they are when the request comes. */
  readonly limits: RestLimits;
  /** Of the target; the query is what follows its question mark. */
  readonly path: string;
  /** What was found for the request; written once, before its invocation is made. */
  route: Route;
  params = NO_PARAMS;
  /** Written by `toInvocation`, from headers of a trusted peer. */
  service = '';
  /** Written by `toInvocation`: `clock.elapsed()` then. */
  startedMs = 0;
  refusal?: Error;
  body: unknown = undefined;
  invocation: Invocation | undefined = undefined;
  /** Whether others than our own writers had the response in hand: it may have headers, and functions in the place of Node's. */
  touched = false;
  /** The form that the client asked for; undefined while it did not say, for the operation's own. */
  form: Representation | undefined = undefined;
  /** Of a request for another protocol. */
  upgrade: PendingUpgrade | undefined = undefined;
  /** Of a browser that asks what a page may, and CORS says it may. */
  isPreflight = false;
  /** The client went away before it was answered. */
  gone = false;
  /** A stream on its way to the client. */
  writing: Writing | undefined = undefined;
  #query: Pairs | undefined = undefined;
  #reading: OpenBody | undefined = undefined;
  #fault: Error | undefined = undefined;

  /** @param unmatched - the route until another one is found */
  constructor(
    readonly connection: Connection,
    http: { readonly request: IncomingMessage; readonly response: ServerResponse },
    unmatched: Route,
  ) {
    const { binding, limits } = connection.owner;
    this.listener = binding.listener.name;
    this.trusted = connection.trusted;
    this.binding = binding;
    this.request = http.request;
    this.response = http.response;
    this.limits = limits.value;
    this.route = unmatched;
    const url = http.request.url!;
    const mark = url.indexOf('?');
    this.path = mark < 0 ? url : url.slice(0, mark);
  }

  get query(): Pairs {
    if (this.#query) return this.#query;
    // Middleware may have put another one in its place; the route was found by the one that came.
    const url = (this.touched && (this.request as { originalUrl?: string }).originalUrl) || this.request.url!;
    return (this.#query =
      this.path.length === url.length ? NO_PARAMS : parsePairs(url.slice(this.path.length + 1), 'query'));
  }

  get remoteAddress(): string {
    return this.request.socket.remoteAddress ?? '';
  }

  get peer(): PeerIdentity | undefined {
    return peerOf(this.request.socket);
  }

  get raw(): { readonly request: IncomingMessage; readonly response: ServerResponse } {
    return this;
  }

  kindOf(status: number): ErrorKind | undefined {
    return status >= 400 ? kindOfStatus(status) : undefined;
  }

  statusOf(outcome: unknown): number {
    if (this.response.headersSent) return this.response.statusCode;
    return methodsAsked(this, outcome) ? 204 : statusOf(toldOf(this, outcome), this.route.reply.status);
  }

  arguments(): readonly unknown[] | Promise<readonly unknown[]> {
    const { route } = this;
    const accept = this.request.headers.accept;
    if (accept !== undefined && accept !== '*/*') this.form = route.reply.choose(accept) ?? refuseUnacceptable(route);
    if (route.body && hasBody(this.request)) {
      const given = this.touched ? givenBody(this.request, route.operation) : undefined;
      if (!given) return this.#argumentsWithBody();
      this.body = given.value;
    }
    return route.args.read(this);
  }

  async #argumentsWithBody(): Promise<readonly unknown[]> {
    const { route } = this;
    if (this.#fault) throw this.#fault;
    // a handler that tries again asks again, and the body comes but once
    const reading = (this.#reading ??= route.body!.open(this));
    this.body = reading.value(await reading.arrived);
    return route.args.read(this);
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

  /** It is answered, or nobody waits for that: nothing of its body is kept. A promise when that takes a while. */
  close(): Promise<void> | undefined {
    return this.#reading?.close();
  }

  /** The server takes no more requests and waits for those that are open. */
  stop(): void {
    this.writing?.stop();
  }

  /** The client is gone before it was answered. */
  abandon(): void {
    if (this.gone) return;
    const reason = coreError('CALL_CANCELLED', `${this.invocation?.operation.id ?? 'request'}: the client went away`);
    this.gone = true;
    this.#reading?.fail(reason);
    this.invocation?.cancel(reason);
    this.writing?.leave();
  }
}

function refuseUnacceptable({ operation, reply: { produces } }: Route): never {
  throw restError('NOT_ACCEPTABLE', `${operation.id}: produces ${produces.join(' and ')} only`, {
    details: { produces },
  });
}
