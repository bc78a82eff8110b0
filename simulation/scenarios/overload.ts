import { SheddingPolicy } from '../../packages/governance/src/policy/shedding.js';
import { AdaptiveLimit, Baseline, shareOf } from '../../packages/governance/src/shedding/algorithm.js';
import { arrivals } from '../engine/arrivals.js';
import { Attempt, flatNetwork } from '../engine/attempt.js';
import { Histogram } from '../engine/histogram.js';
import { exponential } from '../engine/sampler.js';
import { Server, type Gate, type Outcome, type Work } from '../engine/server.js';
import { Simulation } from '../engine/simulation.js';
import { expectNumber, percent, round, type Section } from '../report/section.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

const WORKERS = 16;
const WORK_MS = 20;
const CAPACITY = (WORKERS * 1000) / WORK_MS;
const TIMEOUT_MS = 500;
const WARM_MS = 15_000;
const END_MS = 40_000;
const LOADS = [0.5, 0.8, 1, 1.25, 1.5, 2, 3] as const;
/** One call in five is important. */
const IMPORTANT = { share: 0.2, priority: 100 };
const ORDINARY = 50;

/** The limit of governance before a server, as its handler uses it. */
class SheddingGate implements Gate {
  readonly #limit = new AdaptiveLimit(SheddingPolicy.defaults);
  readonly #baseline = new Baseline();

  constructor(private readonly simulation: Simulation) {}

  admit({ priority = ORDINARY }: Work): boolean {
    return this.#limit.acquire(shareOf(priority));
  }

  ended(_work: Work, tookMs: number, outcome: Outcome): void {
    const now = this.simulation.elapsed();
    if (outcome === 'ok') this.#limit.complete(this.#baseline, now - tookMs, now);
    else this.#limit.release();
  }
}

interface OverloadResult {
  readonly load: number;
  readonly sheds: boolean;
  /** Calls answered in time, against what the servers can do. */
  readonly good: number;
  /** Share of the important calls that are answered in time. */
  readonly important: number;
  readonly ordinary: number;
  readonly p99: number;
}

/** Servers that get a share of what they can do; callers give up after half a second, servers do not hear of it. */
function simulate({ load, sheds }: { load: number; sheds: boolean }, options: ScenarioOptions): OverloadResult {
  const simulation = new Simulation(options.seed);
  const count = scaled(5, options);
  const servers = Array.from({ length: count }, (_, id) => {
    const gate = sheds ? { gate: new SheddingGate(simulation) } : {};
    return new Server(id, simulation, { concurrency: WORKERS, service: exponential(WORK_MS), ...gate });
  });
  const chance = simulation.random('calls');
  const latency = new Histogram();
  const sums = { important: [0, 0], ordinary: [0, 0] };
  const way = { simulation, network: flatNetwork, fromZone: 0, timeoutMs: TIMEOUT_MS };
  arrivals(simulation, { name: 'all', perSecond: load * CAPACITY * count, untilMs: END_MS }, () => {
    const server = servers[Math.floor(chance.next() * count)]!;
    const isImportant = chance.next() < IMPORTANT.share;
    const counts = simulation.elapsed() >= WARM_MS;
    const sum = isImportant ? sums.important : sums.ordinary;
    if (counts) sum[0]! += 1;
    Attempt.send(server, { ...way, priority: isImportant ? IMPORTANT.priority : ORDINARY }, (outcome, tookMs) => {
      if (!counts || outcome !== 'ok') return;
      sum[1]! += 1;
      latency.add(tookMs);
    });
  });
  simulation.events.runAll();
  const capacity = (CAPACITY * count * (END_MS - WARM_MS)) / 1000;
  const { important, ordinary } = sums;
  return {
    ...{ load, sheds, good: (important[1]! + ordinary[1]!) / capacity, p99: latency.quantile(0.99) },
    ...{ important: important[1]! / important[0]!, ordinary: ordinary[1]! / ordinary[0]! },
  };
}

function runOverload(options: ScenarioOptions): Section {
  const results = [false, true].map((sheds) => LOADS.map((load) => simulate({ load, sheds }, options)));
  const [plain, shedding] = results as [OverloadResult[], OverloadResult[]];
  const at = (load: number): OverloadResult => shedding.find((result) => result.load === load)!;
  const atPlain = (load: number): OverloadResult => plain.find((result) => result.load === load)!;
  return {
    name: 'overload',
    title: 'Overload: goodput with and without shedding',
    text: TEXT,
    tables: [
      {
        caption: 'Calls answered within half a second, against what the servers can do',
        head: ['Load', 'without', 'p99 (ms)', 'with shedding', 'p99 (ms)', 'important calls', 'ordinary calls'],
        rows: LOADS.map((load) => [
          `${load} x`,
          percent(atPlain(load).good),
          atPlain(load).good === 0 ? '-' : round(atPlain(load).p99, 0),
          percent(at(load).good),
          round(at(load).p99, 0),
          percent(at(load).important),
          percent(at(load).ordinary),
        ]),
      },
    ],
    charts: [
      {
        file: 'overload-goodput',
        title: 'Goodput under overload',
        x: { label: 'load (times what the servers can do)', to: 3 },
        y: { label: 'answered in time (% of what they can do)', to: 100 },
        series: [
          { name: 'without', points: plain.map(({ load, good }) => [load, good * 100] as const) },
          { name: 'with shedding', points: shedding.map(({ load, good }) => [load, good * 100] as const) },
          { name: 'ideal', reference: true, points: LOADS.map((load) => [load, Math.min(1, load) * 100] as const) },
        ],
      },
    ],
    expectations: [
      expectNumber('0.5 x: share of ordinary calls answered in time with shedding', at(0.5).ordinary, {
        atLeast: 0.999,
        digits: 4,
      }),
      expectNumber('0.8 x: share of ordinary calls answered in time with shedding', at(0.8).ordinary, {
        atLeast: 0.97,
        digits: 3,
      }),
      expectNumber('1.5 x: goodput with shedding', at(1.5).good * 100, { atLeast: 85, unit: ' %', digits: 1 }),
      expectNumber('3 x: goodput with shedding', at(3).good * 100, { atLeast: 85, unit: ' %', digits: 1 }),
      expectNumber('1.5 x: goodput without (it must break down, or shedding proves nothing)', atPlain(1.5).good * 100, {
        atMost: 20,
        unit: ' %',
        digits: 1,
      }),
      expectNumber('3 x: p99 of what is answered with shedding, against that at 0.5 x', at(3).p99 / at(0.5).p99, {
        atMost: 3,
      }),
      expectNumber('2 x: share of the important calls answered in time', at(2).important * 100, {
        atLeast: 95,
        unit: ' %',
        digits: 1,
      }),
    ],
  };
}

const TEXT = `Five servers of ${WORKERS} workers, ${WORK_MS} ms of work, a queue without bound, random picks; callers give up after half a second and the servers do not hear of it, so that late
work is done for nobody. One call in five has priority ${IMPORTANT.priority}, the others ${ORDINARY}. The limit has its defaults; the first fifteen seconds are not measured.`;

export const overload: Scenario = { name: 'overload', run: runOverload };
