import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock/clock.js';
import type { Random } from '../clock/random.js';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { Next } from '../invocation/next.js';
import type { Operation } from '../schema/operation.js';
import type { Logger } from '../telemetry/logger.js';
import { chooseHandlers } from './choose-handlers.js';
import { compose, type Link } from './compose.js';
import type { PlanContext, StateOptions } from './handler.js';
import type { HandlerTable } from './handler-table.js';
import { BIND } from './order.js';
import { StateStore, type StateCandidate } from './plan-state.js';
import { resolvePolicy, type PolicyKind, type Resolved } from './policy.js';
import { PlannedRunner } from './runner.js';
import type { Side } from './side.js';

/** What a chain is planned for. */
export interface ChainTarget {
  readonly side: Side;
  readonly operation: Operation;
  /** The called service, or our own. */
  readonly service: string;
  readonly listener?: string;
  /** The configured chain's name; default that of the listener, then `default`. */
  readonly chain?: string;
  /** What ends the chain. */
  readonly last: Next;
  /** The link `bind` of a provider chain, around what comes after it. */
  bind?(next: Next): Next;
}

/** Reads the tree below a dotted key of one configuration snapshot. */
export type RawReader = (key: string) => unknown;

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
  readonly raw: RawReader;
}

interface Plan {
  readonly target: ChainTarget;
  readonly runner: PlannedRunner;
  /** What was asked of the configuration, and what it answered. */
  reads: readonly Read[];
  states: ReadonlySet<string>;
}

interface Read {
  /** The configuration key the answer depends on, to blame it. */
  readonly key: string;
  readonly answer: unknown;
  ask(raw: RawReader): unknown;
}

interface Candidate {
  readonly next: Next;
  readonly reads: readonly Read[];
  readonly states: ReadonlySet<string>;
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
  readonly #states = new StateStore();
  readonly #warned = new Set<string>();

  constructor(private readonly options: PlannerOptions) {}

  /**
   * The runner of a target; the first call for a target plans it.
   *
   * @throws ChassisError `CHAIN_INVALID`, `PLUGIN_MISSING`, or `CHAIN_PLAN_FAILED` when a handler cannot be planned
   */
  runner(target: ChainTarget): PlannedRunner {
    const key = keyOf(target);
    const present = this.#plans.get(key);
    if (present) return present.runner;
    const states = this.#states.candidate();
    const { next, ...rest } = this.#plan(target, this.options.raw, states);
    const runner = new PlannedRunner(this.options.clock, this.options.ambient(target.side));
    states.commit();
    runner.next = next;
    this.#plans.set(key, { target, runner, ...rest });
    return runner;
  }

  /**
   * Plans anew what a candidate configuration changes, and gives back the swap, which cannot fail. Nothing changes before it is called.
   *
   * @throws PlanRefused when a handler cannot be planned with it
   */
  prepare(raw: RawReader): () => void {
    const states = this.#states.candidate();
    const swaps: (readonly [Plan, Candidate])[] = [];
    for (const plan of this.#plans.values()) {
      const changed = plan.reads.filter((read) => !isDeepStrictEqual(read.ask(raw), read.answer));
      if (changed.length === 0) continue;
      try {
        swaps.push([plan, this.#plan(plan.target, raw, states)]);
      } catch (error) {
        throw new PlanRefused([...new Set(changed.map((read) => read.key))], ChassisError.from(error));
      }
    }
    return () => {
      if (swaps.length === 0) return;
      states.commit();
      for (const [plan, { next, ...rest }] of swaps) {
        plan.runner.next = next;
        Object.assign(plan, rest);
      }
      this.#states.evict(new Set([...this.#plans.values()].flatMap((plan) => [...plan.states])));
    };
  }

  /** The links of a target's chain as they would be planned now, the last one too; for `inspect` and for messages. */
  describe(target: Omit<ChainTarget, 'last' | 'bind'>): readonly string[] {
    return this.#choose(target, new Reads(this.options.raw));
  }

  #plan(target: ChainTarget, raw: RawReader, states: StateCandidate): Candidate {
    const reads = new Reads(raw);
    const used = new Set<string>();
    const links = this.#choose(target, reads).map((name) => this.#link(target, name));
    try {
      const next = compose(links, target.last, (name) => this.#context(target, { name, reads, states, used }));
      return { next, reads: reads.all, states: used };
    } catch (error) {
      if (ChassisError.is(error) && error.code === 'CHAIN_PLAN_FAILED') throw error;
      throw coreError('CHAIN_PLAN_FAILED', `${target.side} chain of ${target.operation.id}: ${messageOf(error)}`, { cause: error });
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

  #choose(target: Omit<ChainTarget, 'last' | 'bind'>, reads: Reads): readonly string[] {
    const { side, operation } = target;
    const { key: configKey, configured } = this.#configured(target, reads);
    return chooseHandlers(
      { side, operation, configured, configKey, policies: this.#decorated(operation, side), warn: (message) => this.#warn(message) },
      this.options.handlers,
    );
  }

  #configured({ side, listener, chain }: Omit<ChainTarget, 'last'>, reads: Reads): { key: string; configured: string | undefined } {
    const group = side === 'provider' ? 'Provider' : 'Consumer';
    const names = side === 'method' ? [] : [...new Set([chain ?? listener ?? 'default', 'default'])];
    for (const name of names) {
      const key = `servicecomb.handler.chain.${group}.${name}`;
      const value = reads.read(key, (raw) => raw(key));
      if (typeof value === 'string' && value.trim() !== '') return { key, configured: value };
    }
    return { key: `servicecomb.handler.chain.${group}`, configured: undefined };
  }

  /** The handlers that the policy decorators on an operation and its schema ask for. */
  #decorated(operation: Operation, side: Side): readonly string[] {
    return this.options.policies.flatMap((kind) => {
      const marks = [operation.schema.read(kind.key), operation.read(kind.key)];
      const handler = kind.handlers[side];
      return handler && marks.some((mark) => mark && (mark.side ?? side) === side) ? [handler] : [];
    });
  }

  #context(target: ChainTarget, plan: { name: string; reads: Reads; states: StateCandidate; used: Set<string> }): PlanContext {
    const { operation, side, service, listener } = target;
    const { clock, random } = this.options;
    return {
      ...{ operation, side, service, clock, random },
      ...(listener !== undefined && { listener }),
      policy: <T extends object>(kind: PolicyKind<T>): Resolved<T> | undefined =>
        plan.reads.read(kind.root, (raw) => resolvePolicy(kind, { operation, service, side }, raw)),
      state: <T>(name: string, make: () => T, apply?: (state: T) => void, options: StateOptions = {}): T => {
        const owner = { handler: plan.name, side, service, operation };
        const { state, key } = plan.states.take(owner, name, make, { ...options, ...(apply && { apply }) });
        plan.used.add(key);
        return state;
      },
    };
  }

  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.options.logger.warn(message);
  }
}

/** Remembers every question to the configuration with its answer. */
class Reads {
  readonly all: Read[] = [];

  constructor(private readonly raw: RawReader) {}

  read<T>(key: string, ask: (raw: RawReader) => T): T {
    const answer = ask(this.raw);
    this.all.push({ key, answer, ask });
    return answer;
  }
}

function keyOf({ side, operation, service, listener, chain }: ChainTarget): string {
  return JSON.stringify([side, service, operation.schema.id, operation.name, listener, chain]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
