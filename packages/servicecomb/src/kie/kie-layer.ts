import type { Layer } from '@ts-chassis/core';
import { printable } from '../connection/printable.js';
import type { DimensionEntry } from './dimension-values.js';
import type { ParsedLeaf } from './parsed-value.js';

interface Owned extends ParsedLeaf {
  readonly entry: DimensionEntry;
}

/**
 * What all dimensions say together. A value of a stronger one hides, of the weaker ones, the same key, what is below it and what it is below.
 *
 * @param dimensions - the entries of each, the weakest first
 */
export function kieLayer(dimensions: readonly Iterable<DimensionEntry>[]): Layer {
  const taken = new Map<string, Owned>();
  const around = new Set<string>();
  const covering = new Set<string>();
  for (const dimension of [...dimensions].reverse()) {
    // a key of its own says more of it than a tree around it
    const entries = [...dimension].sort((a, b) => b.key.length - a.key.length);
    const fresh = new Map<string, Owned>();
    for (const entry of entries) {
      for (const [key, leaf] of entry.value) {
        if (!fresh.has(key) && !around.has(key) && !isCovered(covering, key)) fresh.set(key, { ...leaf, entry });
      }
    }
    for (const [key, owned] of fresh) {
      taken.set(key, owned);
      for (let at = outer(key); at !== '' && !around.has(at); at = outer(at)) around.add(at);
    }
    // what is hidden itself hides all the same
    for (const { value } of entries) for (const key of value.keys()) covering.add(key);
  }
  return {
    values: Object.fromEntries([...taken].map(([key, { value }]) => [key, value])),
    place: (key) => placeOf(ownerOf(taken, key)) ?? key,
    written: (key) => taken.get(key)?.written,
  };
}

function isCovered(covering: ReadonlySet<string>, key: string): boolean {
  for (let at = key; at !== ''; at = outer(at)) if (covering.has(at)) return true;
  return false;
}

/** The leaf that a key or item is or lies in, or one that lies in it. */
function ownerOf(taken: ReadonlyMap<string, Owned>, key: string): Owned | undefined {
  for (let at = key; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.'), at.lastIndexOf('[')))) {
    const owned = taken.get(at);
    if (owned) return owned;
  }
  for (const [other, owned] of taken) if (other.startsWith(`${key}.`)) return owned;
  return undefined;
}

function placeOf(owned: Owned | undefined): string | undefined {
  if (!owned) return undefined;
  const { dimension, key, revision } = owned.entry;
  return `kie ${dimension.name} ${printable(key)} revision ${revision}`;
}

function outer(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('.')));
}
