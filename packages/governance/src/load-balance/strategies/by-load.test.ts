import { seededRandom } from '@ts-chassis/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callAmong, nodesOf } from '../picking.fixture.js';
import { LeastActiveStrategy } from './least-active.js';
import { PowerOfTwoStrategy } from './power-of-two.js';
import { WeightedResponseStrategy } from './weighted-response.js';

describe('PowerOfTwoChoices', () => {
  it('never picks the dearest, and picks the k-th cheapest as often as two draws let it', () => {
    const nodes = nodesOf(5);
    nodes.forEach((node, index) => node.observe(10 * (index + 1), 0, 10_000));
    const strategy = new PowerOfTwoStrategy(seededRandom(5));
    const picks = nodes.map(() => 0);
    const calls = 20_000;
    for (let call = 0; call < calls; call += 1)
      picks[nodes.indexOf(strategy.pick(nodes, callAmong(nodes)) as (typeof nodes)[0])]! += 1;
    // of all pairs of 5 the k-th cheapest (from 0) is the cheaper one in 4 - k of 10
    picks.forEach((each, index) => {
      const share = (4 - index) / 10;
      expect(Math.abs(each - calls * share)).toBeLessThanOrEqual(4 * Math.sqrt(calls * share * (1 - share)));
    });
  });

  it('counts calls under way', () => {
    const [one, two] = nodesOf(2) as [ReturnType<typeof nodesOf>[0], ReturnType<typeof nodesOf>[0]];
    one.observe(10, 0, 10_000);
    two.observe(15, 0, 10_000);
    const strategy = new PowerOfTwoStrategy(seededRandom(1));
    expect(strategy.pick([one, two], callAmong([one, two]))).toBe(one);
    one.inFlight = 1;
    expect(strategy.pick([one, two], callAmong([one, two]))).toBe(two);
  });

  it('keeps many callers from running after one: the fullest of n has few more than the mean', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.integer(), (count, seeded) => {
        const nodes = nodesOf(count);
        for (const node of nodes) node.observe(10, 0, 10_000);
        const strategy = new PowerOfTwoStrategy(seededRandom(seeded));
        for (let call = 0; call < 10 * count; call += 1)
          (strategy.pick(nodes, callAmong(nodes)) as (typeof nodes)[0]).inFlight += 1;
        // ln ln n / ln 2 + O(1) above the mean
        expect(Math.max(...nodes.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(10 + 6);
      }),
      { seed: 20261, numRuns: 30 },
    );
  });
});

describe('LeastActive', () => {
  it('picks one with the fewest calls under way for its weight', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 100 }), fc.integer(), (loads, seeded) => {
        const nodes = nodesOf(loads.length);
        nodes.forEach((node, index) => (node.inFlight = loads[index]!));
        const picked = new LeastActiveStrategy(seededRandom(seeded)).pick(nodes);
        expect(picked?.inFlight).toBe(Math.min(...loads));
      }),
    );
    const weighed = nodesOf(2, [1, 4]);
    weighed[0]!.inFlight = 1;
    weighed[1]!.inFlight = 2;
    expect(new LeastActiveStrategy(seededRandom(1)).pick(weighed)).toBe(weighed[1]);
  });

  it('compares a bounded number of a large service', () => {
    let looked = 0;
    const nodes = nodesOf(1000).map((node) =>
      Object.defineProperty(node, 'inFlight', { get: () => ((looked += 1), 0) }),
    );
    new LeastActiveStrategy(seededRandom(1)).pick(nodes);
    expect(looked).toBe(128);
  });
});

describe('WeightedResponse', () => {
  it('shares calls out in inverse proportion to latency, within four sigma', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 2, maxLength: 8 }),
        fc.integer(),
        (latencies, seeded) => {
          const nodes = nodesOf(latencies.length);
          nodes.forEach((node, index) => node.observe(latencies[index]!, 0, 10_000));
          const strategy = new WeightedResponseStrategy(seededRandom(seeded));
          const total = latencies.reduce((sum, each) => sum + 1 / each, 0);
          const calls = 5000;
          const picks = nodes.map(() => 0);
          for (let call = 0; call < calls; call += 1)
            picks[nodes.indexOf(strategy.pick(nodes, callAmong(nodes)) as (typeof nodes)[0])]! += 1;
          picks.forEach((each, index) => {
            const share = 1 / latencies[index]! / total;
            expect(Math.abs(each - calls * share)).toBeLessThanOrEqual(
              4.5 * Math.sqrt(calls * share * (1 - share)) + 1,
            );
          });
        },
      ),
      { seed: 20261, numRuns: 40 },
    );
  });

  it('counts who never answered as the average, and learns of changes within a tenth of a second', () => {
    const nodes = nodesOf(2);
    const strategy = new WeightedResponseStrategy(seededRandom(2));
    const share = (nowMs: number): number => {
      let first = 0;
      for (let call = 0; call < 4000; call += 1)
        if (strategy.pick(nodes, callAmong(nodes, { nowMs })) === nodes[0]) first += 1;
      return first / 4000;
    };
    expect(share(0)).toBeCloseTo(0.5, 1);
    nodes[0]!.observe(100, 0, 10_000);
    expect(share(100)).toBeCloseTo(0.5, 1);
    nodes[1]!.observe(900, 100, 10_000);
    expect(share(200)).toBeCloseTo(0.9, 1);
  });
});
