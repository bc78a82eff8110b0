import type { Random } from '@ts-chassis/core';
import type { BalancedInstance, BalancingStrategy, PickCall } from '../strategy.js';

/** How old shares may be. */
const FRESH_MS = 100;
/** Below this no two latencies are told apart: noise would decide. */
const FINEST_MS = 1;

interface Shares {
  readonly nodes: readonly BalancedInstance[];
  readonly madeAt: number;
  /** Sums of the shares up to each node. */
  readonly sums: Float64Array;
}

/**
 * Each instance gets calls in inverse proportion to what its calls take: one that is twice as slow gets half as many. go-chassis gives 70 % to the fastest and
 * lets the others take turns, which overloads the fastest and hides how slow the others are; Java's rule is meant like this one. Those that never answered
 * count as the average, so that they are tried. Calls under way are not looked at: that is what PowerOfTwoChoices is for.
 */
export class WeightedResponseStrategy implements BalancingStrategy {
  readonly #shares = new WeakMap<object, Shares>();

  constructor(private readonly random: Random) {}

  pick(nodes: readonly BalancedInstance[], call: PickCall): BalancedInstance | undefined {
    let shares = this.#shares.get(call.key);
    if (!shares || shares.nodes !== nodes || call.nowMs - shares.madeAt >= FRESH_MS) {
      shares = { nodes, madeAt: call.nowMs, sums: sumsOf(nodes) };
      if (!call.isPartial) this.#shares.set(call.key, shares);
    }
    return nodes[placeIn(shares.sums, this.random.next() * shares.sums.at(-1)!)];
  }
}

/** Running sums of 1 / latency. */
export function sumsOf(nodes: readonly Pick<BalancedInstance, 'latencyMs'>[]): Float64Array {
  let known = 0;
  let total = 0;
  for (const { latencyMs } of nodes) {
    if (latencyMs === undefined) continue;
    known += 1;
    total += 1 / Math.max(latencyMs, FINEST_MS);
  }
  const average = known === 0 ? 1 : total / known;
  const sums = new Float64Array(nodes.length);
  let sum = 0;
  for (const [index, { latencyMs }] of nodes.entries()) {
    sum += latencyMs === undefined ? average : 1 / Math.max(latencyMs, FINEST_MS);
    sums[index] = sum;
  }
  return sums;
}

/** The first place whose sum is above a value. */
export function placeIn(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
