import type { Operation } from '../schema/operation.js';
import type { StateOptions } from './handler.js';
import type { Side } from './side.js';

/** For whom a state is kept; listeners are left out, so they share. */
export interface StateOwner {
  readonly handler: string;
  readonly side: Side;
  readonly service: string;
  readonly operation: Operation;
}

/** The states of handlers, which outlive the plans that use them. */
export class StateStore {
  readonly #states = new Map<string, unknown>();

  /** Starts a set of new states and changes that take effect together or not at all. */
  candidate(): StateCandidate {
    return new StateCandidate(this.#states);
  }

  /** Forgets every state whose key no plan names any more. */
  evict(used: ReadonlySet<string>): void {
    for (const key of this.#states.keys()) if (!used.has(key)) this.#states.delete(key);
  }

  get size(): number {
    return this.#states.size;
  }
}

/** What one round of planning asks of the states; nothing of it is seen by running plans before `commit`. */
export class StateCandidate {
  readonly #made = new Map<string, unknown>();
  readonly #applies: (() => void)[] = [];

  constructor(private readonly committed: Map<string, unknown>) {}

  /** @returns the state and the key under which it is kept */
  take<T>(owner: StateOwner, name: string, make: () => T, change: { apply?: (state: T) => void } & StateOptions): { state: T; key: string } {
    const key = keyOf(owner, name, change.share);
    const present = this.committed.has(key) ? this.committed.get(key) : this.#made.get(key);
    const state = (present ?? make()) as T;
    if (present === undefined) this.#made.set(key, state);
    const { apply } = change;
    if (apply) this.#applies.push(() => apply(state));
    return { state, key };
  }

  commit(): void {
    for (const [key, state] of this.#made) this.committed.set(key, state);
    for (const apply of this.#applies) apply();
  }
}

function keyOf({ handler, side, service, operation }: StateOwner, name: string, share: StateOptions['share']): string {
  const reach = share === 'service' ? [] : share === 'schema' ? [operation.schema.id] : [operation.schema.id, operation.name];
  return JSON.stringify([handler, name, side, service, ...reach]);
}
