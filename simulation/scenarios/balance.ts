import { logNormal, type Sampler } from '../engine/sampler.js';
import { spreadOf } from '../engine/spread.js';
import { expectNumber, round, type Section } from '../report/section.js';
import { simulateBalancing, STRATEGIES, type BalancingResult, type StrategyName } from './balancing-run.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

type Results = Readonly<Record<StrategyName, BalancingResult>>;

const WORK_MS = 50;
const WORKERS = 4;
const service = logNormal(WORK_MS, 0.6);

/** Every strategy over one fleet. */
async function overFleet(options: ScenarioOptions, fleet: { slowShare: number; load: number }): Promise<Results> {
  const servers = scaled(100, options);
  const slow = Math.round(servers * fleet.slowShare);
  const slower: Sampler = (random) => 3 * service(random);
  const capacity = ((servers - slow + slow / 3) * WORKERS * 1000) / WORK_MS;
  const results: Partial<Record<StrategyName, BalancingResult>> = {};
  for (const strategy of STRATEGIES) {
    // weights are for the strategy that lives by them
    const weights = strategy === 'SmoothWeighted' ? { fast: { weight: '3' }, slow: { weight: '1' } } : undefined;
    results[strategy] = await simulateBalancing({
      ...{ seed: options.seed, strategy, servers, clients: scaled(20, options) },
      ...{ perSecond: capacity * fleet.load, warmMs: 5_000, untilMs: 15_000 },
      plan: (id) => ({
        concurrency: WORKERS,
        service: id < slow ? slower : service,
        metadata: (id < slow ? weights?.slow : weights?.fast) ?? {},
      }),
    });
  }
  return results as Results;
}

function rowsOf(results: Results): string[][] {
  return STRATEGIES.map((strategy) => {
    const { spread, latency } = results[strategy];
    const quantiles = [0.5, 0.9, 0.99, 0.999].map((share) => round(latency.quantile(share), 0));
    return [strategy, round(spread.maxToMean), round(spread.deviation, 3), ...quantiles];
  });
}

const head = ['Strategy', 'calls: max/mean', 'deviation/mean', 'p50 (ms)', 'p90', 'p99', 'p99.9'];

async function runBalance(options: ScenarioOptions): Promise<Section> {
  const even = await overFleet(options, { slowShare: 0, load: 0.8 });
  const mixed = await overFleet(options, { slowShare: 0.2, load: 0.7 });
  const p99 = (results: Results, strategy: StrategyName): number => results[strategy].latency.quantile(0.99);
  return {
    name: 'balance',
    title: 'Strategies: load and latency',
    text: TEXT,
    tables: [
      { caption: '100 equal servers at 80 % of what they can do', head, rows: rowsOf(even) },
      { caption: '80 servers and 20 that are three times slower, at 70 %', head, rows: rowsOf(mixed) },
    ],
    charts: [
      {
        file: 'balance-latency',
        title: '80 servers and 20 that are three times slower: latency',
        x: { label: 'calls that took longer (%)', log: true, from: 0.1, to: 100, reversed: true },
        y: { label: 'latency (ms)', log: true },
        series: STRATEGIES.map((name) => ({
          name,
          points: Array.from({ length: 31 }, (_, step) => pointOf(mixed[name], 10 ** (-step / 10))),
        })),
      },
    ],
    expectations: [
      expectNumber(
        'equal servers, RoundRobin: calls of the busiest against the mean',
        even.RoundRobin.spread.maxToMean,
        { atMost: 1.02 },
      ),
      expectNumber(
        'equal servers, SmoothWeighted: calls of the busiest against the mean',
        even.SmoothWeighted.spread.maxToMean,
        { atMost: 1.02 },
      ),
      expectNumber(
        'equal servers, ConsistentHash: calls of the busiest against the mean (bounded load 1.25)',
        even.ConsistentHash.spread.maxToMean,
        { atMost: 1.3 },
      ),
      expectNumber(
        'equal servers, LeastActive: p99 against that of Random',
        p99(even, 'LeastActive') / p99(even, 'Random'),
        { atMost: 0.85 },
      ),
      expectNumber(
        'equal servers, PowerOfTwoChoices: p99 against that of Random',
        p99(even, 'PowerOfTwoChoices') / p99(even, 'Random'),
        { atMost: 0.85 },
      ),
      expectNumber(
        'slower servers, PowerOfTwoChoices: p99 against that of RoundRobin',
        p99(mixed, 'PowerOfTwoChoices') / p99(mixed, 'RoundRobin'),
        { atMost: 0.1, digits: 3 },
      ),
      expectNumber(
        'slower servers, WeightedResponse: p99 against that of RoundRobin',
        p99(mixed, 'WeightedResponse') / p99(mixed, 'RoundRobin'),
        { atMost: 0.1, digits: 3 },
      ),
      expectNumber(
        'slower servers, SmoothWeighted: calls of a slow one against those of a fast one (weights 1 and 3)',
        slowToFast(mixed.SmoothWeighted),
        { atLeast: 0.32, atMost: 0.35, digits: 3 },
      ),
      expectNumber(
        'slower servers, PowerOfTwoChoices: calls of a slow one against those of a fast one',
        slowToFast(mixed.PowerOfTwoChoices),
        { atLeast: 0.15, atMost: 0.6, digits: 3 },
      ),
    ],
  };
}

function pointOf({ latency }: BalancingResult, longer: number): readonly [number, number] {
  return [longer * 100, Math.max(1, latency.quantile(1 - longer))];
}

/** The first fifth of the servers are the slow ones. */
function slowToFast({ arrived }: BalancingResult): number {
  const slow = Math.round(arrived.length / 5);
  return spreadOf(arrived.slice(0, slow)).mean / spreadOf(arrived.slice(slow)).mean;
}

const TEXT = `100 servers of ${WORKERS} workers with ${WORK_MS} ms of work on average (log-normal, the 99th percentile at 3.4 times the mean) and 20 clients, each with its own balancer. ConsistentHash and
SessionStickiness get 20,000 users of whom few call often (a power law of 0.5). In the second fleet a fifth of the servers take three times as long: taking turns gives them more
than they can do, and so do sessions, which cannot be moved. SmoothWeighted is told weights of 3 and 1 there, the others must find out. Ten seconds are measured after five.`;

export const balance: Scenario = { name: 'balance', run: runBalance };
