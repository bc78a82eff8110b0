import type { PlanContext, PlannedHandler } from '../chain/handler.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import type { Instance } from '../endpoint/instance.js';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import type { Reply } from '../invocation/reply.js';
import type { Discovery, ServiceQuery } from '../registry/ports.js';
import { TargetListener } from './call-options.js';
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
    const round = context.state<Round>('round', () => ({ turn: Math.floor(context.random.next() * 1000) }), undefined, {
      share: 'service',
    });
    return (invocation) => {
      if (invocation.endpoint) return next(invocation);
      const known = this.options.discovery.peek(query);
      if (known) return this.#pick(known, round, { invocation, next });
      return this.options.discovery.find(query).then((found) => this.#pick(found, round, { invocation, next }));
    };
  }

  #pick(instances: readonly Instance[], round: Round, { invocation, next }: { invocation: Invocation; next: Next }): Promise<Reply> {
    const listener = invocation.get(TargetListener) ?? '';
    const candidates: { instance: Instance; endpoint: Endpoint }[] = [];
    for (const instance of instances) {
      const endpoint = instance.endpoints.find((candidate) => candidate.listener === listener);
      if (endpoint && hasTags(instance, invocation.tags)) candidates.push({ instance, endpoint });
    }
    const reachable = candidates.filter(({ instance }) => !this.options.suspects.has(instance));
    // when all are suspected, any may have come back: a refused call says no more than refusing it ourselves
    const choice = reachable.length > 0 ? reachable : candidates;
    const picked = choice[round.turn++ % choice.length];
    if (!picked) throw nobody(invocation, { listener, known: instances.length });
    invocation.endpoint = picked.endpoint;
    return next(invocation).then(
      (reply) => {
        this.options.suspects.clear(picked.instance);
        return reply;
      },
      (error: unknown) => {
        if (ChassisError.is(error) && error.code === 'CALL_FAILED') this.options.suspects.add(picked.instance);
        throw error;
      },
    );
  }
}

function hasTags(instance: Instance, tags: Readonly<Record<string, string>> | undefined): boolean {
  for (const name in tags) {
    const value = name === 'version' ? instance.version : name === 'app' ? instance.app : instance.metadata[name];
    if (value !== tags[name]) return false;
  }
  return true;
}

function nobody(invocation: Invocation, { listener, known }: { listener: string; known: number }): ChassisError {
  const { service, tags, operation } = invocation;
  const wanted = `a listener "${listener}"${tags ? ` and the tags ${JSON.stringify(tags)}` : ''}`;
  const found = known === 0 ? 'no instance is known' : `none of ${known} instances has ${wanted}`;
  return coreError('NO_INSTANCE', `${operation.id}: cannot call "${service}": ${found}`);
}
