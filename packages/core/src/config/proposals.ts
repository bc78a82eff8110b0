import type { Disposer } from '../clock/index.js';
import { keepWithin, placeIn } from './accept.js';
import type { ConfigView } from './config.js';
import type { Leaves } from './leaves.js';
import type { Reporter } from './reporter.js';
import type { SectionIndex } from './section-index.js';
import { isBlamed, Snapshot, type SourceLeaves } from './snapshot.js';
import type { SourceState } from './source-state.js';
import { SnapshotView, type ViewContext } from './view.js';

/**
 * Looks at a configuration that is about to replace the present one, and prepares for it. What it throws refuses the change: the sections
 * that the error's `sections` names (or its `details.sections`; keys will do) keep their last good values, and what is left is proposed
 * again; an error that names none refuses the whole change.
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
  readonly commits: readonly (() => void)[];
}

/** What {@link Proposals} stand on. */
export interface ProposalsOptions {
  readonly index: SectionIndex;
  readonly reporter: Reporter;
  readonly context: ViewContext;
  /** The present configuration. */
  present(): Snapshot;
  layers(instead: Instead): readonly SourceLeaves[];
}

/** Asks everyone concerned before a snapshot becomes the present one. */
export class Proposals {
  readonly #checks = new Set<BeforeSwap>();

  constructor(private readonly options: ProposalsOptions) {}

  ask(check: BeforeSwap): Disposer {
    this.#checks.add(check);
    return () => void this.#checks.delete(check);
  }

  /** Proposes leaves of a source, without the sections that are blamed, until all agree; undefined when that never comes. */
  propose(state: SourceState, offered: Leaves): Proposal | undefined {
    const { index, present, layers } = this.options;
    const blamed = new Set<string>();
    for (;;) {
      let leaves = offered;
      for (const prefix of blamed) leaves = keepWithin(leaves, state.leaves, prefix);
      const snapshot = new Snapshot(layers({ state, leaves }), index, present());
      const verdict = this.#judge(state, snapshot);
      if ('commits' in verdict) return { leaves, snapshot, commits: verdict.commits };
      const fresh = verdict.sections.map((key) => key.replace(/\.\*$/, '')).filter((key) => !isBlamed(key, blamed));
      if (fresh.length === 0) return undefined;
      for (const key of fresh) blamed.add(key);
    }
  }

  /** What all who are asked prepared, or the sections that one of them blames. */
  #judge(state: SourceState, snapshot: Snapshot): { commits: (() => void)[] } | { sections: readonly string[] } {
    const { reporter, context } = this.options;
    const present = this.options.present();
    const { name } = state.source;
    const incomplete = snapshot.faults();
    if (incomplete.length > 0) {
      reporter.refused(name, incomplete);
      return { sections: incomplete.map(({ part }) => part.prefix) };
    }
    const changed = snapshot.changedSections(present);
    const candidate = new SnapshotView(() => snapshot, context);
    const commits: (() => void)[] = [];
    try {
      if (snapshot.changesSince(present).length > 0) {
        for (const check of this.#checks) {
          const prepared = check(candidate, changed);
          if (prepared) commits.push(() => prepared.commit());
        }
      }
      return { commits };
    } catch (error) {
      const sections = blamedBy(error);
      const places = sections.flatMap((key) => placeIn(snapshot.leaves, key.replace(/\.\*$/, '')) || []);
      reporter.rejected({ source: name, sections, places }, error);
      return { sections };
    }
  }
}

function blamedBy(error: unknown): readonly string[] {
  const { sections, details } = (error ?? {}) as { sections?: unknown; details?: { sections?: unknown } };
  const named = sections ?? details?.sections;
  return Array.isArray(named) ? named.filter((name): name is string => typeof name === 'string') : [];
}
