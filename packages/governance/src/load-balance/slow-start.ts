/** The least share of a starting instance: with none it would never start. */
const LEAST = 0.1;

/**
 * The share of its full load that an instance gets so long after it came: from a tenth to all of it when the window is over.
 *
 * @param aggression - 1 for evenly; above for faster at first
 */
export function shareWhileStarting(sinceMs: number, windowMs: number, aggression: number): number {
  if (sinceMs >= windowMs) return 1;
  return Math.max(LEAST, (Math.max(sinceMs, 0) / windowMs) ** (1 / aggression));
}
