/** How evenly something lies on several. */
export interface Spread {
  readonly mean: number;
  readonly max: number;
  /** The most loaded one against the mean: 1 is even. */
  readonly maxToMean: number;
  /** Standard deviation against the mean: 0 is even. */
  readonly deviation: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  const max = values.reduce((most, value) => Math.max(most, value), 0);
  return { mean, max, maxToMean: mean === 0 ? 0 : max / mean, deviation: mean === 0 ? 0 : Math.sqrt(variance) / mean };
}
