import { exponential } from '../engine/sampler.js';
import { expectNumber, round, type Section } from '../report/section.js';
import { simulateBalancing, type BalancingResult, type StrategyName } from './balancing-run.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

const both = ['RoundRobin', 'PowerOfTwoChoices'] as const satisfies readonly StrategyName[];
const SIZES = [
  { servers: 10, clients: 10, strategies: both },
  { servers: 100, clients: 50, strategies: both },
  { servers: 1_000, clients: 1_000, strategies: both },
  { servers: 10_000, clients: 100, strategies: both },
  { servers: 10_000, clients: 1_000, strategies: ['PowerOfTwoChoices'] },
] as const;
const CALLS = 100_000;

interface SizeResult extends BalancingResult {
  readonly strategy: StrategyName;
  readonly servers: number;
  readonly clients: number;
}

async function runFleetSize(options: ScenarioOptions): Promise<Section> {
  const results: SizeResult[] = [];
  for (const size of SIZES) {
    const [servers, clients] = [scaled(size.servers, options), scaled(size.clients, options)];
    const perSecond = servers * 4 * 20 * 0.7;
    const untilMs = 500 + (1000 * CALLS * options.scale) / perSecond;
    for (const strategy of size.strategies) {
      const plan = () => ({ concurrency: 4, service: exponential(50) });
      const run = { seed: options.seed, strategy, servers, plan, clients, perSecond, warmMs: 500, untilMs };
      results.push({ strategy, servers, clients, ...(await simulateBalancing(run)) });
    }
  }
  return {
    name: 'fleet-size',
    title: 'Ten servers to ten thousand',
    text: TEXT,
    tables: [
      {
        caption: '100,000 calls at 70 %',
        head: ['Servers', 'Clients', 'Strategy', 'calls: max/mean', 'p50 (ms)', 'p99', 'p99.9'],
        rows: results.map(({ servers, clients, strategy, spread, latency }) => [
          round(servers),
          round(clients),
          strategy,
          round(spread.maxToMean),
          ...[0.5, 0.99, 0.999].map((share) => round(latency.quantile(share), 0)),
        ]),
      },
    ],
    charts: [],
    expectations: [
      ...results
        .filter(({ strategy }) => strategy === 'RoundRobin')
        .map((turns) => {
          const chosen = results.find((result) => result.servers === turns.servers && result !== turns)!;
          const ratio = chosen.latency.quantile(0.99) / turns.latency.quantile(0.99);
          const what = `${round(turns.servers)} servers: p99 of PowerOfTwoChoices against that of RoundRobin`;
          return expectNumber(what, ratio, { atMost: 1.15 });
        }),
      expectNumber('PowerOfTwoChoices: p99 in the largest fleet against that in the smallest', flatness(results), {
        atMost: 1.2,
      }),
      expectNumber(
        'calls that failed',
        results.reduce((sum, { failed }) => sum + failed, 0),
        { atMost: 0 },
      ),
    ],
  };
}

function flatness(results: readonly SizeResult[]): number {
  const chosen = results.filter(({ strategy }) => strategy === 'PowerOfTwoChoices');
  return chosen.at(-1)!.latency.quantile(0.99) / chosen[0]!.latency.quantile(0.99);
}

const TEXT = `Servers of four workers with 50 ms of work at 70 % of what they can do. Each client knows only its own calls: the more servers there are for each client, the less it knows of
any of them, and the nearer every strategy comes to chance. A thousand clients of ten thousand servers keep ten million states of servers in this one
process, some gigabytes of memory, so that size is run once only.`;

export const fleetSize: Scenario = { name: 'fleet-size', run: runFleetSize };
