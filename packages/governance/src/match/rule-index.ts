import type { CompiledCase, IndexKey } from './compile-case.js';
import { HeadIndex } from './head-index.js';
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
 * Finds the first of many rules that a call matches. Rules that ask for one exact path, header or mark are found by it, those for paths that begin alike by
 * the beginning, so that only those with nothing but other conditions are tried one by one.
 */
export class RuleIndex<T> {
  readonly #shelves: Shelf<T>[] = [];
  readonly #heads = new HeadIndex<Ranked<T>>();
  readonly #others: Ranked<T>[] = [];

  /** @param rules - in the order in which they count */
  static of<T>(rules: Iterable<IndexedRule<T>>): RuleIndex<T> {
    const steps = RuleIndex.making(rules);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** As `of`, in steps between which other work may go. */
  static *making<T>(rules: Iterable<IndexedRule<T>>): Generator<void, RuleIndex<T>, void> {
    const index = new RuleIndex<T>();
    let rank = 0;
    for (const { match, found } of rules) {
      index.#add({ match, found, rank: rank++ });
      yield;
    }
    index.#heads.seal();
    return index;
  }

  get isEmpty(): boolean {
    return this.#others.length === 0 && this.#shelves.length === 0 && this.#heads.isEmpty;
  }

  find(subject: MatchSubject): T | undefined {
    let best: Ranked<T> | undefined;
    for (let at = 0; at < this.#shelves.length; at += 1) {
      const shelf = this.#shelves[at]!;
      const text = textOf(shelf, subject);
      const rules = text === undefined ? NONE : (shelf.rules.get(text) ?? NONE);
      best = firstOf<T>(rules, subject, best);
    }
    if (!this.#heads.isEmpty) {
      let head = this.#heads.longest(subject.path);
      for (; head; head = head.outer) best = firstOf(head.items, subject, best);
    }
    return firstOf(this.#others, subject, best)?.found;
  }

  #add(rule: Ranked<T>): void {
    const { exact, pathHead } = rule.match;
    if (exact) this.#shelve(exact, rule);
    else if (pathHead !== '') this.#heads.add(pathHead, rule);
    else this.#others.push(rule);
  }

  #shelve({ by, value }: NonNullable<CompiledCase['exact']>, rule: Ranked<T>): void {
    let shelf = this.#shelves.find((one) => one.by === by);
    if (!shelf) {
      const header = by.startsWith('header ') ? by.slice('header '.length) : '';
      this.#shelves.push((shelf = { by, header, rules: new Map() }));
    }
    const rules = shelf.rules.get(value);
    if (rules) rules.push(rule);
    else shelf.rules.set(value, [rule]);
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
