import { describe, expect, it } from 'vitest';
import { limitOf } from './limit.js';

describe('the limit that a policy means', () => {
  it('has a fifth of the rate as burst, and one at least', () => {
    expect(limitOf({ rate: 100 })).toEqual({ rate: 100, burst: 20, maxWaitMs: 0 });
    for (const rate of [0.5, 1, 2, 3, 4, 9]) expect(limitOf({ rate })).toMatchObject({ rate, burst: 1 });
    expect(limitOf({ rate: 10, burst: 0 })).toMatchObject({ burst: 2 });
    expect(limitOf({ rate: 10, burst: 50 })).toMatchObject({ burst: 50 });
  });

  it('has all of the rate as burst when it names its period', () => {
    expect(limitOf({ rate: 90, perMs: 60_000 })).toEqual({ rate: 1.5, burst: 90, maxWaitMs: 0 });
    expect(limitOf({ rate: 90, perMs: 60_000, burst: 3 })).toMatchObject({ rate: 1.5, burst: 3 });
  });

  it('is none for what go-chassis writes for no limit', () => {
    expect(limitOf({ rate: 2_147_483_647 })).toBeUndefined();
    expect(limitOf({})).toBeUndefined();
  });

  it('lets nothing through for zero and less', () => {
    for (const rate of [0, -1]) expect(limitOf({ rate })).toMatchObject({ rate, burst: 1 });
  });
});
