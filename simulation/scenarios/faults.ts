import type { LoadBalanceFields } from '../../packages/governance/src/policy/load-balance.js';
import { arrivals } from '../engine/arrivals.js';
import { flatNetwork } from '../engine/attempt.js';
import { BalancedClient } from '../engine/balanced-client.js';
import { Fleet } from '../engine/fleet.js';
import { Histogram } from '../engine/histogram.js';
import { SimulatedRegistry } from '../engine/registry.js';
import { exponential } from '../engine/sampler.js';
import type { Server } from '../engine/server.js';
import { Simulation } from '../engine/simulation.js';
import { knownNames } from '../engine/stand-ins.js';
import { TimeSeries } from '../engine/time-series.js';
import { expectNumber, percent, round, type Section } from '../report/section.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

const FAULT = { fromMs: 10_000, toMs: 40_000 };
const END_MS = 75_000;
const TIMEOUT_MS = 1000;
const CLIENTS = 20;
const SERVERS = 50;
const PER_CLIENT = 100;
const EJECT_MS = 5_000;

type Fault = 'slow' | 'failing' | 'hanging' | 'half of them fail';
const FAULTS: Readonly<Record<Fault, (server: Server, isFaulty: boolean) => void>> = {
  slow: (server, isFaulty) => (server.slowdown = isFaulty ? 20 : 1),
  failing: (server, isFaulty) => (server.condition = isFaulty ? 'failing' : 'healthy'),
  hanging: (server, isFaulty) => (server.condition = isFaulty ? 'hanging' : 'healthy'),
  'half of them fail': (server, isFaulty) => (server.errorRate = isFaulty ? 0.5 : 0),
};

interface FaultRun {
  /** For tables. */
  readonly ejection: string;
  readonly fault: Fault;
  /** How many of the servers are faulty; default one. */
  readonly share?: number;
  readonly strategy: string;
  readonly settings: Partial<LoadBalanceFields>;
}

interface FaultResult extends FaultRun {
  /** Share of the faulty server's fair share of calls, by half second. */
  readonly points: readonly (readonly [number, number])[];
  readonly ejectSeconds: number;
  readonly recoverSeconds: number;
  readonly failedShare: number;
  readonly p99: number;
}

const SLICE_MS = 500;

async function simulate(run: FaultRun, options: ScenarioOptions): Promise<FaultResult> {
  const simulation = new Simulation(options.seed);
  const [count, clients] = [scaled(SERVERS, options), scaled(CLIENTS, options)];
  const fleet = Fleet.of(simulation, count, () => ({ concurrency: 20, service: exponential(20) }));
  const faulties = fleet.servers.slice(0, Math.ceil(count * (run.share ?? 1 / count)));
  const faulty = faulties[0]!;
  const sent = new TimeSeries(SLICE_MS);
  const latency = new Histogram();
  const sums = { calls: 0, failed: 0 };
  const shared = {
    ...{ simulation, fleet, network: flatNetwork, names: knownNames(), timeoutMs: TIMEOUT_MS },
    discovery: new SimulatedRegistry(simulation, fleet.instances),
    settings: { ejectMs: EJECT_MS, ...run.settings, strategy: run.strategy, hashOn: 'header:key' },
  };
  simulation.after(FAULT.fromMs, () => faulties.forEach((server) => FAULTS[run.fault](server, true)));
  simulation.after(FAULT.toMs, () => faulties.forEach((server) => FAULTS[run.fault](server, false)));
  for (let id = 0; id < clients; id++) {
    const client = new BalancedClient({ ...shared, id });
    arrivals(simulation, { name: String(id), perSecond: PER_CLIENT, untilMs: END_MS }, () => {
      const counts = simulation.elapsed() >= FAULT.fromMs && simulation.elapsed() < FAULT.toMs;
      client.send({}, Infinity, (outcome, tookMs) => {
        if (!counts) return;
        sums.calls += 1;
        latency.add(tookMs);
        if (outcome !== 'ok') sums.failed += 1;
      });
    });
  }
  let seen = 0;
  simulation.every(SLICE_MS, () => {
    sent.add(simulation.elapsed() - 1, faulty.arrived - seen);
    seen = faulty.arrived;
    return simulation.elapsed() < END_MS;
  });
  await simulation.run();
  const fair = (clients * PER_CLIENT * SLICE_MS) / 1000 / count;
  const share = Array.from({ length: END_MS / SLICE_MS }, (_, slice) => sent.at(slice) / fair);
  return {
    ...run,
    points: share.map((value, slice) => [((slice + 0.5) * SLICE_MS) / 1000, value] as const),
    ejectSeconds: secondsUntil(share, FAULT.fromMs, (value) => value <= 0.2),
    recoverSeconds: secondsUntil(share, FAULT.toMs, (value) => value >= 0.7),
    failedShare: sums.failed / sums.calls,
    p99: latency.quantile(0.99),
  };
}

/** From a moment on, until four slices in a row are as wanted; `Infinity` when they never are. */
function secondsUntil(share: readonly number[], fromMs: number, isWanted: (value: number) => boolean): number {
  const from = fromMs / SLICE_MS;
  for (let slice = from; slice + 4 <= share.length; slice++) {
    if (share.slice(slice, slice + 4).every(isWanted)) return ((slice - from) * SLICE_MS) / 1000;
  }
  return Infinity;
}

const off = { ejection: 'off', settings: { ejection: false } };
const on = { ejection: 'default', settings: {} };
const RUNS = {
  slow: { fault: 'slow', strategy: 'RoundRobin', ...on },
  slowOut: {
    ...{ fault: 'slow', strategy: 'RoundRobin', ejection: 'half of the calls over 200 ms' },
    settings: { ejectSlowPercent: 50, slowCallMs: 200 },
  },
  slowWeighted: { fault: 'slow', strategy: 'WeightedResponse', ...on },
  slowActive: { fault: 'slow', strategy: 'LeastActive', ...on },
  slowTwo: { fault: 'slow', strategy: 'PowerOfTwoChoices', ...on },
  failing: { fault: 'failing', strategy: 'RoundRobin', ...off },
  failingOut: { fault: 'failing', strategy: 'RoundRobin', ...on },
  failingActive: { fault: 'failing', strategy: 'LeastActive', ...off },
  failingActiveOut: { fault: 'failing', strategy: 'LeastActive', ...on },
  failingTwo: { fault: 'failing', strategy: 'PowerOfTwoChoices', ...off },
  failingTwoOut: { fault: 'failing', strategy: 'PowerOfTwoChoices', ...on },
  hanging: { fault: 'hanging', strategy: 'RoundRobin', ...off },
  hangingOut: { fault: 'hanging', strategy: 'RoundRobin', ...on },
  hangingTwoOut: { fault: 'hanging', strategy: 'PowerOfTwoChoices', ...on },
  half: { fault: 'half of them fail', strategy: 'RoundRobin', ...on },
  halfOut: {
    ...{ fault: 'half of them fail', strategy: 'RoundRobin', ejection: 'two fifths of the calls failed' },
    settings: { ejectFailurePercent: 40 },
  },
  many: { fault: 'failing', strategy: 'RoundRobin', share: 0.6, ...on },
} as const satisfies Readonly<Record<string, FaultRun>>;
type RunName = keyof typeof RUNS;

async function runFaults(options: ScenarioOptions): Promise<Section> {
  const found: Partial<Record<RunName, FaultResult>> = {};
  for (const [name, run] of Object.entries(RUNS)) found[name as RunName] = await simulate(run, options);
  const results = found as Readonly<Record<RunName, FaultResult>>;
  return {
    name: 'ejection',
    title: 'Bad servers: time to eject and to recover',
    text: TEXT,
    tables: [
      {
        caption: 'Thirty seconds of a fault',
        head: ['Fault', 'Strategy', 'Ejection', 'away after (s)', 'back after (s)', 'calls failed', 'p99 (ms)'],
        rows: Object.values(results).map((result) => [
          result.share ? `${percent(result.share, 0)} are ${result.fault}` : result.fault,
          result.strategy,
          result.ejection,
          round(result.ejectSeconds),
          result.ejectSeconds === Infinity ? '-' : round(result.recoverSeconds),
          percent(result.failedShare, 2),
          round(result.p99, 0),
        ]),
      },
    ],
    charts: [
      {
        file: 'ejection-share',
        title: 'Calls to one bad server of fifty',
        x: { label: 'time (s)', to: END_MS / 1000 },
        y: { label: 'calls to it (times its fair share)', to: 2.5 },
        series: (['failingOut', 'failingTwoOut', 'hangingOut', 'slowOut', 'slowTwo'] as const).map((name) => {
          const { fault, strategy, points } = results[name];
          return { name: `${fault}, ${strategy === 'RoundRobin' ? 'RoundRobin' : 'P2C'}`, points };
        }),
        spans: [{ from: FAULT.fromMs / 1000, to: FAULT.toMs / 1000, name: 'the fault' }],
      },
    ],
    expectations: expectationsOf(results),
  };
}

/** Five failures in a row come in two and a half seconds, as each client sends each server two calls a second. */
function expectationsOf(results: Readonly<Record<RunName, FaultResult>>): Section['expectations'] {
  const { slow, slowOut, slowTwo, failing, failingOut, failingTwoOut, hangingOut, halfOut, many } = results;
  const away = { atMost: 5, unit: ' s' };
  // times out double: 5, 10 and 20 s after the beginning, so the last one may end 20 s after the fault, and clients differ
  const back = { atMost: 20, unit: ' s' };
  return [
    expectNumber('failing, RoundRobin: away after', failingOut.ejectSeconds, away),
    expectNumber('failing, PowerOfTwoChoices: away after', failingTwoOut.ejectSeconds, away),
    expectNumber('hanging, RoundRobin: away after (timeouts of one second)', hangingOut.ejectSeconds, away),
    expectNumber(
      'half of them fail, ejection by percentage: away after (a window of 10 s, but not sooner than ten calls)',
      halfOut.ejectSeconds,
      { ...away, atMost: 12 },
    ),
    expectNumber('slow, PowerOfTwoChoices without ejection: away after', slowTwo.ejectSeconds, away),
    expectNumber('slow, RoundRobin with ejection of slow ones: away after', slowOut.ejectSeconds, {
      ...away,
      atMost: 12,
    }),
    expectNumber('failing, RoundRobin: back after', failingOut.recoverSeconds, back),
    expectNumber('hanging, RoundRobin: back after', hangingOut.recoverSeconds, back),
    expectNumber('slow, PowerOfTwoChoices: back after (latency is forgotten to 1/e in 10 s)', slowTwo.recoverSeconds, {
      ...back,
      atMost: 30,
    }),
    expectNumber(
      'failing, RoundRobin: calls failed against those without ejection',
      failingOut.failedShare / failing.failedShare,
      { atMost: 0.25 },
    ),
    expectNumber('slow, PowerOfTwoChoices: p99 against that of RoundRobin', slowTwo.p99 / slow.p99, { atMost: 0.5 }),
    expectNumber(
      '60 % are failing: calls failed (half may be ejected, so a fifth of those left fail)',
      many.failedShare * 100,
      { atMost: 30, unit: ' %' },
    ),
  ];
}

const TEXT = `${SERVERS} servers with plenty of room and 20 ms of work, ${CLIENTS} clients that send each server two calls a second; timeouts of one second, nothing is tried again. From second 10 to 40 one server
takes 20 times as long, fails at once, hangs, or fails half of its calls; in the last row 60 % of the servers fail. Ejection has its defaults but for the time out, which is
five seconds at first. The server is away when it gets at most a fifth of its share for two seconds and back when it gets seven tenths.`;

export const faults: Scenario = { name: 'ejection', run: runFaults };
