import { limitOf } from '../../packages/governance/src/limiter/limit.js';
import { TokenBucket } from '../../packages/governance/src/limiter/token-bucket.js';
import { arrivals } from '../engine/arrivals.js';
import { Simulation } from '../engine/simulation.js';
import { TimeSeries } from '../engine/time-series.js';
import { expectNumber, percent, round, type Section } from '../report/section.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

const RATE = 1000;
const SECONDS = 60;
const LOADS = [0.5, 0.9, 1, 1.5, 3] as const;

interface LimiterResult {
  readonly offered: number;
  readonly passed: TimeSeries;
  /** By how many calls any time let through more than the rate times its length. */
  readonly excess: number;
}

/** Callers that are active every other half second, all behind one limit. */
function simulate({ seed, load, callers }: { seed: number; load: number; callers: number }): LimiterResult {
  const simulation = new Simulation(seed);
  const bucket = new TokenBucket(limitOf({ rate: RATE })!, 0);
  const passed = new TimeSeries(1000);
  let [offered, excess, most, lastMs] = [0, 0, 0, 0];
  const pass = (now: number): void => {
    passed.add(now);
    excess = Math.max(0, excess - ((now - lastMs) * RATE) / 1000) + 1;
    lastMs = now;
    most = Math.max(most, excess);
  };
  for (let caller = 0; caller < callers; caller++) {
    const isActive = (): boolean => Math.floor(simulation.elapsed() / 500 + caller / callers) % 2 === 0;
    const source = { name: String(caller), perSecond: (2 * load * RATE) / callers, untilMs: SECONDS * 1000 };
    arrivals(simulation, source, () => {
      if (!isActive()) return;
      offered += 1;
      if (bucket.take(simulation.elapsed()) === 0) pass(simulation.elapsed());
    });
  }
  simulation.events.runAll();
  return { offered: offered / SECONDS, passed, excess: most };
}

function runLimiter(options: ScenarioOptions): Section {
  const callers = scaled(200, options);
  const results = LOADS.map((load) => ({ load, ...simulate({ seed: options.seed, load, callers }) }));
  const { burst } = limitOf({ rate: RATE })!;
  const perSecond = ({ passed }: LimiterResult): number => passed.between(0, SECONDS * 1000) / SECONDS;
  const full = results.at(-1)!;
  return {
    name: 'limiter',
    title: 'Rate limit: what passes',
    text: `200 callers that are active every other half second, together behind one token bucket of ${RATE} calls a second with the burst that a rate without one has (${burst}), for a minute.
The surplus is by how many calls more than rate x time any stretch of the minute let through: never more than the burst.`,
    tables: [
      {
        caption: 'Calls per second',
        head: ['Load', 'asked', 'passed', 'share of the lesser of asked and rate', 'surplus'],
        rows: results.map((result) => [
          `${result.load} x`,
          round(result.offered, 0),
          round(perSecond(result), 0),
          percent(perSecond(result) / Math.min(RATE, result.offered)),
          round(result.excess, 1),
        ]),
      },
    ],
    charts: [],
    expectations: [
      expectNumber('surplus of any stretch, at most', Math.max(...results.map(({ excess }) => excess)), {
        atMost: burst,
      }),
      expectNumber('three times the rate: passed, against the rate', perSecond(full) / RATE, {
        atLeast: 0.99,
        atMost: 1 + burst / (RATE * SECONDS),
        digits: 4,
      }),
      expectNumber('half the rate: share of calls that pass', perSecond(results[0]!) / results[0]!.offered, {
        atLeast: 0.999,
        digits: 4,
      }),
    ],
  };
}

export const limiter: Scenario = { name: 'limiter', run: runLimiter };
