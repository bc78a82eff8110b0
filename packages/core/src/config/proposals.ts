import type { Disposer } from '../clock/index.js';
import { ChassisError } from '../errors/chassis-error.js';
import { keepWithin, placeIn } from './accept.js';
import type { ConfigChange, ConfigView } from './config.js';
import { show } from './fit/fit.js';
import type { FollowedKeys } from './followed-keys.js';
import type { Leaves } from './leaves.js';
import type { Reporter } from './reporter.js';
import type { SectionIndex } from './section-index.js';
import type { Section } from './section.js';
import { isBlamed, partOf, Snapshot, type PartFaults, type SourceLeaves } from './snapshot.js';
import type { SourceState } from './source-state.js';
import type { Steps } from './steps.js';
import { invalid, SnapshotView, type ViewContext } from './view.js';

/**
 * Looks at a configuration that is about to replace the present one, and prepares for it. What it throws refuses the change: the sections
 * that the error's `sections` names (or its `details.sections`; keys will do) keep their last good values, and what is left is proposed
 * again; an error that names none refuses the whole change. A `set` or `delete` of the program is refused as a whole and throws the error.
 *
 * @param candidate - the configuration to come
 * @param changedSections - keys of the sections that differ, names put in
 * @returns `commit`, run right at the swap, before anyone is told of changes; nothing when there is nothing to do
 *
 * @example
 * ```ts
 * const check: BeforeSwap = (candidate) => {
 *   const plans = planAll(candidate);
 *   return { commit: () => usePlans(plans) };
 * };
 * ```
 */
export type BeforeSwap = (candidate: ConfigView, changedSections: readonly string[]) => { commit(): void } | undefined;

/** Leaves of a source in the place of those in force. */
export interface Instead {
  readonly state: SourceState;
  readonly leaves: Leaves;
}

/** What all who were asked can live with. */
export interface Proposal {
  readonly leaves: Leaves;
  readonly snapshot: Snapshot;
  /** What differs from the present configuration. */
  readonly changes: readonly ConfigChange[];
  readonly commits: readonly (() => void)[];
}

/** What {@link Proposals} stand on. */
export interface ProposalsOptions {
  readonly index: SectionIndex;
  readonly reporter: Reporter;
  readonly context: ViewContext;
  readonly followed: FollowedKeys;
  /** The present configuration. */
  present(): Snapshot;
  layers(instead: Instead): readonly SourceLeaves[];
}

/** Why a snapshot cannot become the present one. */
interface Refused {
  /** What is to blame. */
  readonly sections: readonly string[];
  readonly error: unknown;
  /** Tells the log. */
  say(): void;
}

/** What somebody cannot work with. */
interface Rejection {
  readonly source: string;
  readonly snapshot: Snapshot;
  readonly sections: readonly string[];
}

/** Asks everyone concerned before a snapshot becomes the present one. */
export class Proposals {
  readonly #checks = new Set<BeforeSwap>();
  readonly #preparations = new Set<{ readonly section: Section<unknown>; run(value: unknown): Steps }>();

  constructor(private readonly options: ProposalsOptions) {}

  /** See `Config.prepare`. */
  prepare(section: Section<unknown>, run: (value: unknown) => Steps): Disposer {
    const preparation = { section, run };
    this.#preparations.add(preparation);
    return () => void this.#preparations.delete(preparation);
  }

  ask(check: BeforeSwap): Disposer {
    this.#checks.add(check);
    return () => void this.#checks.delete(check);
  }

  /**
   * Proposes leaves of a source, without the sections that are blamed, until all agree; undefined when that never comes. What is agreed on has
   * to be taken before anything else happens.
   *
   * @param whole - take all or nothing
   * @throws whatever refuses a whole; nothing is logged then
   */
  *proposing(state: SourceState, offered: Leaves, whole: boolean): Steps<Proposal | undefined> {
    const { index, present, layers } = this.options;
    const blamed = new Set<string>();
    for (;;) {
      let leaves = offered;
      for (const prefix of blamed) leaves = keepWithin(leaves, state.leaves, prefix);
      const snapshot = yield* Snapshot.making(layers({ state, leaves }), index, present());
      const verdict = yield* this.#judging(state, snapshot);
      if ('commits' in verdict) return { leaves, snapshot, ...verdict };
      if (whole) throw verdict.error;
      verdict.say();
      const fresh = verdict.sections.map((key) => key.replace(/\.\*$/, '')).filter((key) => !isBlamed(key, blamed));
      if (fresh.length === 0) return undefined;
      for (const key of fresh) blamed.add(key);
    }
  }

  /** What all who are asked prepared, or why it cannot be. */
  *#judging(state: SourceState, snapshot: Snapshot): Steps<Pick<Proposal, 'changes' | 'commits'> | Refused> {
    const { context } = this.options;
    const present = this.options.present();
    const refused = this.#unfit(state.source.name, snapshot, yield* snapshot.faults());
    if (refused) return refused;
    const changed = yield* snapshot.changedSections(present);
    const unprepared = yield* this.#preparing(state.source.name, snapshot, changed);
    if (unprepared) return unprepared;
    const changes = yield* snapshot.changesSince(present);
    const candidate = new SnapshotView(() => snapshot, context);
    const commits: (() => void)[] = [];
    try {
      if (changes.length > 0) {
        for (const check of this.#checks) {
          const prepared = check(candidate, changed);
          if (prepared) commits.push(() => prepared.commit());
        }
      }
      return { changes, commits };
    } catch (error) {
      return this.#rejected({ source: state.source.name, snapshot, sections: blamedBy(error) }, error);
    }
  }

  *#preparing(source: string, snapshot: Snapshot, changed: readonly string[]): Steps<Refused | undefined> {
    for (const { section, run } of this.#preparations) {
      if (!changed.includes(section.key)) continue;
      try {
        yield* run(snapshot.value(partOf(section, undefined), []));
      } catch (error) {
        if (ChassisError.is(error)) return this.#rejected({ source, snapshot, sections: [section.key] }, error);
        // of anything else, whoever uses the value meets the same, and says what it means
      }
    }
    return undefined;
  }

  #rejected({ source, snapshot, sections }: Rejection, error: unknown): Refused {
    const places = sections.flatMap((key) => placeIn(snapshot.leaves, key.replace(/\.\*$/, '')) || []);
    return { sections, error, say: () => this.options.reporter.rejected({ source, sections, places }, error) };
  }

  /** What is wrong with a snapshot, whoever uses it: sections that are not whole, followed keys of another type. */
  #unfit(source: string, snapshot: Snapshot, incomplete: readonly PartFaults[]): Refused | undefined {
    const { followed, present, reporter } = this.options;
    if (incomplete.length > 0) {
      return {
        sections: incomplete.map(({ part }) => part.prefix),
        error: invalid(incomplete.flatMap(({ faults }) => faults)),
        say: () => reporter.refused(source, incomplete),
      };
    }
    const misfits = followed.faults(snapshot, present());
    if (misfits.length === 0) return undefined;
    const kept = (key: string): string => {
      const value = present().raw(key);
      return value === undefined || value === null ? 'its default' : show(key, value, present().isSecret(key));
    };
    return {
      sections: misfits.map(({ key }) => key),
      error: invalid(misfits),
      say: () => reporter.misfits(source, misfits, kept),
    };
  }
}

function blamedBy(error: unknown): readonly string[] {
  const { sections, details } = (error ?? {}) as { sections?: unknown; details?: { sections?: unknown } };
  const named = sections ?? details?.sections;
  return Array.isArray(named) ? named.filter((name): name is string => typeof name === 'string') : [];
}
