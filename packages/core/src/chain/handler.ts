import type { Clock } from '../clock/clock.js';
import type { Random } from '../clock/random.js';
import type { Section } from '../config/section.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import type { Reply } from '../invocation/reply.js';
import type { Operation } from '../schema/operation.js';
import type { PolicyKind, Resolved } from './policy.js';
import type { Side } from './side.js';
import type { StateOptions } from './state-options.js';

/**
 * A link of the chain, as users write it: it wraps all that comes after it and sees its outcome. A container singleton.
 *
 * @example
 * ```ts
 * @Handler('timing', { side: 'provider', everywhere: true })
 * class TimingHandler implements ChainHandler {
 *   async handle(invocation: Invocation, next: Next): Promise<Reply> {
 *     try { return await next(invocation); } finally { console.log('done'); }
 *   }
 * }
 * ```
 */
export interface ChainHandler {
  handle(invocation: Invocation, next: Next): Promise<Reply>;
}

/**
 * A link that is asked once for each operation, when the plan is made. Returning `next` itself costs nothing at run time.
 *
 * @example
 * ```ts
 * const counting: PlannedHandler = {
 *   plan(context, next) {
 *     const calls = meter.counter(CALLS).bind({ operation: context.operation.id });
 *     return (invocation) => { calls.record(1); return next(invocation); };
 *   },
 * };
 * ```
 */
export interface PlannedHandler {
  plan(context: PlanContext, next: Next): Next;
}

/**
 * What a handler learns when it is planned. Only what is read here can make the operation be planned anew.
 *
 * @example
 * ```ts
 * plan(context: PlanContext, next: Next): Next {
 *   const limit = context.policy(RateLimit);
 *   return limit ? guard(limit.value, next) : next;
 * }
 * ```
 */
export interface PlanContext {
  readonly operation: Operation;
  readonly side: Side;
  /** The listener of a provider chain; `local` in process. */
  readonly listener?: string;
  /** The service that is called (consumer), or our own. */
  readonly service: string;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * The policy in force for this operation with the origin of each field, or undefined when nobody asked for it. A tracked read.
   *
   * @param options - for a state that is shared: leaves out what is said of the single operation (`schema`), of the schema too (`service`)
   */
  policy<T extends object>(kind: PolicyKind<T>, options?: StateOptions): Resolved<T> | undefined;
  /**
   * A declared section of the configuration. A tracked read: a change of the section makes the operation be planned anew.
   *
   * @param name - for a section with `*` in its key, what stands there
   */
  section<T>(section: Section<T>, name?: string): T;
  /**
   * A state that outlives plans, kept by handler, side, target service and operation, and shared by listeners. One that has a method `evicted` is told when no plan
   * names it any more.
   *
   * @param key - tells the states of one handler apart
   * @param make - makes the first one
   * @param apply - brings it up to date with the new plan; runs only when that plan is put in force, and should not throw
   * @param options - a wider reach; `apply` then goes by the policy of that level: `context.policy(kind, options)`
   */
  state<T>(key: string, make: () => T, apply?: (state: T) => void, options?: StateOptions): T;
}
