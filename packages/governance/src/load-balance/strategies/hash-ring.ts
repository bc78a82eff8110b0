import { hashOf, mixed } from './hash.js';

/** How many places are looked at for one key: with 21 the fullest gets 5 % more than its share (Appleton and O'Reilly, 2015). */
const PROBES = 21;

/**
 * Consistent hashing with many probes: one point for each member on a ring of 32 bits; a key looks at several places and takes the one whose next point is
 * nearest. Balanced like a ring with thousands of points for each, in the memory of one. When a member leaves, only its keys move.
 */
export class HashRing {
  readonly #points: Uint32Array;
  /** The member of each point. */
  readonly #members: Uint32Array;

  /** @param names - of the members, each once */
  constructor(names: readonly string[]) {
    const hashes = Uint32Array.from(names, (name) => hashOf(name));
    this.#members = Uint32Array.from(names.keys()).sort((a, b) => hashes[a]! - hashes[b]! || a - b);
    this.#points = this.#members.map((member) => hashes[member]!);
  }

  /**
   * The member for a key: the nearest, else the next ones on the ring, until one is accepted.
   *
   * @returns -1 when none is accepted
   */
  find(key: string, accepts: (member: number) => boolean): number {
    const count = this.#points.length;
    if (count === 0) return -1;
    const first = this.#nearest(hashOf(key));
    for (let step = 0; step < count; step += 1) {
      const member = this.#members[(first + step) % count]!;
      if (accepts(member)) return member;
    }
    return -1;
  }

  /** The position of the point that follows one of the key's places most closely. */
  #nearest(hash: number): number {
    let nearest = 0;
    let shortest = Infinity;
    for (let probe = 0; probe < PROBES; probe += 1) {
      const place = mixed((hash + Math.imul(probe, 0x9e3779b1)) >>> 0);
      const position = this.#following(place);
      const distance = (this.#points[position]! - place) >>> 0;
      if (distance < shortest) [nearest, shortest] = [position, distance];
    }
    return nearest;
  }

  /** The position of the first point at or behind a place, around the end. */
  #following(place: number): number {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#points[middle]! < place) low = middle + 1;
      else high = middle;
    }
    return low === this.#points.length ? 0 : low;
  }
}
