import { spreadOf } from '../engine/spread.js';
import { Simulation } from '../engine/simulation.js';
import { scheduleOf } from '../../packages/governance/src/route/schedule.js';
import { seedOf, stickyChoice, type StickyShare } from '../../packages/governance/src/route/sticky-choice.js';
import { expectNumber, percent, round, type Section } from '../report/section.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

const WEIGHTS = [1, 5, 10, 25, 50] as const;

interface CanaryResult {
  readonly weight: number;
  /** Furthest that any prefix of the calls was from its share, in calls. */
  readonly furthest: number;
  /** Share of all users that are sent to the canary. */
  readonly share: number;
  readonly sigmas: number;
  /** Share of the users who change sides when the weight is raised to this one, and what is needed. */
  readonly moved: number;
  readonly needed: number;
  /** Users who leave the canary as its weight is raised. */
  readonly left: number;
}

/** Two versions; the second is the canary. */
function sharesOf(weight: number): StickyShare[] {
  return [
    { weight: 100 - weight, seed: seedOf('version=1.0.0') },
    { weight, seed: seedOf('version=2.0.0') },
  ];
}

/** Calls take turns by weight: how far is any prefix of them from its share? */
function furthestOf(weight: number, calls: number): number {
  const schedule = scheduleOf([100 - weight, weight]);
  let [canary, furthest] = [0, 0];
  for (let call = 1; call <= calls; call++) {
    canary += schedule[(call - 1) % schedule.length]!;
    furthest = Math.max(furthest, Math.abs(canary - (call * weight) / 100));
  }
  return furthest;
}

/** Every weight over the same users, one after the other. */
function overUsers(users: readonly string[], calls: number): CanaryResult[] {
  let before = users.map(() => 0);
  let [weightBefore, results] = [0, [] as CanaryResult[]];
  for (const weight of WEIGHTS) {
    const shares = sharesOf(weight);
    const now = users.map((user) => stickyChoice(shares, user));
    const share = now.reduce((sum, side) => sum + side, 0) / users.length;
    const sigma = Math.sqrt(((weight / 100) * (1 - weight / 100)) / users.length);
    const moved = now.filter((side, index) => side !== before[index]).length / users.length;
    const left = now.filter((side, index) => side < before[index]!).length;
    const needed = (weight - weightBefore) / 100;
    const sigmas = Math.abs(share - weight / 100) / sigma;
    results = [...results, { weight, furthest: furthestOf(weight, calls), share, sigmas, moved, needed, left }];
    [before, weightBefore] = [now, weight];
  }
  return results;
}

function runCanary(options: ScenarioOptions): Section {
  const random = new Simulation(options.seed).random('users');
  const users = Array.from({ length: scaled(200_000, options) }, () => `user-${Math.floor(random.next() * 2 ** 40)}`);
  const results = overUsers(users, scaled(100_000, options));
  const spread = spreadOf(results.map(({ sigmas }) => sigmas));
  return {
    name: 'canary',
    title: 'Canary: how exact shares are, and who moves',
    text: TEXT,
    tables: [
      {
        caption: 'Shares of the canary',
        head: [
          'Weight',
          'by turns: furthest from its share (calls)',
          'by user: share of users',
          'off by (sigma)',
          'moved when raised to it',
          'needed',
        ],
        rows: results.map(({ weight, furthest, share, sigmas, moved, needed }) => [
          `${weight} %`,
          round(furthest),
          percent(share, 3),
          round(sigmas, 1),
          percent(moved, 3),
          percent(needed, 0),
        ]),
      },
    ],
    charts: [],
    expectations: [
      expectNumber(
        'by turns: calls by which any prefix is off its share, at most',
        Math.max(...results.map(({ furthest }) => furthest)),
        { atMost: 1 },
      ),
      expectNumber('by user: sigmas by which a share is off, at most', spread.max, { atMost: 4 }),
      expectNumber(
        'users who leave the canary as its weight is raised',
        results.reduce((sum, { left }) => sum + left, 0),
        { atMost: 0 },
      ),
    ],
  };
}

const TEXT = `The weight of the canary is raised from 1 to 50 per cent. By turns, 100,000 calls follow one another; by user (\`hash\`), 200,000 users are each sent to their version.
Calls of one user are not independent, so a share of users is what counts; four sigma is what chance does to one share in 16,000.`;

export const canary: Scenario = { name: 'canary', run: runCanary };
