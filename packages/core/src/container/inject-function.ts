import { coreError } from '../errors/core-error.js';
import { nameOf, type Identifier } from './token.js';

/** What a constructor or factory that runs at this moment may ask. */
export interface Injector {
  find(identifier: Identifier, optional: boolean): unknown;
  findLater(identifier: Identifier): () => unknown;
}

/** Set while a constructor or factory runs, synchronously; never seen by anything that was not called from it. */
let running: Injector | undefined;

/** Runs a constructor or factory with `inject()` answered by an injector. */
export function withInjector<T>(injector: Injector, run: () => T): T {
  const before = running;
  running = injector;
  try {
    return run();
  } finally {
    running = before;
  }
}

/**
 * Gives what `identifier` names, inside a property initialiser, a constructor, or a factory before its first `await`.
 *
 * @param identifier - a class or a token
 * @param options - `optional`: undefined instead of an error when nothing provides it; default false
 * @throws ChassisError `CONTAINER_INVALID` outside of construction, `CONTAINER_MISSING`, `CONTAINER_CYCLE`
 *
 * @example
 * ```ts
 * class Cart { private readonly books = inject(BookStore); }
 * ```
 */
export function inject<T>(identifier: Identifier<T>, options: { readonly optional: true }): T | undefined;
export function inject<T>(identifier: Identifier<T>, options?: { readonly optional?: false }): T;
export function inject<T>(identifier: Identifier<T>, options: { readonly optional?: boolean } = {}): T | undefined {
  return current('inject', identifier).find(identifier, options.optional ?? false) as T | undefined;
}

/**
 * Gives a function that finds the instance when it is first called: breaks a circle between two classes. Call it where
 * `inject` may be called; call its result when both are made.
 *
 * @param identifier - a class or a token; a function giving one where files import one another in a circle
 * @throws ChassisError as `inject`; a missing provider is told at once when `identifier` is no function
 *
 * @example
 * ```ts
 * class Orders { private readonly invoices = injectLater(() => Invoices); bill() { return this.invoices().write(this); } }
 * ```
 */
export function injectLater<T>(identifier: Identifier<T> | (() => Identifier<T>)): () => T {
  return current('injectLater', identifier).findLater(identifier as Identifier) as () => T;
}

function current(caller: string, identifier: unknown): Injector {
  if (running) return running;
  throw coreError(
    'CONTAINER_INVALID',
    `${caller}(${nameOf(identifier)}) was called while nothing is made by the container: it works in property initialisers, constructors, and factories before their first await`,
  );
}
