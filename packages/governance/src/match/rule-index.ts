import type { CompiledCase, IndexKey } from './compile-case.js';
import type { MatchSubject } from './match-subject.js';

/** What is found when a case matches. */
export interface IndexedRule<T> {
  readonly match: CompiledCase;
  readonly found: T;
}

interface Ranked<T> extends IndexedRule<T> {
  readonly rank: number;
}

/** Rules that ask for one text in one place, by that text. */
interface Shelf<T> {
  readonly by: IndexKey;
  readonly header: string;
  readonly rules: Map<string, Ranked<T>[]>;
}

const NONE: readonly never[] = [];

/**
 * Finds the first of many rules that a call matches. Rules that ask for one exact path, header or mark are found by it, so that only those with nothing but
 * expressions and the like are tried one by one.
 */
export class RuleIndex<T> {
  readonly #shelves: Shelf<T>[] = [];
  readonly #others: Ranked<T>[] = [];

  /** @param rules - in the order in which they count */
  constructor(rules: Iterable<IndexedRule<T>>) {
    let rank = 0;
    for (const rule of rules) this.#add({ ...rule, rank: rank++ });
  }

  get isEmpty(): boolean {
    return this.#others.length === 0 && this.#shelves.length === 0;
  }

  find(subject: MatchSubject): T | undefined {
    let best = firstOf<T>(this.#others, subject, undefined);
    for (let at = 0; at < this.#shelves.length; at += 1) {
      const shelf = this.#shelves[at]!;
      const text = textOf(shelf, subject);
      const rules = text === undefined ? NONE : (shelf.rules.get(text) ?? NONE);
      best = firstOf<T>(rules, subject, best);
    }
    return best?.found;
  }

  #add(rule: Ranked<T>): void {
    const { exact } = rule.match;
    if (!exact) {
      this.#others.push(rule);
      return;
    }
    let shelf = this.#shelves.find(({ by }) => by === exact.by);
    if (!shelf) {
      const header = exact.by.startsWith('header ') ? exact.by.slice('header '.length) : '';
      this.#shelves.push((shelf = { by: exact.by, header, rules: new Map() }));
    }
    const rules = shelf.rules.get(exact.value);
    if (rules) rules.push(rule);
    else shelf.rules.set(exact.value, [rule]);
  }
}

/** The first rule that matches before the one found so far, else that. */
function firstOf<T>(
  rules: readonly Ranked<T>[],
  subject: MatchSubject,
  best: Ranked<T> | undefined,
): Ranked<T> | undefined {
  const end = best ? best.rank : Infinity;
  for (let at = 0; at < rules.length; at += 1) {
    const rule = rules[at]!;
    if (rule.rank >= end) return best;
    if (rule.match.matches(subject)) return rule;
  }
  return best;
}

function textOf({ by, header }: Shelf<unknown>, subject: MatchSubject): string | undefined {
  if (by === 'path') return subject.path;
  return by === 'mark' ? subject.mark : subject.header(header);
}
