import type { LoadBalanceFields } from '../../packages/governance/src/policy/load-balance.js';
import { arrivals } from '../engine/arrivals.js';
import { flatNetwork } from '../engine/attempt.js';
import { BalancedClient } from '../engine/balanced-client.js';
import { Fleet, type ServerPlan } from '../engine/fleet.js';
import { Histogram } from '../engine/histogram.js';
import { SimulatedRegistry } from '../engine/registry.js';
import { zipf } from '../engine/sampler.js';
import { Simulation } from '../engine/simulation.js';
import { spreadOf, type Spread } from '../engine/spread.js';
import { knownNames } from '../engine/stand-ins.js';

/** All built-in strategies. */
export const STRATEGIES = [
  'RoundRobin',
  'Random',
  'WeightedResponse',
  'LeastActive',
  'PowerOfTwoChoices',
  'SmoothWeighted',
  'ConsistentHash',
  'SessionStickiness',
] as const;

export type StrategyName = (typeof STRATEGIES)[number];

export interface BalancingRun {
  readonly seed: number;
  readonly strategy: StrategyName;
  readonly servers: number;
  readonly plan: ServerPlan;
  readonly clients: number;
  readonly perSecond: number;
  /** What began before is not measured. */
  readonly warmMs: number;
  readonly untilMs: number;
  readonly settings?: Partial<LoadBalanceFields>;
}

export interface BalancingResult {
  readonly latency: Histogram;
  /** Of the calls that arrived at each server. */
  readonly spread: Spread;
  readonly arrived: readonly number[];
  readonly failed: number;
}

/** Users, of which a few call often: each is a session and a key. */
const USERS = 20_000;
const SKEW = 0.5;

/** A fleet and its clients until their calls are over. */
export async function simulateBalancing(run: BalancingRun): Promise<BalancingResult> {
  const simulation = new Simulation(run.seed);
  const fleet = Fleet.of(simulation, run.servers, run.plan);
  const shared = {
    ...{ simulation, fleet, network: flatNetwork, names: knownNames() },
    discovery: new SimulatedRegistry(simulation, fleet.instances),
    settings: { strategy: run.strategy, hashOn: 'header:key', ...run.settings },
  };
  const [users, user] = [simulation.random('users'), zipf(USERS, SKEW)];
  const latency = new Histogram();
  let failed = 0;
  for (let id = 0; id < run.clients; id++) {
    const client = new BalancedClient({ ...shared, id });
    const source = { name: String(id), perSecond: run.perSecond / run.clients, untilMs: run.untilMs };
    arrivals(simulation, source, () => {
      const isMeasured = simulation.elapsed() >= run.warmMs;
      client.send(callOf(run.strategy, `user-${user(users)}`), Infinity, (outcome, tookMs) => {
        if (!isMeasured) return;
        if (outcome === 'ok') latency.add(tookMs);
        else failed += 1;
      });
    });
  }
  await simulation.run(run.warmMs);
  const before = fleet.servers.map(({ arrived }) => arrived);
  await simulation.run();
  const arrived = fleet.servers.map((server, index) => server.arrived - before[index]!);
  return { latency, spread: spreadOf(arrived), arrived, failed };
}

function callOf(strategy: StrategyName, user: string): { readonly session?: string; readonly key?: string } {
  if (strategy === 'ConsistentHash') return { key: user };
  return strategy === 'SessionStickiness' ? { session: user } : {};
}
