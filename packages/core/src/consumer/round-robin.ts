import type { PlanContext, PlannedHandler } from '../chain/handler.js';
import type { Instance } from '../endpoint/instance.js';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import type { Reply } from '../invocation/reply.js';
import { isStream, settle } from '../invocation/settle.js';
import type { Discovery, ServiceQuery } from '../registry/ports.js';
import { TargetListener } from './call-options.js';
import { Candidates, type Candidate } from './candidates.js';
import type { Suspects } from './suspects.js';

interface Round {
  turn: number;
}

/** What the plain balancer picks from. */
export interface RoundRobinOptions {
  readonly discovery: Discovery;
  readonly suspects: Suspects;
  /** Whom a service's name stands for. */
  query(service: string): ServiceQuery;
}

/**
 * The plain `loadbalance`: instances take turns, those this consumer could not reach are left out. It stands in until governance
 * brings its balancer.
 */
export class RoundRobin implements PlannedHandler {
  constructor(private readonly options: RoundRobinOptions) {}

  plan(context: PlanContext, next: Next): Next {
    const query = this.options.query(context.service);
    const start = (): Round => ({ turn: Math.floor(context.random.next() * 1000) });
    const picker = new Picker(this.options, {
      query,
      next,
      round: context.state('round', start, undefined, { share: 'service' }),
    });
    return (invocation) => picker.run(invocation);
  }
}

/** Picks for one operation. */
class Picker {
  readonly #candidates = new Candidates();

  constructor(
    private readonly options: RoundRobinOptions,
    private readonly plan: { readonly query: ServiceQuery; readonly round: Round; readonly next: Next },
  ) {}

  run(invocation: Invocation): Promise<Reply> {
    if (invocation.endpoint) return this.plan.next(invocation);
    const { discovery } = this.options;
    const { query } = this.plan;
    const known = discovery.peek(query);
    if (known) return this.#call(invocation, this.#pick(invocation, known));
    return discovery.find(query).then((found) => this.#call(invocation, this.#pick(invocation, found)));
  }

  #pick(invocation: Invocation, instances: readonly Instance[]): Candidate {
    const listener = invocation.get(TargetListener) ?? '';
    const candidates = this.#candidates.among(instances, listener, invocation.tags);
    const { suspects } = this.options;
    const { round } = this.plan;
    const first = candidates[round.turn++ % candidates.length];
    if (!first) throw nobody(invocation, { listener, known: instances.length });
    if (suspects.none || !suspects.has(first.instance)) return first;
    const reachable = candidates.filter(({ instance }) => !suspects.has(instance));
    // when all are suspected, any may have come back: a refused call says no more than refusing it ourselves
    return reachable[round.turn % reachable.length] ?? first;
  }

  #call(invocation: Invocation, { instance, endpoint }: Candidate): Promise<Reply> {
    const { suspects } = this.options;
    const { mark } = suspects;
    invocation.endpoint = endpoint;
    const blame = (error: unknown): void => {
      if (isUnreachable(error)) suspects.add(instance);
    };
    // a handler in JavaScript may give back anything
    return Promise.resolve(this.plan.next(invocation)).then(
      (reply) => {
        suspects.clear(instance, mark);
        return isStream(reply.value) ? settle(reply, blame) : reply;
      },
      (error: unknown) => {
        blame(error);
        throw error;
      },
    );
  }
}

/** A connection that was refused or reset; what the callee tells of its own calls is none of ours. */
function isUnreachable(error: unknown): boolean {
  return ChassisError.is(error) && error.code === 'CALL_FAILED' && !error.remote;
}

function nobody(invocation: Invocation, { listener, known }: { listener: string; known: number }): ChassisError {
  const { service, tags, operation } = invocation;
  const wanted = `a listener "${listener}"${tags ? ` and the tags ${JSON.stringify(tags)}` : ''}`;
  const found = known === 0 ? 'no instance is known' : `none of ${known} instances has ${wanted}`;
  return coreError('NO_INSTANCE', `${operation.id}: cannot call "${service}": ${found}`);
}
