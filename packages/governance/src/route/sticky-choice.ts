/** One of the versions that users are spread over. */
export interface StickyShare {
  readonly weight: number;
  /** From what the version is called, so that users stay with it whatever stands beside it; see {@link seedOf}. */
  readonly seed: number;
}

/**
 * The version of a user: always the same one, each as often as its weight says. When a weight is raised, users come to it from the others, and nobody else
 * moves (weighted rendezvous hashing: each version draws for the user, and its weight decides how much the draw counts).
 *
 * @returns the position in `shares`
 */
export function stickyChoice(shares: readonly StickyShare[], user: string): number {
  const hash = hashOf(user, 0);
  let best = 0;
  let highest = -Infinity;
  for (let at = 0; at < shares.length; at += 1) {
    const { weight, seed } = shares[at]!;
    if (weight === 0) continue;
    const score = -weight / Math.log(drawOf(hash, seed));
    if (score > highest) [best, highest] = [at, score];
  }
  return best;
}

/** A number that stands for a name. */
export function seedOf(name: string): number {
  return hashOf(name, 0x9e3779b9);
}

/** FNV-1a over the units of the text, and a last stir. */
function hashOf(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return stirred(hash);
}

/** Between 0 and 1, neither of them. */
function drawOf(hash: number, seed: number): number {
  return (stirred(hash ^ Math.imul(seed, 0x85ebca6b)) + 0.5) / 0x1_0000_0000;
}

/** The finalizer of MurmurHash3: each bit of what goes in changes half of those that come out. */
function stirred(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
