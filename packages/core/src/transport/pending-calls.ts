import type { Disposer } from '../clock/clock.js';
import { authorityOf } from '../endpoint/endpoint.js';
import { coreError } from '../errors/core-error.js';
import type { HeaderMap } from '../invocation/header-map.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Reply } from '../invocation/reply.js';
import { ArrivingItems } from './arriving-items.js';
import { resultOf } from './result-form.js';

/** Numbers of calls are 32 bits wide in most protocols. */
const LAST_NUMBER = 0xffffffff;

interface Pending {
  readonly invocation: Invocation;
  readonly resolve: (reply: Reply | Promise<Reply>) => void;
  readonly reject: (error: unknown) => void;
  readonly forget: Disposer;
  items?: ArrivingItems;
  /** Items taken and not told of yet. */
  taken: number;
}

/**
 * What {@link PendingCalls} tells of its calls, for the protocol to send.
 *
 * @example
 * ```ts
 * const hooks: PendingHooks = { window: 64, grant: (call, count) => sendMore(call, count), gaveUp: (call) => sendCancel(call), idle: () => {} };
 * ```
 */
export interface PendingHooks {
  /** How many items of a stream the other side may send before it is granted more. */
  readonly window: number;
  /** A reader took half a window of items: so many more may be sent. */
  grant(call: number, count: number): void;
  /** The caller gave up, or left a stream before its end: the other side may stop. */
  gaveUp(call: number): void;
  /** No call is left. */
  idle?(): void;
}

/**
 * The calls over one connection that are not answered to their end, by number: the consumer side of a multiplexed protocol. Values become those
 * of the declared types, streams end with their invocations, and what arrives for a call that is over is dropped.
 *
 * @example
 * ```ts
 * const calls = new PendingCalls({ window: 64, grant, gaveUp });
 * const [number, reply] = calls.add(invocation);
 * send(number, namedArguments(invocation));
 * // when it is answered
 * calls.value(number, form, headers);
 * ```
 */
export class PendingCalls {
  readonly #hooks: PendingHooks;
  readonly #calls = new Map<number, Pending>();
  #last = 0;

  constructor(hooks: PendingHooks) {
    this.#hooks = hooks;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** A call that is sent now. @returns its number, from 1, and what comes of it */
  add(invocation: Invocation): readonly [number: number, reply: Promise<Reply>] {
    const number = this.#nextNumber();
    const reply = new Promise<Reply>((resolve, reject) => {
      const forget = invocation.onCancel((reason) => this.#gaveUp(number, reason));
      this.#calls.set(number, { invocation, resolve, reject, forget, taken: 0 });
    });
    // cancelled before it was added
    if (invocation.cancelled) this.#gaveUp(number, invocation.signal.reason);
    return [number, reply];
  }

  /** The call was answered. @param form - the value as `resultForm` wrote it */
  value(number: number, form: unknown, headers: HeaderMap): void {
    const call = this.#take(number);
    if (!call) return;
    try {
      const value = resultOf(call.invocation.operation, form);
      call.resolve(value instanceof Promise ? value.then((own) => ({ value: own, headers })) : { value, headers });
    } catch (error) {
      call.reject(error);
    }
  }

  /** The call is answered with a stream, whose items follow. */
  open(number: number, headers: HeaderMap): void {
    const call = this.#calls.get(number);
    if (!call || call.items) return;
    call.items = new ArrivingItems({
      taken: () => this.#taken(number, call),
      left: () => this.#take(number) && this.#hooks.gaveUp(number),
    });
    call.resolve({ value: typed(call.items, call.invocation), headers });
  }

  /** An item of its stream. @param form - the item as `resultForm` wrote it */
  item(number: number, form: unknown): void {
    this.#calls.get(number)?.items?.push(form);
  }

  /** The end of its stream. */
  end(number: number): void {
    const { items } = this.#calls.get(number) ?? {};
    if (items) this.#take(number)?.items?.end();
  }

  /** The call, or its stream, failed. */
  fail(number: number, error: unknown): void {
    const call = this.#take(number);
    if (call?.items) call.items.end(error);
    else call?.reject(error);
  }

  /** The connection is gone: all fail with `CALL_FAILED`. */
  failAll(cause: Error | undefined): void {
    const why = cause?.message ?? 'the connection was closed';
    for (const [number, { invocation }] of this.#calls) {
      const { endpoint, operation } = invocation;
      const where = endpoint ? authorityOf(endpoint) : 'nowhere';
      this.fail(number, coreError('CALL_FAILED', `${operation.id}: ${where}: ${why}`, { cause }));
    }
  }

  #taken(number: number, call: Pending): void {
    call.taken += 1;
    if (call.taken * 2 < this.#hooks.window || !this.#calls.has(number)) return;
    this.#hooks.grant(number, call.taken);
    call.taken = 0;
  }

  #gaveUp(number: number, reason: unknown): void {
    if (!this.#calls.has(number)) return;
    this.fail(number, reason);
    this.#hooks.gaveUp(number);
  }

  /** The call is over. */
  #take(number: number): Pending | undefined {
    const call = this.#calls.get(number);
    if (!call) return undefined;
    this.#calls.delete(number);
    call.forget();
    if (this.#calls.size === 0) this.#hooks.idle?.();
    return call;
  }

  #nextNumber(): number {
    do this.#last = this.#last === LAST_NUMBER ? 1 : this.#last + 1;
    while (this.#calls.has(this.#last));
    return this.#last;
  }
}

/** The items as the contract says they are; those that need no change pass as they are. */
function typed(items: ArrivingItems, { operation }: Invocation): AsyncIterable<unknown> {
  return operation.result.schema?.converts ? converted(items, operation) : items;
}

async function* converted(items: ArrivingItems, operation: Invocation['operation']): AsyncIterable<unknown> {
  for await (const item of items) yield resultOf(operation, item);
}
