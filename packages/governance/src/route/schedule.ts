/**
 * The order in which shares take turns: at every prefix, also across repetitions, each has had its exact share of the picks, rounded up or down. In
 * each step, of those that are below their share the one whose next turn is due first gets it (the quota method of Balinski and Young). One round is made
 * beforehand, so that a pick is a look into a list.
 *
 * @param weights - whole numbers from 0, one at least above 0
 * @returns positions in `weights`, as many as the weights add up to, divided by what they have in common
 */
export function scheduleOf(weights: readonly number[]): readonly number[] {
  const divisor = weights.reduce(greatestCommonDivisor, 0);
  const shares = weights.map((weight) => weight / divisor);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const had = shares.map(() => 0);
  return Array.from({ length: total }, (_, step) => {
    const next = nextOf(shares, had, (step + 1) / total);
    had[next]! += 1;
    return next;
  });
}

/** @param passed - the part of the round that will have passed after this step */
function nextOf(shares: readonly number[], had: readonly number[], passed: number): number {
  let next = -1;
  let due = Infinity;
  for (let at = 0; at < shares.length; at += 1) {
    const share = shares[at]!;
    // rounding errors must not shut out who has a whole turn to come
    if (share === 0 || had[at]! >= share * passed - 1e-9) continue;
    const turn = (had[at]! + 1) / share;
    if (turn < due) [next, due] = [at, turn];
  }
  return next;
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
