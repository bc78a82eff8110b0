import { AsyncLocalStorage } from 'node:async_hooks';
import { coreError } from '../errors/core-error.js';
import type { Invocation } from './invocation.js';

/** Idle, and free of cost, until an application that asks for ambient context enters it. */
const storage = new AsyncLocalStorage<Invocation>();

/**
 * The invocation inside which this code runs.
 *
 * @throws ChassisError `AMBIENT_OFF` outside of one, or in an application without ambient context
 *
 * @example
 * ```ts
 * currentInvocation().span.setTag('order.id', id);
 * ```
 */
export function currentInvocation(): Invocation {
  const invocation = storage.getStore();
  if (!invocation) {
    throw coreError(
      'AMBIENT_OFF',
      'currentInvocation(): no invocation here; call it inside a method or a handler of an application created with `ambient: true`',
    );
  }
  return invocation;
}

/**
 * The invocation inside which this code runs, or undefined: for code that works with and without one.
 *
 * @example
 * ```ts
 * ambientInvocation()?.span.log({ event: 'cache miss' });
 * ```
 */
export function ambientInvocation(): Invocation | undefined {
  return storage.getStore();
}

/**
 * Runs something, and all that follows from it, inside an invocation. Only for an application with ambient context: the first entry in
 * a process makes every later `await` in it dearer.
 *
 * @example
 * ```ts
 * const fork = invocation.fork({ span });
 * await runAmbient(fork, () => this.stock.load());
 * ```
 */
export function runAmbient<T>(invocation: Invocation, run: () => T): T {
  return storage.run(invocation, run);
}
