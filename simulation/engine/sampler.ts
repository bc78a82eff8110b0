import type { Random } from '@ts-chassis/core';

/** Draws one value, such as a service time in milliseconds. */
export type Sampler = (random: Random) => number;

export const constant =
  (value: number): Sampler =>
  () =>
    value;

/** Times between the calls of many independent users. */
export const exponential =
  (mean: number): Sampler =>
  (random) =>
    -mean * Math.log(1 - random.next());

/**
 * Service times as they are met in practice: most near the median, a long tail.
 *
 * @param sigma - of the logarithm; 0.5 puts the 99th percentile at 3.2 times the median
 */
export function logNormal(mean: number, sigma: number): Sampler {
  const mu = Math.log(mean) - (sigma * sigma) / 2;
  return (random) => Math.exp(mu + sigma * normal(random));
}

/** A standard normal value (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/**
 * Ranks from 0 of which few are drawn often: the keys of users and sessions.
 *
 * @param skew - 0 draws all alike, 1 is Zipf's law
 */
export function zipf(count: number, skew: number): Sampler {
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) upTo[rank] = sum += 1 / (rank + 1) ** skew;
  return (random) => firstAbove(upTo, random.next() * sum);
}

function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
