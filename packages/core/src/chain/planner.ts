import type { Clock } from '../clock/clock.js';
import type { Random } from '../clock/random.js';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { Next } from '../invocation/next.js';
import type { Logger } from '../telemetry/logger.js';
import type { ChainTarget } from './chain-target.js';
import { chooseHandlers } from './choose-handlers.js';
import { compose, type Link } from './compose.js';
import { configuredChains } from './configured-chains.js';
import type { ExplainedChain } from './explained-chain.js';
import type { HandlerTable } from './handler-table.js';
import { BIND, END } from './order.js';
import { StateStore, TypeNames, type StateCandidate } from './plan-state.js';
import { planContext } from './plan-context.js';
import type { PolicyKind } from './policy.js';
import { Differences, Reads, type PlanView, type Read } from './reads.js';
import { decoratedHandlers } from './resolve-policy.js';
import { PlannedRunner } from './runner.js';
import type { Side } from './side.js';

/** What a planner works with. */
export interface PlannerOptions {
  readonly handlers: HandlerTable;
  readonly policies: readonly PolicyKind<object>[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Whether runners enter the ambient context; asked when a runner is made. */
  ambient(side: Side): boolean;
  /** The configuration in force. */
  readonly view: PlanView;
}

interface Plan {
  readonly target: ChainTarget;
  readonly runner: PlannedRunner;
  /** What was asked of the configuration, and what it answered. */
  reads: readonly Read[];
  states: ReadonlySet<string>;
  /** Links that planned themselves away. */
  idle: ReadonlySet<string>;
}

interface Candidate {
  readonly next: Next;
  readonly reads: readonly Read[];
  readonly states: ReadonlySet<string>;
  readonly idle: ReadonlySet<string>;
}

/** The refusal of a changed configuration by a plan, naming what it could not live with. */
export class PlanRefused extends Error {
  /** @param sections - dotted keys whose changed answers are to blame */
  constructor(
    readonly sections: readonly string[],
    override readonly cause: ChassisError,
  ) {
    super(cause.message);
  }
}

/** Makes the chains of an application and makes them anew when an answer they rest on changes. */
export class ChainPlanner {
  readonly #plans = new Map<string, Plan>();
  readonly #types = new TypeNames();
  readonly #states = new StateStore(this.#types);
  readonly #warned = new Set<string>();

  constructor(private readonly options: PlannerOptions) {}

  /**
   * The runner of a target; the first call for a target plans it.
   *
   * @throws ChassisError `CHAIN_INVALID`, `PLUGIN_MISSING`, or `CHAIN_PLAN_FAILED` when a handler cannot be planned
   */
  runner(target: ChainTarget): PlannedRunner {
    const key = this.#keyOf(target);
    const present = this.#plans.get(key);
    if (present) return present.runner;
    const states = this.#states.candidate();
    const { next, ...rest } = this.#plan(target, this.options.view, states);
    const { clock, ambient, logger } = this.options;
    const runner = new PlannedRunner(clock, ambient(target.side), target.side === 'provider' ? logger : undefined);
    this.#commit(states);
    runner.next = next;
    this.#plans.set(key, { target, runner, ...rest });
    return runner;
  }

  /**
   * Plans anew what a candidate configuration changes, and gives back the swap, which cannot fail. Nothing changes before it is called.
   *
   * @throws PlanRefused when a handler cannot be planned with it
   */
  prepare(view: PlanView): () => void {
    const states = this.#states.candidate();
    const swaps: (readonly [Plan, Candidate])[] = [];
    const differences = new Differences(view);
    for (const plan of this.#plans.values()) {
      const changed = plan.reads.filter((read) => differences.has(read));
      if (changed.length === 0) continue;
      try {
        swaps.push([plan, this.#plan(plan.target, view, states)]);
      } catch (error) {
        throw new PlanRefused([...new Set(changed.map((read) => read.key))], ChassisError.from(error));
      }
    }
    return () => {
      if (swaps.length === 0) return;
      this.#commit(states);
      for (const [plan, { next, ...rest }] of swaps) {
        plan.runner.next = next;
        Object.assign(plan, rest);
      }
      this.#states.evict(new Set([...this.#plans.values()].flatMap((plan) => [...plan.states])));
    };
  }

  /** Every chain planned so far, with the reason for each link; for `inspect`. */
  explain(): readonly ExplainedChain[] {
    const { view, handlers } = this.options;
    return [...this.#plans.values()].map(({ target, idle }) => {
      const { side, operation, service, listener, chain } = target;
      const reasons = new Map<string, string>();
      const names = this.#choose(target, new Reads(view), (name, reason) => {
        if (!reasons.has(name)) reasons.set(name, reason);
      });
      const links = names.map((name) => {
        const owner = handlers.ownerOf(side, name);
        return {
          name,
          reason: reasons.get(name) ?? 'always',
          ...(owner !== undefined && { owner }),
          ...(idle.has(name) && { idle: true as const }),
        };
      });
      return {
        ...{ side, service, operation: operation.id },
        ...(listener !== undefined && { listener }),
        ...(chain !== undefined && { chain }),
        links: [...links, { name: END[side], reason: 'always' }],
      };
    });
  }

  /** The links of a target's chain as they would be planned now, the last one too; for messages. */
  describe(target: Omit<ChainTarget, 'last' | 'bind'>): readonly string[] {
    return [...this.#choose(target, new Reads(this.options.view)), END[target.side]];
  }

  #plan(target: ChainTarget, view: PlanView, states: StateCandidate): Candidate {
    const reads = new Reads(view);
    const used = new Set<string>();
    const { clock, random } = this.options;
    const planning = { clock, random, reads, states, used };
    try {
      const idle = new Set<string>();
      const links = this.#choose(target, reads).map((name) => ({
        ...this.#link(target, name),
        idle: () => idle.add(name),
      }));
      const next = compose(links, target.last, (name) => planContext(target, name, planning));
      return { next, reads: reads.all, states: used, idle };
    } catch (error) {
      if (ChassisError.is(error) && error.code !== 'CHAIN_PLAN_FAILED') throw error;
      const { message, cause } = ChassisError.is(error) ? error : { message: messageOf(error), cause: error };
      throw coreError('CHAIN_PLAN_FAILED', `${target.side} chain of ${target.operation.id}: ${message}`, { cause });
    }
  }

  #link(target: ChainTarget, name: string): Link {
    if (name === BIND && target.side === 'provider') {
      return { name, handler: { plan: (_context, next) => target.bind?.(next) ?? next } };
    }
    const entry = this.options.handlers.find(target.side, name);
    if (!entry) throw coreError('CHAIN_INVALID', `no ${target.side} handler is called "${name}"`);
    return { name, handler: this.options.handlers.instance(entry) };
  }

  #choose(
    target: Omit<ChainTarget, 'last' | 'bind'>,
    reads: Reads,
    because?: (name: string, reason: string) => void,
  ): readonly string[] {
    const { side, operation } = target;
    return chooseHandlers(
      {
        ...{ side, operation },
        ...(because && { because }),
        configured: configuredChains(target, reads),
        policies: decoratedHandlers(this.options.policies, operation, side),
        warn: (message) => this.#warn(message),
      },
      this.options.handlers,
    );
  }

  #commit(states: StateCandidate): void {
    // a plan is in force with all others or not at all: what one state makes of it cannot hold up the swap
    states.commit((error) =>
      this.options.logger.error('a handler could not bring its state up to date with the new plan', { error }),
    );
  }

  #keyOf(target: ChainTarget): string {
    const { side, operation, service, listener, chain } = target;
    return JSON.stringify([side, service, this.#types.of(target), operation.name, listener, chain]);
  }

  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.options.logger.warn(message);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
