import {
  TransportSection,
  type Clock,
  type Invocation,
  type Next,
  type PlanContext,
  type PlannedHandler,
  type Reply,
  type Services,
} from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import { GovernanceEvents } from '../events/governance-events.js';
import { instanceOf } from '../policy/parts.js';
import { unplacedWarning } from '../policy/unplaced.js';
import { failureJudge, type IsFailure } from '../outcome/is-failure.js';
import { CircuitBreakerPolicy, MarkedCircuitBreakers, type CircuitBreakerFields } from '../policy/circuit-breaker.js';
import { REFUSED } from './algorithm.js';
import { CircuitBreakers } from './circuit-breakers.js';
import { Circuits } from './circuits.js';
import { markedCircuits } from './marked-circuits.js';
import type { NamedCircuit } from './named-circuit.js';
import { WatchedCall } from './watched-call.js';

/** What go-chassis begins the names of circuits with. */
const TYPES = { consumer: 'Consumer', provider: 'Provider', method: 'Method' } as const;

/** One policy as a plan has it. */
interface Breaking {
  readonly circuits: Circuits;
  readonly isFailure: IsFailure;
  readonly clock: Clock;
}

/** The circuits of marked calls as a plan has them. */
interface Marking {
  of(mark: string): Breaking | undefined;
  has(mark: string): boolean;
}

/**
 * The handlers `bizkeeper-consumer`, `bizkeeper-provider` and `bizkeeper`: refuse calls at once while too many of the last ones failed. What is refused further
 * out, by a limiter or a bulkhead, never reaches a circuit.
 */
export class BreakerHandler implements PlannedHandler {
  constructor(private readonly services: Services) {}

  plan(context: PlanContext, next: Next): Next {
    const own = context.policy(CircuitBreakerPolicy)?.value;
    const marking = this.#marking(context);
    if (!own?.enabled && !marking) return next;
    const breaking = own?.enabled ? this.#breaking(context, own) : undefined;
    const guard = new Guard(next, { clock: context.clock, breaking, marking, events: this.#events() });
    return (invocation) => guard.run(invocation);
  }

  #breaking(context: PlanContext, own: CircuitBreakerFields): Breaking {
    const { scope } = own;
    const { share, settings } = reachOf(context, own);
    const reached = share === 'service' ? '' : share === 'schema' ? `.${context.operation.schema.id}` : undefined;
    const owner = {
      prefix: prefixOf(context),
      suffix: reached ?? `.${context.operation.id}`,
      service: context.service,
      operation: reached === undefined ? context.operation.id : '',
      unplaced: this.#unplaced(context),
    };
    const breakers = this.services.get(CircuitBreakers);
    const circuits = context.state(
      `circuits ${scope}`,
      () => new Circuits(breakers, owner, scope.startsWith('instance')),
      (kept) => kept.configure(settings),
      share && { share },
    );
    return { circuits, isFailure: failureJudge(context, own.kinds), clock: context.clock };
  }

  #marking(context: PlanContext): Marking | undefined {
    const policies = context.section(MarkedCircuitBreakers);
    if (policies.size === 0) return undefined;
    const { operation, service } = context;
    const unplaced = this.#unplaced(context);
    const base = context.policy(CircuitBreakerPolicy, { share: 'service' })?.value ?? CircuitBreakerPolicy.defaults;
    const marked = context.state(
      'marked circuits',
      () => markedCircuits(this.services.get(CircuitBreakers), { prefix: prefixOf(context), service, unplaced }),
      (kept) => kept.configure(policies, base),
      { share: 'service' },
    );
    const judgeOf = judges(context, base);
    return {
      has: (mark) => policies.has(mark),
      of(mark) {
        const circuits = marked.of(mark, operation);
        return circuits && { circuits, isFailure: judgeOf(policies.get(mark)?.kinds), clock: context.clock };
      },
    };
  }

  #unplaced(context: PlanContext): (() => void) | undefined {
    return unplacedWarning(context, 'bizkeeper-consumer', this.services.logger);
  }

  #events(): GovernanceEvents {
    return this.services.get(GovernanceEvents);
  }
}

interface GuardOptions {
  readonly clock: Clock;
  readonly breaking: Breaking | undefined;
  readonly marking: Marking | undefined;
  readonly events: GovernanceEvents;
}

/** How a call was refused. */
interface Refused {
  readonly now: number;
  readonly circuits: Circuits;
}

/** The link of one operation. */
class Guard {
  constructor(
    private readonly next: Next,
    private readonly options: GuardOptions,
  ) {}

  run(invocation: Invocation): Promise<Reply> {
    const { clock } = this.options;
    const breaking = this.#breakingOf(invocation);
    if (!breaking) return this.next(invocation);
    const named = breaking.circuits.of(invocation, clock);
    const { circuit } = named;
    // to read the time costs as much as all the rest
    const began = circuit.heedsTime ? clock.elapsed() : Number.NaN;
    const permit = named.acquire(began);
    if (permit === REFUSED) return this.#refuse(invocation, named, { now: began, circuits: breaking.circuits });
    const call = new WatchedCall({ circuit, permit, began }, invocation, breaking);
    return this.next(invocation).then(
      (reply) => call.succeed(reply),
      (error: unknown) => call.fail(error),
    );
  }

  #breakingOf({ mark }: Invocation): Breaking | undefined {
    const { breaking, marking } = this.options;
    return mark !== undefined && marking?.has(mark) ? marking.of(mark) : breaking;
  }

  #refuse(invocation: Invocation, { owner, circuit }: NamedCircuit, { now, circuits }: Refused): Promise<never> {
    const { operation, service } = invocation;
    const { name } = owner;
    this.options.events.emit('rejected', { service, operation: operation.id, by: 'breaker', name });
    const retryAfterMs = circuit.retryAfterMs(now);
    return Promise.reject(
      governanceError('CIRCUIT_OPEN', `${operation.id} is isolated: the circuit "${name}" is open`, {
        details: { circuit: name, ...instanceOf(invocation, circuits) },
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      }),
    );
  }
}

/**
 * How far one circuit reaches, and by what it goes. That of an operation is its own; that of a service, or of an instance, is shared as far as the policy is said: for
 * the whole service, else for the schema, else for the operation only.
 */
function reachOf(
  context: PlanContext,
  own: CircuitBreakerFields,
): { readonly share?: 'service' | 'schema'; readonly settings: CircuitBreakerFields } {
  if (own.scope.endsWith('api')) return { settings: own };
  for (const share of ['service', 'schema'] as const) {
    const wide = context.policy(CircuitBreakerPolicy, { share })?.value;
    if (wide?.enabled) return { share, settings: wide };
  }
  return { settings: own };
}

function prefixOf({ side, service }: PlanContext): string {
  return `${TYPES[side]}.${service}`;
}

/** Judges by the kinds that policies by mark name, made when first asked for: there may be thousands of policies. */
function judges(context: PlanContext, base: CircuitBreakerFields): (kinds?: readonly string[]) => IsFailure {
  const transport = context.section(TransportSection);
  // sections can be read while planning only
  const later: PlanContext = { ...context, section: (() => transport) as PlanContext['section'] };
  const made = new Map<readonly string[], IsFailure>();
  return (kinds = base.kinds) => {
    let judge = made.get(kinds);
    if (!judge) made.set(kinds, (judge = failureJudge(later, kinds)));
    return judge;
  };
}
