import {
  port,
  type Clock,
  type Endpoint,
  type Instance,
  type Invocation,
  type Random,
  type Reply,
} from '@ts-chassis/core';
import type { LoadBalanceFields } from '../policy/load-balance.js';

/**
 * An instance as a strategy sees it, with what this consumer knows of it.
 *
 * @example
 * ```ts
 * const idle = nodes.find((node) => node.inFlight === 0);
 * ```
 */
export interface BalancedInstance {
  readonly instance: Instance;
  readonly endpoint: Endpoint;
  /** `host:port`. */
  readonly address: string;
  /** `weight` of its metadata: any number from 0; 1 when there is none. */
  readonly weight: number;
  /** Calls of this consumer that are under way there. */
  readonly inFlight: number;
  /** What its calls took in milliseconds, the younger ones counting more; undefined before the first came back. */
  readonly latencyMs: number | undefined;
  /** Peak EWMA: rises at once with a slow call, sinks with time (`latencyDecayMs`), times the calls under way. Lower is better. */
  cost(nowMs: number): number;
}

/**
 * The call an instance is picked for. One object serves many calls: it is good only while `pick` runs.
 *
 * @example
 * ```ts
 * const tenant = call.invocation.context.get('tenant');
 * ```
 */
export interface PickCall {
  readonly invocation: Invocation;
  /** The policy in force for the call. */
  readonly settings: LoadBalanceFields;
  /** `clock.elapsed()`. */
  readonly nowMs: number;
  /** All that fit the call by tags, listener and filters, healthy or not: the same array until the registry's list changes. For strategies that keep a place for each. */
  readonly all: readonly BalancedInstance[];
  /** Stands for the set of instances (tags, listener, filters): the same object while it is called, whoever comes and goes. For a `WeakMap`. */
  readonly key: object;
  /** Whether `nodes` was made for this call only, since some were left out of it. */
  readonly isPartial: boolean;
  /** Whether one of `all` may be picked now: healthy, not tried before by this call. */
  isUsable(node: BalancedInstance): boolean;
  /** What the policy's `hashOn` finds in the call. */
  hashKey(): string | undefined;
}

/**
 * How a call to a picked instance ended.
 *
 * @example
 * ```ts
 * if (outcome.failed) this.penalise(picked);
 * ```
 */
export interface PickOutcome {
  readonly invocation: Invocation;
  readonly settings: LoadBalanceFields;
  readonly key: object;
  /** Whether it speaks against the instance. */
  readonly failed: boolean;
  readonly nowMs: number;
}

/**
 * Picks the instance for each try of a call. One object serves all operations of a service, unless it is a class marked with
 * `@LoadBalancingStrategy`, of which one serves all services.
 *
 * @example
 * ```ts
 * const first: BalancingStrategy = { pick: (nodes) => nodes[0] };
 * ```
 */
export interface BalancingStrategy {
  /** Picks by a key of the call, so that others must not be picked for the sake of a probe or of a slow start. */
  readonly isSticky?: boolean;
  /** @param nodes - those that may be picked: the same array while nothing changes; never empty */
  pick(nodes: readonly BalancedInstance[], call: PickCall): BalancedInstance | undefined;
  /** Told when a picked one's call is over, also when it was given up. */
  done?(picked: BalancedInstance, outcome: PickOutcome): void;
  /** May add headers to a reply. */
  replied?(reply: Reply, picked: BalancedInstance, invocation: Invocation): Reply;
}

/**
 * What a strategy is made with.
 *
 * @example
 * ```ts
 * const make: StrategyFactory = ({ random }) => new RandomStrategy(random);
 * ```
 */
export interface StrategyOptions {
  /** The called service. */
  readonly service: string;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Makes the strategy of one service.
 *
 * @example
 * ```ts
 * const make: StrategyFactory = () => ({ pick: (nodes) => nodes[0] });
 * ```
 */
export type StrategyFactory = (options: StrategyOptions) => BalancingStrategy;

/**
 * Where plug-ins put strategies by name, beside the built-in ones.
 *
 * @example
 * ```ts
 * host.extend(StrategyPort, 'first', () => () => ({ pick: (nodes) => nodes[0] }));
 * ```
 */
export const StrategyPort = port<StrategyFactory>('load balancing strategy');
