import { isMap, placeOf, readingLeaves, sameValue, type Leaf, type Leaves } from './leaves.js';
import type { SectionIndex } from './section-index.js';
import type { ReadLayer } from './source-state.js';
import type { Steps } from './steps.js';

interface Respelled {
  readonly key: string;
  readonly rank: number;
  readonly leaf: Leaf;
  /** A variable of a name of its own, some of which are meant to stand beside a wider one. */
  readonly isVariable: boolean;
}

/** A variable that differs from its key in case only is the key itself. */
const SAME_KEY = -1;

/**
 * What a layer holds under canonical keys, decrypted, so that a dialect never beats a source. Aliases become the keys they stand for; a variable
 * finds a declared key whatever its case. Where one source has two spellings, the canonical one wins, then the one that its section declares
 * first, and it is said; but not of variables such as `PAAS_CSE_SC_ENDPOINT`, which is there to win over `PAAS_CSE_ENDPOINT`.
 *
 * @param warn - takes one line for each key with two spellings that differ
 */
export function* normalising(
  { layer, texts }: ReadLayer,
  index: SectionIndex,
  warn: (line: string) => void,
): Steps<Leaves> {
  const leaves = new Map<string, Leaf>();
  const respelled: Respelled[] = [];
  for (const [key, leaf] of yield* readingLeaves(layer, texts)) {
    yield;
    const targets = index.targets(key);
    for (const target of targets) respelled.push({ ...target, leaf, isVariable: layer.caseless === true });
    // A variable of one word stays readable under its own name; another dialect's key does not.
    if (targets.length > 0 && key.includes('.')) continue;
    const spelling = layer.caseless && targets.length === 0 && !index.declares(key) ? index.spelling(key) : undefined;
    if (spelling === undefined) leaves.set(key, leaf);
    else respelled.push({ key: spelling, rank: SAME_KEY, leaf, isVariable: false });
  }
  respelled.sort((a, b) => a.rank - b.rank);
  const byVariable = new Set<string>();
  for (const { key, leaf, isVariable } of respelled) {
    yield;
    const present = leaves.get(key);
    if (!present) {
      leaves.set(key, leaf);
      if (isVariable) byVariable.add(key);
    } else if (isVariable && byVariable.has(key)) continue;
    else if (!sameValue(present.value, leaf.value)) {
      const winner = placeOf(present);
      warn(`${key} is given twice, by ${winner} and by ${placeOf(leaf)}; ${winner} wins`);
    }
  }
  if (!layer.caseless) yield* contradictions(leaves, index, warn);
  return leaves;
}

/** Tells of keys that stand below a value of the same source: nobody can read them. A value where a map has to be is refused instead. */
function* contradictions(leaves: Leaves, index: SectionIndex, warn: (line: string) => void): Steps {
  for (const [key, leaf] of leaves) {
    yield;
    for (let end = key.lastIndexOf('.'); end > 0; end = key.lastIndexOf('.', end - 1)) {
      const outer = key.slice(0, end);
      const around = leaves.get(outer);
      if (!around || isMap(around.value) || index.isMap(outer)) continue;
      warn(`${placeOf(leaf)}: ${key} stands below ${outer}, which has a value by ${placeOf(around)}; that wins`);
      break;
    }
  }
}
