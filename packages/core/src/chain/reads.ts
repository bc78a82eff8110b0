import { isDeepStrictEqual } from 'node:util';
import type { ConfigView } from '../config/config.js';

/**
 * What a plan may ask of one configuration snapshot; a `Config` is one.
 *
 * @example
 * ```ts
 * const resolved = policyIn(Timeout, scope, view satisfies PlanView);
 * ```
 */
export type PlanView = Pick<ConfigView, 'raw' | 'section'>;

/** A question to the configuration. */
export interface Read {
  /** The configuration key the answer depends on, to blame it. */
  readonly key: string;
  readonly answer: unknown;
  ask(view: PlanView): unknown;
  /** What the answer is made of, compared by identity; undefined where that says nothing. While it is the same, nobody needs to ask. */
  readonly source?: unknown;
  sourceIn?: ((view: PlanView) => unknown) | undefined;
  /** The answer stays the same object while it says the same: there is no need to look into it. */
  readonly exact?: boolean | undefined;
}

/** How a question may be spared. */
export interface ReadOptions extends Pick<Read, 'exact'> {
  /** A value of the configuration that stays the same object while nothing in it changes, and that the answer depends on alone. */
  readonly sourceIn?: Read['sourceIn'];
}

/** Remembers every question to the configuration with its answer. */
export class Reads {
  readonly all: Read[] = [];

  constructor(private readonly view: PlanView) {}

  read<T>(key: string, ask: (view: PlanView) => T, { sourceIn, exact }: ReadOptions = {}): T {
    const answer = ask(this.view);
    this.all.push({ key, answer, ask, sourceIn, exact, source: sourceIn?.(this.view) });
    return answer;
  }
}

/** Tells whether answers differ by another configuration; equal objects are compared once, however many chains read them. */
export class Differences {
  readonly #known = new Map<unknown, Map<unknown, boolean>>();

  constructor(private readonly view: PlanView) {}

  has(read: Read): boolean {
    if (read.source !== undefined && read.sourceIn?.(this.view) === read.source) return false;
    const answer = read.ask(this.view);
    return read.exact ? answer !== read.answer : this.#differ(read.answer, answer);
  }

  #differ(before: unknown, after: unknown): boolean {
    if (Object.is(before, after)) return false;
    if (typeof before !== 'object' || typeof after !== 'object') return true;
    const known = this.#known.get(before) ?? new Map<unknown, boolean>();
    this.#known.set(before, known);
    const differ = known.get(after) ?? !isDeepStrictEqual(before, after);
    known.set(after, differ);
    return differ;
  }
}
