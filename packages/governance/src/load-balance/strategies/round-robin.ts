import type { Random } from '@ts-chassis/core';
import type { BalancedInstance, BalancingStrategy, PickCall } from '../strategy.js';

/** Instances take turns; each set of instances (tags, listener) has a turn of its own, which begins anywhere. */
export class RoundRobinStrategy implements BalancingStrategy {
  readonly #turns = new WeakMap<object, { next: number }>();
  #lastKey: object | undefined;
  #last: { next: number } = { next: 0 };

  constructor(private readonly random: Random) {}

  pick(nodes: readonly BalancedInstance[], call: PickCall): BalancedInstance | undefined {
    const turn = call.key === this.#lastKey ? this.#last : this.#turnOf(call.key);
    const at = turn.next % nodes.length;
    turn.next = turn.next >= Number.MAX_SAFE_INTEGER ? 0 : turn.next + 1;
    return nodes[at];
  }

  #turnOf(key: object): { next: number } {
    let turn = this.#turns.get(key);
    if (!turn) this.#turns.set(key, (turn = { next: Math.floor(this.random.next() * 0x4000_0000) }));
    this.#lastKey = key;
    return (this.#last = turn);
  }
}
