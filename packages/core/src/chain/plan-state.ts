import type { Operation } from '../schema/operation.js';
import type { StateOptions } from './state-options.js';
import type { Side } from './side.js';

/** For whom a state is kept; listeners are left out, so they share. */
export interface StateOwner {
  readonly handler: string;
  readonly side: Side;
  readonly service: string;
  readonly operation: Operation;
}

/** How a state is had. */
export interface StateRequest<T> {
  /** Tells the states of one handler apart. */
  readonly name: string;
  readonly make: () => T;
  readonly apply?: ((state: T) => void) | undefined;
  readonly share?: StateOptions['share'];
}

/** A state that is told when no plan names it any more. */
interface Evictable {
  /** Must not throw. */
  evicted(): void;
}

/** The states of handlers, which outlive the plans that use them. */
export class StateStore {
  readonly #states = new Map<string, unknown>();

  constructor(private readonly types: TypeNames) {}

  /** Starts a set of new states and changes that take effect together or not at all. */
  candidate(): StateCandidate {
    return new StateCandidate(this.#states, this.types);
  }

  /** Forgets every state whose key no plan names any more. */
  evict(used: ReadonlySet<string>): void {
    for (const [key, state] of this.#states) {
      if (used.has(key)) continue;
      this.#states.delete(key);
      (state as Partial<Evictable> | undefined)?.evicted?.();
    }
  }

  get size(): number {
    return this.#states.size;
  }
}

/** What one round of planning asks of the states; nothing of it is seen by running plans before `commit`. */
export class StateCandidate {
  readonly #made = new Map<string, unknown>();
  readonly #applies: (() => void)[] = [];

  constructor(
    private readonly committed: Map<string, unknown>,
    private readonly types: TypeNames,
  ) {}

  /** @returns the state and the key under which it is kept */
  take<T>(owner: StateOwner, { name, make, apply, share }: StateRequest<T>): { state: T; key: string } {
    const key = keyOf({ ...owner, schema: this.types.of(owner) }, name, share);
    const state = (
      this.committed.has(key) ? this.committed.get(key) : this.#made.has(key) ? this.#made.get(key) : make()
    ) as T;
    if (!this.committed.has(key)) this.#made.set(key, state);
    if (apply) this.#applies.push(() => apply(state));
    return { state, key };
  }

  /** @param failed - told of every `apply` that throws; the others run nevertheless */
  commit(failed: (error: unknown) => void): void {
    for (const [key, state] of this.#made) this.committed.set(key, state);
    for (const apply of this.#applies) {
      try {
        apply();
      } catch (error) {
        failed(error);
      }
    }
  }
}

/** Names for schemas that are unique also on side `method`, where the name of a class stands for the schema and two may share it. */
export class TypeNames {
  readonly #numbers = new WeakMap<object, number>();
  #last = 0;

  of({ side, operation: { schema } }: { readonly side: Side; readonly operation: Operation }): string {
    if (side !== 'method' || !schema.type) return schema.id;
    let number = this.#numbers.get(schema.type);
    if (number === undefined) this.#numbers.set(schema.type, (number = ++this.#last));
    return `${schema.id}#${number}`;
  }
}

function keyOf(owner: StateOwner & { schema: string }, name: string, share: StateOptions['share']): string {
  const { handler, side, service, schema, operation } = owner;
  const reach = share === 'service' ? [] : share === 'schema' ? [schema] : [schema, operation.name];
  return JSON.stringify([handler, name, side, service, ...reach]);
}
