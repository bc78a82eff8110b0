import type { Random } from '@ts-chassis/core';
import type { BalancedInstance, BalancingStrategy, PickCall } from '../strategy.js';
import { SmoothTurns } from './smooth-turns.js';

interface Turns {
  readonly nodes: readonly BalancedInstance[];
  readonly turns: SmoothTurns;
}

/** Instances take turns by the `weight` of their metadata, each within one call of its share at any time. */
export class SmoothWeightedStrategy implements BalancingStrategy {
  readonly #turns = new WeakMap<object, Turns>();

  constructor(private readonly random: Random) {}

  pick(nodes: readonly BalancedInstance[], call: PickCall): BalancedInstance | undefined {
    if (call.isPartial) return this.#any(nodes);
    let known = this.#turns.get(call.key);
    if (known?.nodes !== nodes) {
      known = { nodes, turns: new SmoothTurns(wholeWeights(nodes), this.random) };
      this.#turns.set(call.key, known);
    }
    return nodes[known.turns.next()];
  }

  /** Where some are left out for one call only, the turns of the others are not to suffer. */
  #any(nodes: readonly BalancedInstance[]): BalancedInstance | undefined {
    const total = nodes.reduce((sum, { weight }) => sum + weight, 0);
    let left = this.random.next() * total;
    for (const node of nodes) if ((left -= node.weight) < 0) return node;
    return nodes[Math.floor(this.random.next() * nodes.length)];
  }
}

/** Weights as whole numbers: to three digits where they are none; all alike when nobody has any. */
export function wholeWeights(nodes: readonly Pick<BalancedInstance, 'weight'>[]): number[] {
  const scale = nodes.every(({ weight }) => Number.isInteger(weight)) ? 1 : 1000;
  // the sums of a round stay exact
  const weights = nodes.map(({ weight }) => Math.min(Math.round(weight * scale), 1_000_000));
  return weights.some((weight) => weight > 0) ? weights : weights.map(() => 1);
}
