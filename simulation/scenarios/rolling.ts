import type { Instance } from '@ts-chassis/core';
import { RetryPolicy } from '../../packages/governance/src/policy/retry.js';
import { RetryBudget } from '../../packages/governance/src/retry/retry-budget.js';
import { arrivals } from '../engine/arrivals.js';
import { flatNetwork } from '../engine/attempt.js';
import { BalancedClient } from '../engine/balanced-client.js';
import { Fleet } from '../engine/fleet.js';
import { Histogram } from '../engine/histogram.js';
import { SimulatedRegistry } from '../engine/registry.js';
import { callWithRetries, usualBackoff } from '../engine/retrying.js';
import { exponential } from '../engine/sampler.js';
import { Simulation } from '../engine/simulation.js';
import { knownNames } from '../engine/stand-ins.js';
import { expectNumber, round, type Section } from '../report/section.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

const BEGIN_MS = 10_000;
const SERVERS = 20;
const CLIENTS = 10;
const BATCHES = 10;
const BATCH_MS = 5_000;
const END_MS = BEGIN_MS + BATCHES * BATCH_MS + 15_000;
const REGISTRY_MS = 2_000;
const DRAIN_MS = 4_000;
const COLD = { coldFactor: 4, coldMs: 10_000 };

interface RollingRun {
  readonly name: string;
  readonly strategy: string;
  /** Whether a process leaves the registry first and goes on serving for a while. */
  readonly drains: boolean;
  readonly attempts: number;
  readonly slowStartMs: number;
  /** Whether new servers are slow at first. */
  readonly isCold: boolean;
}

interface RollingResult extends RollingRun {
  readonly calls: number;
  readonly failed: number;
  readonly latency: Histogram;
}

/** Replaces a tenth of the servers at a time: the new ones are started first. */
function deploy(
  simulation: Simulation,
  fleet: Fleet,
  { registries, drains }: { registries: readonly SimulatedRegistry[]; drains: boolean },
): void {
  const old = [...fleet.members];
  const size = Math.ceil(old.length / BATCHES);
  for (let batch = 0; batch < BATCHES; batch++) {
    simulation.after(BEGIN_MS + batch * BATCH_MS, () => {
      for (const { server, instance } of old.slice(batch * size, (batch + 1) * size)) {
        const fresh = fleet.start().instance;
        for (const registry of registries) {
          registry.add(fresh);
          registry.remove(instance);
        }
        simulation.after(drains ? DRAIN_MS : 0, () => server.kill());
      }
    });
  }
}

async function simulate(run: RollingRun, options: ScenarioOptions): Promise<RollingResult> {
  const simulation = new Simulation(options.seed);
  const isNew = (): boolean => simulation.elapsed() > 0;
  const fleet = Fleet.of(simulation, scaled(SERVERS, options), () => ({
    ...{ concurrency: 8, service: exponential(20) },
    ...(run.isCold && isNew() && COLD),
  }));
  const clients = scaled(CLIENTS, options);
  const isAlive = (instance: Instance): boolean => fleet.serverOf(instance).condition !== 'down';
  const view = { delayMs: REGISTRY_MS, isAlive };
  const registries = Array.from({ length: clients }, () => new SimulatedRegistry(simulation, fleet.instances, view));
  deploy(simulation, fleet, { registries, drains: run.drains });
  const settings = { strategy: run.strategy, slowStartMs: run.slowStartMs };
  const shared = { simulation, fleet, network: flatNetwork, names: knownNames(), settings };
  const latency = new Histogram();
  const sums = { calls: 0, failed: 0 };
  for (const [id, discovery] of registries.entries()) {
    const call = caller(new BalancedClient({ ...shared, discovery, id, timeoutMs: 1000 }), simulation, run.attempts);
    const perSecond = (0.5 * scaled(SERVERS, options) * 400) / clients;
    arrivals(simulation, { name: String(id), perSecond, untilMs: END_MS }, () => {
      const atMs = simulation.elapsed();
      call((outcome) => {
        if (atMs < BEGIN_MS) return;
        sums.calls += 1;
        latency.add(simulation.elapsed() - atMs);
        if (outcome !== 'ok') sums.failed += 1;
      });
    });
  }
  await simulation.run();
  return { ...run, ...sums, latency };
}

/** One client's calls, tried again elsewhere as the handlers do. */
function caller(
  client: BalancedClient,
  simulation: Simulation,
  attempts: number,
): (done: (outcome: string) => void) => void {
  const { budget: ratio, budgetBurst: burst } = RetryPolicy.defaults;
  const common = {
    ...{ simulation, random: simulation.random('waits'), attempts, deadlineMs: 3000, backoff: usualBackoff },
    budget: { tokens: new RetryBudget(), ratio, burst },
  };
  return (done) => {
    const tried = new Set<string>();
    const deadline = simulation.elapsed() + common.deadlineMs;
    callWithRetries(
      {
        ...common,
        attempt: (_made, _remainingMs, ended) =>
          client.send({ tried: new Set(tried) }, deadline, (outcome, _tookMs, address) => {
            tried.add(address);
            ended(outcome);
          }),
      },
      done,
    );
  };
}

const plain = { strategy: 'RoundRobin', drains: true, attempts: 1, slowStartMs: 0, isCold: false };
const slowly = { name: 'drained, slow start of 15 s', slowStartMs: 15_000, isCold: true };
const RUNS = {
  killed: { ...plain, name: 'killed', drains: false },
  again: { ...plain, name: 'killed, 3 attempts', drains: false, attempts: 3 },
  drained: { ...plain, name: 'drained' },
  coldKilled: { ...plain, name: 'killed', drains: false, isCold: true },
  coldAgain: { ...plain, name: 'killed, 3 attempts', drains: false, attempts: 3, isCold: true },
  cold: { ...plain, name: 'drained', isCold: true },
  coldSlowly: { ...plain, ...slowly },
  coldTwo: { ...plain, name: 'drained', strategy: 'PowerOfTwoChoices', isCold: true },
  coldTwoSlowly: { ...plain, ...slowly, strategy: 'PowerOfTwoChoices' },
} as const satisfies Readonly<Record<string, RollingRun>>;
type RunName = keyof typeof RUNS;

async function runRolling(options: ScenarioOptions): Promise<Section> {
  const found: Partial<Record<RunName, RollingResult>> = {};
  for (const [name, run] of Object.entries(RUNS)) found[name as RunName] = await simulate(run, options);
  const results = found as Readonly<Record<RunName, RollingResult>>;
  const { killed, again, drained, cold, coldSlowly, coldTwo, coldTwoSlowly } = results;
  const p99 = ({ latency }: RollingResult): number => latency.quantile(0.99);
  const failures = ({ failed, calls }: RollingResult): number => (100 * failed) / calls;
  return {
    name: 'rolling',
    title: 'Rolling deployment',
    text: TEXT,
    tables: [
      {
        caption: 'While a deployment replaces all servers',
        head: ['Old servers are', 'New ones are', 'Strategy', 'calls failed', 'p50 (ms)', 'p99', 'p99.9'],
        rows: Object.values(results).map((result) => [
          result.name,
          result.isCold ? 'cold' : 'warm',
          result.strategy,
          `${round(failures(result), 4)} %`,
          ...[0.5, 0.99, 0.999].map((share) => round(result.latency.quantile(share), 0)),
        ]),
      },
    ],
    charts: [],
    expectations: [
      expectNumber('warm, killed: calls failed (some must, or the rest proves nothing)', failures(killed), {
        atLeast: 0.01,
        unit: ' %',
        digits: 4,
      }),
      expectNumber('warm, killed, 3 attempts: calls failed', failures(again), {
        atMost: 0.0005,
        unit: ' %',
        digits: 4,
      }),
      expectNumber('warm, drained: calls failed', failures(drained), { atMost: 0, unit: ' %', digits: 4 }),
      expectNumber(
        'cold, slow start: calls failed, of either strategy',
        Math.max(failures(coldSlowly), failures(coldTwoSlowly)),
        { atMost: 0, unit: ' %', digits: 4 },
      ),
      expectNumber('cold, RoundRobin: p99 with slow start against that without', p99(coldSlowly) / p99(cold), {
        atMost: 0.5,
      }),
      expectNumber(
        'cold, PowerOfTwoChoices: p99 with slow start against that without',
        p99(coldTwoSlowly) / p99(coldTwo),
        { atMost: 1 },
      ),
    ],
  };
}

const TEXT = `${SERVERS} servers of 8 workers at half of what they can do, 20 ms of work, ${CLIENTS} clients with timeouts of one second. Every five seconds two new servers start and two old ones go; the registry shows
both after two seconds. A cold server is four times slower at first and as fast as the others after ten seconds: for some of that time a full share is more than it can do, and trying
again what timed out there makes it worse. One that is drained leaves the registry and goes on for four seconds; one that is killed loses what it works on. Tried again, with the
defaults of \`@Retry\`, are calls that failed, on another server.`;

export const rolling: Scenario = { name: 'rolling', run: runRolling };
