import type { Disposer } from '../clock/clock.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import type { PeerIdentity } from '../endpoint/peer-identity.js';
import { coreError } from '../errors/core-error.js';
import type { ErrorKind } from '../errors/error-kind.js';
import type { Operation } from '../schema/operation.js';
import { silentSpan, type Span } from '../telemetry/tracer.js';
import { Cancellation } from './cancellation.js';
import { HeaderMap } from './header-map.js';
import { PropagatedContext } from './propagated-context.js';
import type { Slot } from './slot.js';

/**
 * Who asks, and over what.
 *
 * @example
 * ```ts
 * if (!invocation.source.trusted) throw Unauthenticated('strangers may not');
 * ```
 */
export interface InvocationSource {
  /** The calling service, as far as the listener believes it; else empty. On the consumer side our own. */
  readonly service: string;
  /** The protocol it came in by: `rest`, `grpc`, `in-process`; empty on the consumer side. */
  readonly protocol: string;
  /** The listener it came in by; `local` in process. */
  readonly listener?: string;
  readonly trusted: boolean;
  readonly remoteAddress?: string;
  /** Who sent it, by a verified certificate; undefined without TLS or without one. */
  readonly peer?: PeerIdentity | undefined;
  /** The protocol's own request and response. */
  readonly raw?: unknown;
  /** For a request that matched no operation: the failure to answer with (405, a malformed path); default `NOT_FOUND`. */
  readonly refusal?: Error;
  /** Which failure a reply's status hint means in this protocol; undefined for a success. Without it no status is a failure. */
  kindOf?(status: number): ErrorKind | undefined;
  /** The status this protocol answers an outcome with: a reply, or what was thrown. For metrics, spans and logs. */
  statusOf?(outcome: unknown): number;
  /**
   * Reads the arguments, in the order of the operation's parameters' indexes, coerced from text where the protocol has only
   * text but not validated; the link `bind` calls it once for each try. Body limits and syntax errors surface here.
   */
  arguments?(invocation: Invocation): readonly unknown[] | Promise<readonly unknown[]>;
}

/**
 * What an {@link Invocation} is made of; everything else starts empty.
 *
 * @example
 * ```ts
 * const init: InvocationInit = { operation, service: 'catalog', source };
 * ```
 */
export interface InvocationInit {
  readonly operation: Operation;
  /** The service that is called; on the provider side our own. */
  readonly service: string;
  readonly source: InvocationSource;
  readonly parent?: Invocation | undefined;
  /** Which try this is, from 1; default 1. */
  readonly attempt?: number;
  /** In `clock.elapsed()` milliseconds; default `Infinity`. */
  readonly deadline?: number;
  /** Whether its arguments can be sent once more; default true. */
  readonly replayable?: boolean;
  readonly span?: Span;
  /** The object a chain of side `method` runs on. */
  readonly self?: object;
  readonly args?: readonly unknown[] | undefined;
  readonly headers?: HeaderMap;
  readonly context?: PropagatedContext;
  readonly endpoint?: Endpoint | undefined;
}

/**
 * What a fork has otherwise than its original.
 *
 * @example
 * ```ts
 * const second = invocation.fork({ attempt: 2, endpoint: undefined });
 * ```
 */
export type ForkChange = Partial<
  Pick<InvocationInit, 'attempt' | 'deadline' | 'span' | 'args' | 'headers' | 'context' | 'endpoint' | 'replayable'>
>;

/**
 * One call of one operation, on its way through a chain, whatever the protocol. It is never rewound: who tries again forks it.
 *
 * @example
 * ```ts
 * async handle(invocation: Invocation, next: Next): Promise<Reply> {
 *   invocation.span.setTag('caller', invocation.source.service);
 *   return next(invocation);
 * }
 * ```
 */
export class Invocation {
  readonly operation: Operation;
  readonly service: string;
  readonly source: InvocationSource;
  /** The invocation inside whose method this call is made, or the one it was forked from. */
  readonly parent: Invocation | undefined;
  readonly attempt: number;
  readonly deadline: number;
  readonly replayable: boolean;
  /** Written by the tracing links, on the invocation of each try. */
  span: Span;
  readonly self: object | undefined;
  /** Written by the traffic marker. */
  mark: string | undefined;
  /** Written by the authentication handler. */
  principal: unknown;
  /** Written by the router: which instances may be picked. */
  tags: Readonly<Record<string, string>> | undefined;
  /** Written by the load balancer, or preset by the caller. */
  endpoint: Endpoint | undefined;
  #args: readonly unknown[] | undefined;
  #headers: HeaderMap;
  #context: PropagatedContext;
  /** Slots and values in turn: there are few, and a map for them would cost as much as all the rest. */
  #slots: unknown[] | undefined;
  #slotsShared: boolean;
  #cancellation: Cancellation | undefined;
  #unlink: Disposer[] | undefined;

  constructor(init: InvocationInit) {
    this.operation = init.operation;
    this.service = init.service;
    this.source = init.source;
    this.parent = init.parent;
    this.attempt = init.attempt ?? 1;
    this.deadline = init.deadline ?? Infinity;
    this.replayable = init.replayable ?? true;
    this.span = init.span ?? silentSpan;
    this.self = init.self;
    this.mark = undefined;
    this.principal = undefined;
    this.tags = undefined;
    this.endpoint = init.endpoint;
    this.#args = init.args;
    this.#headers = init.headers ?? HeaderMap.empty;
    this.#context = init.context ?? PropagatedContext.empty;
    this.#slots = undefined;
    this.#slotsShared = false;
    this.#cancellation = undefined;
    this.#unlink = undefined;
  }

  /**
   * The arguments, by position. On the provider side they are there after the link `bind`.
   *
   * @throws ChassisError `ARGS_BEFORE_BIND` when read earlier
   */
  get args(): readonly unknown[] {
    if (this.#args === undefined) {
      throw coreError(
        'ARGS_BEFORE_BIND',
        `${this.operation.id}: arguments are read by the link "bind"; a handler that needs them is declared after: 'bind'`,
      );
    }
    return this.#args;
  }

  set args(args: readonly unknown[]) {
    this.#args = args;
  }

  /** Request headers (metadata). On the provider side as received, on the consumer side to be sent. */
  get headers(): HeaderMap {
    return this.#headers;
  }

  /** Entries that travel on with every call made inside. */
  get context(): PropagatedContext {
    return this.#context;
  }

  setHeader(name: string, value: string | readonly string[]): void {
    this.#headers = this.#headers.with(name, value);
  }

  /** Takes a header away, so that it is not sent; nothing happens when it is not there. */
  removeHeader(name: string): void {
    if (this.#headers.has(name)) this.#headers = this.#headers.without(name);
  }

  /** Sets several headers at once; their names must be in lower case, and the record must not change any more. */
  setHeaders(headers: Readonly<Record<string, string>>): void {
    this.#headers = this.#headers.withAll(headers);
  }

  /** Adds an entry to the propagated context of this invocation and of calls made inside it from now on. */
  setContext(name: string, value: string): void {
    this.#context = this.#context.with(name, value);
  }

  get<T>(slot: Slot<T>): T | undefined {
    const slots = this.#slots;
    const at = slots ? positionOf(slots, slot) : -1;
    return at < 0 ? undefined : (slots![at + 1] as T);
  }

  set<T>(slot: Slot<T>, value: T): void {
    if (this.#slotsShared) this.#slots = this.#slots?.slice();
    this.#slotsShared = false;
    const slots = (this.#slots ??= []);
    const at = positionOf(slots, slot);
    if (at < 0) slots.push(slot, value);
    else slots[at + 1] = value;
  }

  /** Whether it was cancelled: by its caller, its deadline, or its parent. */
  get cancelled(): boolean {
    return this.#cancellation?.cancelled ?? false;
  }

  /** Gives up: everybody registered with `onCancel` is told, once. Later reasons are ignored. */
  cancel(reason: unknown): void {
    (this.#cancellation ??= new Cancellation()).cancel(reason);
  }

  /** Runs something when the invocation is cancelled, at once when it is already; dispose when no longer of interest. */
  onCancel(run: (reason: unknown) => void): Disposer {
    return (this.#cancellation ??= new Cancellation()).add(run);
  }

  /** The cancellation as an `AbortSignal`; made when first asked for. */
  get signal(): AbortSignal {
    return (this.#cancellation ??= new Cancellation()).signal;
  }

  /** A copy for another try. It is cancelled with its original until `unlink()`; `runFork` unlinks by itself. */
  fork(change: ForkChange = {}): Invocation {
    const copy = new Invocation({
      operation: this.operation,
      service: this.service,
      source: this.source,
      parent: this,
      attempt: change.attempt ?? this.attempt,
      deadline: Math.min(change.deadline ?? Infinity, this.deadline),
      replayable: change.replayable ?? this.replayable,
      span: change.span ?? this.span,
      args: change.args ?? this.#args,
      headers: change.headers ?? this.#headers,
      context: change.context ?? this.#context,
      endpoint: 'endpoint' in change ? change.endpoint : this.endpoint,
      ...(this.self && { self: this.self }),
    });
    copy.mark = this.mark;
    copy.principal = this.principal;
    copy.tags = this.tags;
    copy.#slots = this.#slots;
    copy.#slotsShared = this.#slotsShared = this.#slots !== undefined;
    copy.linkTo(this);
    return copy;
  }

  /** Makes this invocation be cancelled with another one, as a call made inside a method is. */
  linkTo(outer: Invocation): void {
    this.onUnlink(outer.onCancel((reason) => this.cancel(reason)));
  }

  /** Runs something when the links end: whatever else ties this invocation to longer-lived things. */
  onUnlink(run: Disposer): void {
    (this.#unlink ??= []).push(run);
  }

  /** Ends the links to the invocation it was forked from or made inside, which may live on without holding this one. */
  unlink(): void {
    const links = this.#unlink;
    this.#unlink = undefined;
    for (const end of links ?? []) end();
  }
}

function positionOf(slots: readonly unknown[], slot: Slot<unknown>): number {
  for (let at = 0; at < slots.length; at += 2) if (slots[at] === slot) return at;
  return -1;
}
