import { ChassisError, type Clock, type Disposer, type Invocation } from '@ts-chassis/core';
import type { Places, Waiter } from './algorithm.js';

/** How a call waits. */
export interface WaitOptions {
  readonly clock: Clock;
  /** At most, in milliseconds; 0 for no bound but the deadline. */
  readonly waitMs: number;
  /** What is thrown when there is no place in the queue, or none came free in time. */
  refuse(): Error;
}

/**
 * Resolves with a place taken. A call that is given up leaves the queue at once.
 *
 * @throws ChassisError of `refuse`, or why the call was given up
 */
export function waitForPlace(invocation: Invocation, places: Places, options: WaitOptions): Promise<void> {
  return new Promise((resolve, reject) => new Waiting(invocation, { places, options, resolve, reject }).begin());
}

interface WaitingParts {
  readonly places: Places;
  readonly options: WaitOptions;
  resolve(): void;
  reject(error: Error): void;
}

/** One call in the queue. */
class Waiting implements Waiter {
  #stopTimer: Disposer | undefined;
  #stopWatching: Disposer | undefined;

  constructor(
    private readonly invocation: Invocation,
    private readonly parts: WaitingParts,
  ) {}

  begin(): void {
    const { places, options } = this.parts;
    if (!places.wait(this)) return this.parts.reject(options.refuse());
    if (options.waitMs > 0) this.#stopTimer = options.clock.after(options.waitMs, () => this.#leave(options.refuse()));
    this.#stopWatching = this.invocation.onCancel((reason) => this.#leave(givenUp(this.invocation, reason)));
  }

  admitted(): void {
    this.#forget();
    this.parts.resolve();
  }

  #leave(error: Error): void {
    this.parts.places.abandon(this);
    this.#forget();
    this.parts.reject(error);
  }

  #forget(): void {
    this.#stopTimer?.();
    this.#stopWatching?.();
  }
}

/** Why a call was given up while it waited. */
export function givenUp({ operation }: Invocation, reason: unknown): Error {
  if (ChassisError.is(reason)) return reason;
  const message = `${operation.id}: given up while it waited for a place`;
  return new ChassisError('CANCELLED', message, { code: 'CALL_CANCELLED', cause: reason });
}
