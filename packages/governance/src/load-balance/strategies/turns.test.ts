import { seededRandom } from '@ts-chassis/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callAmong, nodesOf } from '../picking.fixture.js';
import { RandomStrategy } from './random.js';
import { RoundRobinStrategy } from './round-robin.js';
import { SmoothTurns } from './smooth-turns.js';
import { SmoothWeightedStrategy, wholeWeights } from './smooth-weighted.js';

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const weights = fc
  .array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 12 })
  .filter((all) => all.some(Boolean));

describe('SmoothTurns', () => {
  it("are within one pick of everybody's share at every prefix", () => {
    fc.assert(
      fc.property(weights, seed, (all, seeded) => {
        const turns = new SmoothTurns(all, seededRandom(seeded));
        const total = all.reduce((sum, weight) => sum + weight, 0);
        const picks = all.map(() => 0);
        let farthest = 0;
        for (let pick = 1; pick <= 2 * total + 3; pick += 1) {
          picks[turns.next()]! += 1;
          for (const [index, weight] of all.entries())
            farthest = Math.max(farthest, Math.abs(picks[index]! - (pick * weight) / total));
        }
        expect(farthest).toBeLessThan(1);
      }),
    );
  });

  it('never pick who weighs nothing', () => {
    const turns = new SmoothTurns([0, 1, 0], seededRandom(1));
    expect(Array.from({ length: 5 }, () => turns.next())).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('SmoothWeighted', () => {
  it('goes by the weight of the metadata, and leaves the turns alone when some are left out', () => {
    const nodes = nodesOf(3, [3, 1, 0]);
    const strategy = new SmoothWeightedStrategy(seededRandom(1));
    const call = callAmong(nodes);
    const picked = Array.from({ length: 40 }, () => {
      strategy.pick(nodes.slice(1), callAmong(nodes, { key: call.key, isPartial: true }));
      return nodes.indexOf(strategy.pick(nodes, call) as (typeof nodes)[0]);
    });
    expect([0, 1, 2].map((index) => picked.filter((each) => each === index).length)).toEqual([30, 10, 0]);
  });

  it('takes fractions to three digits, and all alike where nobody weighs anything', () => {
    expect(wholeWeights([{ weight: 0.5 }, { weight: 1.25 }])).toEqual([500, 1250]);
    expect(wholeWeights([{ weight: 0 }, { weight: 0 }])).toEqual([1, 1]);
    expect(wholeWeights([{ weight: 1e300 }, { weight: 2 }])).toEqual([1_000_000, 2]);
  });

  it('takes a weight that is none for 1', () => {
    expect(nodesOf(3, [Number.NaN, -1, Infinity]).map(({ weight }) => weight)).toEqual([1, 1, 1]);
  });
});

describe('RoundRobin', () => {
  it('gives each the same number of calls in every full round, for each set of instances apart', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }), seed, (sizes, seeded) => {
        const strategy = new RoundRobinStrategy(seededRandom(seeded));
        const sets = sizes.map((size) => nodesOf(size));
        const rounds = 5;
        const picks = sets.map((nodes) => nodes.map(() => 0));
        // the sets are called in turn, as different calls would
        for (let time = 0; time < rounds * 7 * 60; time += 1) {
          sets.forEach((nodes, at) => {
            if (time >= rounds * nodes.length) return;
            picks[at]![nodes.indexOf(strategy.pick(nodes, callAmong(nodes)) as (typeof nodes)[0])]! += 1;
          });
          if (sets.every((nodes) => time >= rounds * nodes.length)) break;
        }
        for (const each of picks) expect(new Set(each)).toEqual(new Set([rounds]));
      }),
    );
  });
});

describe('Random', () => {
  it('is even within four sigma', () => {
    const nodes = nodesOf(10);
    const strategy = new RandomStrategy(seededRandom(3));
    const picks = nodes.map(() => 0);
    const calls = 20_000;
    for (let call = 0; call < calls; call += 1) picks[nodes.indexOf(strategy.pick(nodes) as (typeof nodes)[0])]! += 1;
    const sigma = Math.sqrt(calls * 0.1 * 0.9);
    for (const each of picks) expect(Math.abs(each - calls / 10)).toBeLessThan(4 * sigma);
  });
});
