import { describe, expect, it } from 'vitest';
import type { RetryFields } from '../policy/retry.js';
import { DistinctFailures } from './distinct-failures.js';

/** Policies that count how often somebody went through all of them. */
class Policies extends Map<string, Partial<RetryFields>> {
  passes = 0;

  override values(): MapIterator<Partial<RetryFields>> {
    this.passes += 1;
    return super.values();
  }
}

describe('the failures that policies by mark name', () => {
  it('are found once for all operations, each once', () => {
    const failures = new DistinctFailures();
    const policies = new Policies();
    for (let at = 0; at < 100; at += 1) policies.set(`m${at}`, at % 2 ? { on: ['UNAVAILABLE'] } : {});
    policies.set('other', { on: ['INTERNAL', 'UNAVAILABLE'] });
    for (let operation = 0; operation < 50; operation += 1) {
      expect(failures.of(policies)).toEqual([['UNAVAILABLE'], ['INTERNAL', 'UNAVAILABLE']]);
    }
    expect(policies.passes).toBe(1);
  });
});
