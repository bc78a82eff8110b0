import { placeIn, type PlacedFault } from './accept.js';
import { coerce, isType } from './fit/coerce.js';
import { nameOfType, show } from './fit/fit.js';
import { isMap, placeOf, sameValue } from './leaves.js';
import type { Snapshot } from './snapshot.js';

/** A value of a type, or what is wrong with it. */
type TypedValue = { readonly value: unknown } | { readonly fault: PlacedFault };

/** A key without a section whose value is asked for as a type; undefined when it is absent. */
export function readAs(snapshot: Snapshot, key: string, type: string): TypedValue | undefined {
  const given = snapshot.raw(key);
  if (given === undefined) return standsOver(snapshot, key);
  if (given === null) return undefined;
  const leaf = snapshot.leaves.get(key);
  const value = coerce({ type }, given, leaf?.secret ? undefined : leaf?.layer.written?.(leaf.key));
  if (isType(type, value)) return { value };
  const place = placeIn(snapshot.leaves, key);
  return { fault: { key, place, expected: nameOfType(type), got: show(key, given, snapshot.isSecret(key)) } };
}

/** A value where the key would have to lie hides it; a variable of that name may be anybody's. */
function standsOver(snapshot: Snapshot, key: string): { readonly fault: PlacedFault } | undefined {
  for (let end = key.lastIndexOf('.'); end > 0; end = key.lastIndexOf('.', end - 1)) {
    const outer = key.slice(0, end);
    const leaf = snapshot.leaves.get(outer);
    if (!leaf || leaf.value === null || leaf.layer.caseless || isMap(leaf.value)) continue;
    const got = show(outer, leaf.value, leaf.secret);
    return { fault: { key: outer, place: placeOf(leaf), expected: `a map with ${key.slice(end + 1)} in it`, got } };
  }
  return undefined;
}

/** The type that a fallback says its value has; undefined when it says nothing. */
export function typeNameOf(fallback: unknown): string | undefined {
  if (Array.isArray(fallback)) return 'array';
  if (fallback === null || fallback === undefined) return undefined;
  return typeof fallback === 'object' ? 'object' : typeof fallback;
}

/**
 * The keys that a `Live` follows, each with its type. To be followed is as good as to be declared: a value of another type is refused, and
 * everybody keeps reading the old one. A key is never forgotten; there are as many as a program names.
 */
export class FollowedKeys {
  readonly #types = new Map<string, Set<string>>();

  add(key: string, type: string): void {
    const types = this.#types.get(key);
    if (types) types.add(type);
    else this.#types.set(key, new Set([type]));
  }

  /** What does not fit, of all or of what differs from another snapshot. */
  faults(snapshot: Snapshot, before?: Snapshot): readonly PlacedFault[] {
    const faults: PlacedFault[] = [];
    for (const [key, types] of this.#types) {
      if (before && sameValue(before.raw(key), snapshot.raw(key))) continue;
      for (const type of types) {
        const read = readAs(snapshot, key, type);
        if (read && 'fault' in read) faults.push(read.fault);
      }
    }
    return faults;
  }
}
