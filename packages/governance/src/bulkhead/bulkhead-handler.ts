import {
  isStream,
  settle,
  type Clock,
  type Invocation,
  type Next,
  type PlanContext,
  type PlannedHandler,
  type Reply,
  type Services,
  type StateOptions,
} from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import { GovernanceEvents } from '../events/governance-events.js';
import { BulkheadPolicy, MarkedBulkheads, type BulkheadFields } from '../policy/bulkhead.js';
import { instanceOf } from '../policy/parts.js';
import { unplacedWarning } from '../policy/unplaced.js';
import type { Places } from './algorithm.js';
import { Bulkheads } from './bulkheads.js';
import { markedBulkheads } from './marked-bulkheads.js';
import { givenUp, waitForPlace } from './wait-for-place.js';

/** Says which bulkheads a call goes by, for marked calls. */
type Marking = (mark: string) => Bulkheads | undefined;

/**
 * The handler `bulkhead`: lets so many calls through at a time, keeps some waiting, and refuses the rest. A place is held until the reply is over, so a stream holds
 * it to its end, and work that does not heed its deadline holds it until it really ends.
 */
export class BulkheadHandler implements PlannedHandler {
  constructor(private readonly services: Services) {}

  plan(context: PlanContext, next: Next): Next {
    const own = asked(context);
    const marking = this.#marking(context);
    if (!own && !marking) return next;
    const bulkheads = own && this.#bulkheads(context, own);
    const gate = new Gate(next, {
      ...{ clock: context.clock, bulkheads, marking },
      events: this.services.get(GovernanceEvents),
    });
    return (invocation) => gate.run(invocation);
  }

  #bulkheads(context: PlanContext, own: BulkheadFields): Bulkheads {
    const { scope } = own;
    const { share, fields } = reachOf(context, own);
    return context.state(
      `places ${scope}`,
      () => new Bulkheads(nameOf(context, share), scope.startsWith('instance'), this.#unplaced(context)),
      (kept) => kept.configure(fields),
      share && { share },
    );
  }

  #marking(context: PlanContext): Marking | undefined {
    const policies = context.section(MarkedBulkheads);
    if (policies.size === 0) return undefined;
    const base = context.policy(BulkheadPolicy, { share: 'service' })?.value ?? BulkheadPolicy.defaults;
    const marked = context.state(
      'marked places',
      () => markedBulkheads(context.service, this.#unplaced(context)),
      (kept) => kept.configure(policies, base),
      { share: 'service' },
    );
    return (mark) => (policies.has(mark) ? marked.of(mark, context.operation) : undefined);
  }

  #unplaced(context: PlanContext): (() => void) | undefined {
    return unplacedWarning(context, 'bulkhead', this.services.logger);
  }
}

interface GateOptions {
  readonly clock: Clock;
  readonly bulkheads: Bulkheads | undefined;
  readonly marking: Marking | undefined;
  readonly events: GovernanceEvents;
}

/** The link of one operation. */
class Gate {
  constructor(
    private readonly next: Next,
    private readonly options: GateOptions,
  ) {}

  run(invocation: Invocation): Promise<Reply> {
    const { clock, marking } = this.options;
    const { mark } = invocation;
    const bulkheads = (mark !== undefined && marking?.(mark)) || this.options.bulkheads;
    if (!bulkheads) return this.next(invocation);
    const places = bulkheads.of(invocation, clock);
    if (places.tryEnter()) return this.#inside(invocation, places);
    const { waitMs } = bulkheads;
    const waiting = waitForPlace(invocation, places, {
      clock,
      waitMs,
      refuse: () => this.#refuse(invocation, bulkheads),
    });
    return waiting.then(() => {
      if (!invocation.cancelled) return this.#inside(invocation, places);
      places.leave();
      throw givenUp(invocation, invocation.signal.reason);
    });
  }

  #inside(invocation: Invocation, places: Places): Promise<Reply> {
    return this.next(invocation).then(
      (reply) => {
        if (isStream(reply.value)) return settle(reply, () => places.leave());
        places.leave();
        return reply;
      },
      (error: unknown) => {
        places.leave();
        throw error;
      },
    );
  }

  #refuse(invocation: Invocation, bulkheads: Bulkheads): Error {
    const { operation, service } = invocation;
    const { name, concurrent } = bulkheads;
    this.options.events.emit('rejected', { service, operation: operation.id, by: 'bulkhead', name });
    return governanceError(
      'BULKHEAD_FULL',
      `${operation.id} is rejected because of max concurrency: ${concurrent} calls of "${name}" are under way`,
      { details: { bulkhead: name, concurrent, ...instanceOf(invocation, bulkheads) } },
    );
  }
}

/** The policy where somebody says how many calls may be under way: what else may be said is nothing without it. */
function asked(context: PlanContext, options?: StateOptions): BulkheadFields | undefined {
  const policy = context.policy(BulkheadPolicy, options);
  return policy && policy.origins.concurrent !== 'built-in' ? policy.value : undefined;
}

/** As with circuits: what is shared is shared as far as the policy is said. */
function reachOf(
  context: PlanContext,
  own: BulkheadFields,
): { readonly share?: 'service' | 'schema'; readonly fields: BulkheadFields } {
  if (own.scope.endsWith('api')) return { fields: own };
  for (const share of ['service', 'schema'] as const) {
    const wide = asked(context, { share });
    if (wide) return { share, fields: wide };
  }
  return { fields: own };
}

function nameOf({ service, operation }: PlanContext, share: 'service' | 'schema' | undefined): string {
  if (share === 'service') return service;
  return share === 'schema' ? `${service}.${operation.schema.id}` : `${service}.${operation.id}`;
}
