import { exponential } from '../engine/sampler.js';
import { expectNumber, round, type Section } from '../report/section.js';
import { simulateBalancing, type BalancingResult, type StrategyName } from './balancing-run.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

const SIZES = [
  { servers: 10, clients: 10 },
  { servers: 100, clients: 50 },
  { servers: 1_000, clients: 1_000 },
  { servers: 10_000, clients: 100 },
] as const;
const CALLS = 100_000;
const strategies = ['RoundRobin', 'PowerOfTwoChoices'] as const satisfies readonly StrategyName[];

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
    for (const strategy of strategies) {
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
      expectNumber(
        'calls that failed',
        results.reduce((sum, { failed }) => sum + failed, 0),
        { atMost: 0 },
      ),
    ],
  };
}

const TEXT = `Servers of four workers with 50 ms of work at 70 % of what they can do. Each client knows only its own calls: the more servers there are for each client, the less it knows of
any of them, and the nearer every strategy comes to chance. Ten thousand servers are called by a hundred clients, as each keeps something of each.`;

export const fleetSize: Scenario = { name: 'fleet-size', run: runFleetSize };
