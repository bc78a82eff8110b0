/** Starts with another server in each round and goes the other way in every second, so that none always follows the same one. */
export function turned<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  const rotated = [...list.slice(start), ...list.slice(0, start)];
  return by % 2 === 0 ? rotated.reverse() : rotated;
}
