import type { Clock, Invocation, Next, PlanContext, PlannedHandler, Reply } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import type { GovernanceEvents } from '../events/governance-events.js';
import { SheddingPolicy, type SheddingFields } from '../policy/shedding.js';
import { AdaptiveLimit, Baseline, shareOf } from './algorithm.js';
import type { Lag } from './lag-probe.js';

/** What the link works with. */
export interface SheddingOptions {
  readonly lag: Lag;
  readonly events: GovernanceEvents;
}

/** Schemas of the framework's own begin so: whoever asks whether the process is well must be told so under load too. */
const OWN = 'chassis.';

/** The link `shedding` of the provider side. */
export class SheddingHandler implements PlannedHandler {
  constructor(private readonly options: SheddingOptions) {}

  plan(context: PlanContext, next: Next): Next {
    const { operation, clock } = context;
    const policy = context.policy(SheddingPolicy);
    if (!policy?.value.enabled || operation.schema.id.startsWith(OWN)) return next;
    // the process is one, so its limit is: what only an operation says of it does not count
    const bounds = context.policy(SheddingPolicy, { share: 'service' })?.value ?? SheddingPolicy.defaults;
    const limit = context.state(
      'limit',
      () => new AdaptiveLimit(bounds),
      (state) => state.configure(bounds),
      { share: 'service' },
    );
    const baseline = context.state('baseline', () => new Baseline());
    const held = { limit, baseline, clock };
    const gate = new Gate(policy.value, { ...this.options, bounds, limit, context });
    return (invocation) => {
      const refusal = gate.refusal(invocation);
      return refusal ? Promise.reject(refusal) : new Admission(invocation, held).run(next, invocation);
    };
  }
}

interface GateOptions extends SheddingOptions {
  readonly bounds: SheddingFields;
  readonly limit: AdaptiveLimit;
  readonly context: PlanContext;
}

/** Lets calls in by priority. */
class Gate {
  readonly #share: number;
  readonly #shares: ReadonlyMap<string, number>;

  constructor(
    { priority, priorities }: SheddingFields,
    private readonly options: GateOptions,
  ) {
    this.#share = shareOf(priority);
    this.#shares = new Map(Object.entries(priorities).map(([mark, own]) => [mark, shareOf(own)]));
  }

  /** Takes a place for a call; what it is refused with where there is none. */
  refusal({ mark }: Invocation): Error | undefined {
    const share = (mark === undefined ? undefined : this.#shares.get(mark)) ?? this.#share;
    const { bounds, lag, limit } = this.options;
    if (bounds.maxLagMs > 0) {
      const { lagMs } = lag;
      if (lagMs > bounds.maxLagMs * share) return this.#refused(`the event loop is ${Math.round(lagMs)} ms late`, mark);
    }
    return limit.acquire(share) ? undefined : this.#refused(`${limit.inFlight} calls are under way`, mark);
  }

  #refused(why: string, mark: string | undefined): Error {
    const { bounds, context, events } = this.options;
    const { operation, service } = context;
    events.emit('rejected', { by: 'shedding', name: mark ?? 'none', operation: operation.id, service });
    const message = `${operation.id}: shed, since the process has more to do than it can: ${why}`;
    return governanceError('OVERLOADED', message, { retryAfterMs: bounds.retryAfterMs });
  }
}

/** One call that was let in. Its place is given back once: when it ends, when a stream begins, or when nobody waits for it any more. */
class Admission {
  readonly #began: number;
  readonly #stopWatching: () => void;
  #isOver = false;

  constructor(
    invocation: Invocation,
    private readonly held: { readonly limit: AdaptiveLimit; readonly baseline: Baseline; readonly clock: Clock },
  ) {
    this.#began = held.clock.elapsed();
    this.#stopWatching = invocation.onCancel(() => this.#end(false));
  }

  run(next: Next, invocation: Invocation): Promise<Reply> {
    return next(invocation).then(
      (reply) => {
        this.#end(true);
        return reply;
      },
      (error: unknown) => {
        this.#end(false);
        throw error;
      },
    );
  }

  /** @param hasWorked - what failed says nothing of how long calls take */
  #end(hasWorked: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopWatching();
    const { limit, baseline, clock } = this.held;
    if (hasWorked) limit.complete(baseline, this.#began, clock.elapsed());
    else limit.release();
  }
}
