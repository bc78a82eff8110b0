import {
  HeaderMap,
  Invocation,
  replyOf,
  Suspects,
  TargetListener,
  type Discovery,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { GovernanceEvents } from '../../packages/governance/src/events/governance-events.js';
import { Balancer } from '../../packages/governance/src/load-balance/balancer.js';
import { balancingRule } from '../../packages/governance/src/load-balance/balancing-rule.js';
import { InstancePool } from '../../packages/governance/src/load-balance/instance-pool.js';
import type { KnownNames } from '../../packages/governance/src/load-balance/known-names.js';
import { Picker } from '../../packages/governance/src/load-balance/picker.js';
import { StrategyStore } from '../../packages/governance/src/load-balance/strategy-store.js';
import { LoadBalancePolicy, type LoadBalanceFields } from '../../packages/governance/src/policy/load-balance.js';
import { TriedInstances } from '../../packages/governance/src/retry/tried-instances.js';
import { Attempt, type Network } from './attempt.js';
import { LISTENER, REGION, SERVICE, zoneName, type Fleet } from './fleet.js';
import type { Outcome } from './server.js';
import type { Simulation } from './simulation.js';
import { errorOf, isFailure, operation, outcomeOf, source } from './stand-ins.js';

export interface BalancedClientOptions {
  readonly simulation: Simulation;
  readonly fleet: Fleet;
  readonly discovery: Discovery;
  readonly names: KnownNames;
  readonly network: Network;
  readonly settings: Partial<LoadBalanceFields>;
  /** Which of the clients it is. */
  readonly id: number;
  readonly zone?: number;
  /** For each attempt. */
  readonly timeoutMs?: number;
}

/** What one attempt says of itself. */
export interface AttemptCall {
  /** Header that a session is known by. */
  readonly session?: string | undefined;
  /** Header `key`, for ConsistentHash. */
  readonly key?: string | undefined;
  readonly tried?: ReadonlySet<string>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly priority?: number;
}

/** Told once how an attempt ended, and the `host:port` that it went to. */
export type AttemptEnd = (outcome: Outcome, tookMs: number, address: string) => void;

const query = { environment: '', app: 'default', service: SERVICE };
const logger = { error: () => undefined } as unknown as ConstructorParameters<typeof GovernanceEvents>[0];

/** A process that calls the fleet through the balancer of governance, put together as its handler does. */
export class BalancedClient {
  readonly events = new GovernanceEvents(logger);
  readonly #balancer: Balancer;
  readonly #reply = replyOf(undefined);

  constructor(private readonly options: BalancedClientOptions) {
    const { simulation: clock, discovery, names, zone = 0 } = options;
    const settings = { ...LoadBalancePolicy.defaults, ...options.settings };
    const random = clock.random(`client ${options.id}`);
    const pool = new InstancePool(settings);
    const suspects = new Suspects(discovery, clock);
    const rule = balancingRule(settings, {
      ...{ operation, names, service: SERVICE, key: 'settings' },
      strategies: new StrategyStore({ service: SERVICE, clock, random }),
      region: { region: REGION, availableZone: zoneName(zone) },
    });
    this.#balancer = new Balancer({
      ...{ next: this.#next, query, discovery, suspects, clock, pool, events: this.events, isFailure },
      picker: new Picker({ pool, suspects, random }),
      ruleFor: () => rule,
    });
  }

  /** @param deadlineMs - when the whole call is over */
  send(call: AttemptCall, deadlineMs: number, done: AttemptEnd): void {
    const { simulation } = this.options;
    const invocation = this.#invocation(call, deadlineMs);
    const beganMs = simulation.elapsed();
    const end = (outcome: Outcome): void => {
      const { endpoint } = invocation;
      done(outcome, simulation.elapsed() - beganMs, endpoint ? `${endpoint.host}:${endpoint.port}` : '');
    };
    this.#balancer.run(invocation).then(
      () => end('ok'),
      (error: unknown) => end(outcomeOf(error)),
    );
  }

  #invocation({ session, key, tried, tags, priority }: AttemptCall, deadline: number): Invocation {
    const named = session !== undefined ? { 'go-chassislb': session } : key !== undefined ? { key } : undefined;
    const headers = named ? HeaderMap.of(named) : HeaderMap.empty;
    const invocation = new Invocation({ operation, service: SERVICE, source, headers, deadline });
    invocation.set(TargetListener, LISTENER);
    if (tried) invocation.set(TriedInstances, tried);
    if (tags) invocation.tags = tags;
    if (priority !== undefined) invocation.principal = priority;
    return invocation;
  }

  readonly #next: Next = (invocation) => {
    const { simulation, fleet, network, zone = 0, timeoutMs = Infinity } = this.options;
    const server = fleet.serverAt(invocation.endpoint!);
    const leftMs = Math.min(timeoutMs, invocation.deadline - simulation.elapsed());
    const priority = (invocation.principal as number | undefined) ?? 0;
    const way = { simulation, network, fromZone: zone, priority, ...(leftMs < Infinity && { timeoutMs: leftMs }) };
    return new Promise<Reply>((resolve, reject) => {
      Attempt.send(server, way, (outcome) => {
        simulation.unsettled();
        if (outcome === 'ok') resolve(this.#reply);
        else reject(errorOf(outcome));
      });
    });
  };
}
