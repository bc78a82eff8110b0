import type { Random } from '@ts-chassis/core';
import type { BalancedInstance, BalancingStrategy, PickCall, PickOutcome } from '../strategy.js';
import { HashRing } from './hash-ring.js';

interface Ring {
  nodes: readonly BalancedInstance[];
  ring: HashRing;
  /** Calls under way at all of them. */
  underWay: number;
}

/**
 * The same instance for the same key (`hashOn`), as long as it has at most its bounded share of the calls under way (Mirrokni, Thorup and Zadimoghaddam,
 * 2016); beyond, the next one on the ring. Calls without a key are spread at random.
 */
export class ConsistentHashStrategy implements BalancingStrategy {
  readonly isSticky = true;
  readonly #rings = new WeakMap<object, Ring>();

  constructor(private readonly random: Random) {}

  pick(nodes: readonly BalancedInstance[], call: PickCall): BalancedInstance | undefined {
    const known = this.#ringOf(call);
    known.underWay += 1;
    const key = call.hashKey();
    if (key === undefined) return this.#any(nodes, call);
    const bound = Math.ceil((call.settings.hashBalance * known.underWay) / nodes.length);
    const { all } = call;
    const { ring } = known;
    const within = ring.find(key, (member) => all[member]!.inFlight < bound && call.isUsable(all[member]!));
    if (within >= 0) return all[within];
    return all[ring.find(key, (member) => call.isUsable(all[member]!))];
  }

  done(_picked: BalancedInstance, { key }: PickOutcome): void {
    const ring = this.#rings.get(key);
    if (ring) ring.underWay -= 1;
  }

  #any(nodes: readonly BalancedInstance[], call: PickCall): BalancedInstance | undefined {
    const from = Math.floor(this.random.next() * nodes.length);
    for (let step = 0; step < nodes.length; step += 1) {
      const node = nodes[(from + step) % nodes.length]!;
      if (call.isUsable(node)) return node;
    }
    return nodes[from];
  }

  #ringOf({ key, all }: PickCall): Ring {
    let ring = this.#rings.get(key);
    if (!ring) this.#rings.set(key, (ring = { nodes: [], ring: new HashRing([]), underWay: 0 }));
    if (ring.nodes !== all) {
      ring.nodes = all;
      ring.ring = new HashRing(all.map(({ instance, address }) => `${instance.id} ${address}`));
    }
    return ring;
  }
}
