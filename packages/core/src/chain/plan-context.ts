import type { Clock } from '../clock/clock.js';
import type { Random } from '../clock/random.js';
import type { Section } from '../config/section.js';
import type { ChainTarget } from './chain-target.js';
import type { PlanContext } from './handler.js';
import type { StateCandidate } from './plan-state.js';
import type { PolicyKind, Resolved } from './policy.js';
import type { Reads } from './reads.js';
import { policyIn } from './resolve-policy.js';
import type { StateOptions } from './state-options.js';

/** What is gathered while one chain is planned. */
export interface Planning {
  readonly clock: Clock;
  readonly random: Random;
  readonly reads: Reads;
  readonly states: StateCandidate;
  /** The keys of the states asked for. */
  readonly used: Set<string>;
}

/** What the handler of a name is planned with. */
export function planContext(target: ChainTarget, handler: string, planning: Planning): PlanContext {
  const { operation, side, service, listener } = target;
  const { clock, random, reads, states, used } = planning;
  return {
    ...{ operation, side, service, clock, random },
    ...(listener !== undefined && { listener }),
    policy: <T extends object>(kind: PolicyKind<T>, options: StateOptions = {}): Resolved<T> | undefined =>
      reads.read(kind.root, (view) => policyIn(kind, { operation, service, side, ...options }, view), {
        sourceIn: kind.section && ((view) => view.section(kind.section!)),
      }),
    section: <T>(section: Section<T>, name?: string): T =>
      reads.read(
        name === undefined ? section.key : section.key.replace('*', name),
        (view) => view.section(section, name),
        { exact: section.read !== undefined },
      ),
    state: <T>(name: string, make: () => T, apply?: (state: T) => void, options: StateOptions = {}): T => {
      const { state, key } = states.take({ handler, side, service, operation }, { name, make, apply, ...options });
      used.add(key);
      return state;
    },
  };
}
