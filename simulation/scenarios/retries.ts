import type { Random } from '@ts-chassis/core';
import { RetryPolicy } from '../../packages/governance/src/policy/retry.js';
import { RetryBudget } from '../../packages/governance/src/retry/retry-budget.js';
import { arrivals } from '../engine/arrivals.js';
import { Attempt, flatNetwork } from '../engine/attempt.js';
import { callWithRetries, usualBackoff, type RetryOptions } from '../engine/retrying.js';
import { exponential } from '../engine/sampler.js';
import { Server } from '../engine/server.js';
import { Simulation } from '../engine/simulation.js';
import { TimeSeries } from '../engine/time-series.js';
import { expectNumber, percent, round, type Section } from '../report/section.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

const ATTEMPTS = 4;
const DEADLINE_MS = 3000;
const TIMEOUT_MS = 1000;
/** The defaults of `@Retry`. */
const { budget: RATIO, budgetBurst: BURST } = RetryPolicy.defaults;

interface RetryRun {
  readonly seed: number;
  readonly attempts: number;
  readonly hasBudget: boolean;
  readonly servers: number;
  readonly clients: number;
  readonly perSecond: number;
  /** Of each server; those that come on top are turned away. */
  readonly queue: number;
  readonly untilMs: number;
  readonly prepare: (simulation: Simulation, servers: readonly Server[]) => void;
}

interface RetryResult {
  readonly calls: number;
  readonly tries: number;
  /** Calls that ended well, by second of their end. */
  readonly good: TimeSeries;
}

/** Servers of five workers with 100 ms for each piece of work, and clients that pick at random and try again. */
function simulate(run: RetryRun): RetryResult {
  const simulation = new Simulation(run.seed);
  const servers = Array.from(
    { length: run.servers },
    (_, id) => new Server(id, simulation, { concurrency: 5, queue: run.queue, service: exponential(100) }),
  );
  run.prepare(simulation, servers);
  const chance = { picks: simulation.random('picks'), waits: simulation.random('waits') };
  const good = new TimeSeries(1000);
  const sums = { calls: 0, tries: 0 };
  for (let client = 0; client < run.clients; client++) {
    const options = clientOf(run, servers, { simulation, ...chance });
    const source = { name: String(client), perSecond: run.perSecond / run.clients, untilMs: run.untilMs };
    arrivals(simulation, source, () => {
      sums.calls += 1;
      callWithRetries(options, (outcome, made) => {
        sums.tries += made;
        if (outcome === 'ok') good.add(simulation.elapsed());
      });
    });
  }
  simulation.events.runAll();
  return { ...sums, good };
}

interface World {
  readonly simulation: Simulation;
  readonly picks: Random;
  readonly waits: Random;
}

/** How one client calls: with a budget of its own, as each process has. */
function clientOf(
  run: RetryRun,
  servers: readonly Server[],
  { simulation, picks, waits: random }: World,
): RetryOptions {
  const way = { simulation, network: flatNetwork, fromZone: 0 };
  return {
    ...{ simulation, random, attempts: run.attempts, backoff: usualBackoff, deadlineMs: DEADLINE_MS },
    ...(run.hasBudget && { budget: { tokens: new RetryBudget(), ratio: RATIO, burst: BURST } }),
    attempt: (_made, remainingMs, done) => {
      const server = servers[Math.floor(picks.next() * servers.length)]!;
      Attempt.send(server, { ...way, timeoutMs: Math.min(TIMEOUT_MS, remainingMs) }, done);
    },
  };
}

const FAILING = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1];
const WAYS = [
  { name: 'no retries', attempts: 1, hasBudget: false },
  { name: `${ATTEMPTS} attempts, no budget`, attempts: ATTEMPTS, hasBudget: false },
  { name: `${ATTEMPTS} attempts, budget 20 %`, attempts: ATTEMPTS, hasBudget: true },
] as const;

interface Partial {
  readonly name: string;
  readonly points: readonly { readonly failing: number; readonly amplification: number; readonly good: number }[];
}

/** A share of all work fails, and there is room for everything: what do further tries cost and mend? */
function partialOutage(options: ScenarioOptions): Partial[] {
  const clients = scaled(100, options);
  const common = { seed: options.seed, servers: scaled(100, options), clients, perSecond: 10 * clients };
  return WAYS.map(({ name, attempts, hasBudget }) => {
    const points = FAILING.map((failing) => {
      const prepare = (_: Simulation, servers: readonly Server[]): void => {
        for (const server of servers) server.errorRate = failing;
      };
      const run = { ...common, attempts, hasBudget, queue: Infinity, untilMs: 30_000, prepare };
      const { calls, tries, good } = simulate(run);
      return { failing, amplification: tries / calls, good: good.between(0, 60_000) / calls };
    });
    return { name, points };
  });
}

const FAULT = { fromMs: 20_000, toMs: 30_000 };
const OVERLOAD_END_MS = 90_000;

/** Servers with room for a third more than they get are slow for ten seconds. Do they recover once they are not? */
function overloaded(options: ScenarioOptions): { name: string; offered: number; good: TimeSeries }[] {
  const servers = scaled(20, options);
  const perSecond = servers * 50 * 0.75;
  const prepare = (simulation: Simulation, all: readonly Server[]): void => {
    const slow = (slowdown: number): void => all.forEach((server) => (server.slowdown = slowdown));
    simulation.after(FAULT.fromMs, () => slow(3));
    simulation.after(FAULT.toMs, () => slow(1));
  };
  return WAYS.map(({ name, attempts, hasBudget }) => {
    const run = { seed: options.seed, servers, clients: scaled(50, options), perSecond, queue: 100 };
    const { good } = simulate({ ...run, attempts, hasBudget, untilMs: OVERLOAD_END_MS, prepare });
    return { name, offered: perSecond, good };
  });
}

/** Seconds after the fault until at least 95 % of what is asked for is answered in each of three seconds; Infinity for never. */
function recoverySeconds(good: TimeSeries, offered: number): number {
  const isWell = (second: number): boolean => good.at(second) >= 0.95 * offered - 3 * Math.sqrt(offered);
  for (let second = FAULT.toMs / 1000; second < OVERLOAD_END_MS / 1000 - 3; second++) {
    if ([0, 1, 2].every((later) => isWell(second + later))) return second - FAULT.toMs / 1000;
  }
  return Infinity;
}

function runRetries(options: ScenarioOptions): Section {
  const partial = partialOutage(options);
  const overload = overloaded(options);
  const [alone, unbound, bound] = partial as [Partial, Partial, Partial];
  const recoveries = overload.map(({ good, offered }) => recoverySeconds(good, offered));
  const at = ({ points }: Partial, failing: number): Partial['points'][number] =>
    points.find((point) => point.failing === failing)!;
  const calls = 300 * scaled(100, options);
  const bursts = (BURST * scaled(100, options)) / calls;
  return {
    name: 'retries',
    title: 'Retries: amplification, and the way out of an overload',
    text: TEXT,
    tables: [
      {
        caption: 'Attempts per call (and share of calls answered well) when a share of all work fails',
        head: ['Work that fails', ...partial.map(({ name }) => name)],
        rows: FAILING.map((failing) => [
          percent(failing, 0),
          ...partial.map((way) => `${round(at(way, failing).amplification)} (${percent(at(way, failing).good)})`),
        ]),
      },
      {
        caption: 'After ten seconds in which all servers took three times as long',
        head: ['', ...overload.map(({ name }) => name)],
        rows: [
          [
            'calls answered well in the last 30 s',
            ...overload.map(({ good, offered }) => percent(good.between(60_000, 90_000) / (30 * offered))),
          ],
          ['seconds until it is well again', ...recoveries.map((seconds) => round(seconds))],
        ],
      },
    ],
    charts: [
      {
        file: 'retries-amplification',
        title: 'Attempts per call when a share of all work fails',
        x: { label: 'work that fails (%)', to: 100 },
        y: { label: 'attempts per call', from: 1 },
        series: partial.map(({ name, points }) => ({
          name,
          points: points.map(({ failing, amplification }) => [failing * 100, amplification] as const),
        })),
      },
      {
        file: 'retries-overload',
        title: 'Calls answered well around ten slow seconds',
        x: { label: 'time (s)', to: OVERLOAD_END_MS / 1000 },
        y: { label: 'calls answered well (per second)' },
        series: overload.map(({ name, good }) => ({
          name,
          points: Array.from(
            { length: OVERLOAD_END_MS / 1000 - 1 },
            (_, second) => [second + 0.5, good.at(second)] as const,
          ),
        })),
        spans: [{ from: FAULT.fromMs / 1000, to: FAULT.toMs / 1000, name: 'all slow' }],
      },
    ],
    expectations: [
      expectNumber('no budget, everything fails: attempts per call', at(unbound, 1).amplification, { atLeast: 3.9 }),
      expectNumber('budget, everything fails: attempts per call', at(bound, 1).amplification, {
        atMost: 1 + RATIO + bursts,
        digits: 3,
      }),
      expectNumber(
        'budget, 10 % fail: calls that fail, against those without retries',
        (1 - at(bound, 0.1).good) / (1 - at(alone, 0.1).good),
        { atMost: 0.05, digits: 3 },
      ),
      expectNumber('no budget: seconds until it recovers (it must not, or the budget proves nothing)', recoveries[1]!, {
        atLeast: 60,
      }),
      expectNumber('budget: seconds until it recovers', recoveries[2]!, { atMost: 15 }),
    ],
  };
}

const TEXT = `100 servers of five workers, 100 ms for each piece of work, and 100 clients with ten calls a second each; up to ${ATTEMPTS} attempts, waits from 50 ms on, 3 s for a call
and 1 s for an attempt. Each client has its own budget with the defaults of \`@Retry\` (a share of 0.2, a burst of 10), so in 30 s the bursts of all add a little.
Then 20 servers at three quarters of what they can do, with queues of 100, become three times slower for ten seconds. Callers give up after a second, servers do
not hear of it: without a budget the further tries keep the servers busy for nobody after the cause is gone.`;

export const retries: Scenario = { name: 'retries', run: runRetries };
