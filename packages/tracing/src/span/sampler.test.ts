import { VirtualClock, type Live } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import type { SamplingValues } from '../sampling-section.js';
import { IdSource } from './id-source.js';
import { Sampler } from './sampler.js';

function sampling(values: Partial<SamplingValues>): {
  readonly sampler: Sampler;
  readonly clock: VirtualClock;
  change(values: Partial<SamplingValues>): void;
} {
  const clock = new VirtualClock();
  let changed: ((values: SamplingValues, before: SamplingValues) => void) | undefined;
  const value: SamplingValues = { rate: 1, tracesPerSecond: 0, parent: 'trusted', ...values };
  const live: Live<SamplingValues> = { value, onChange: (run) => ((changed = run), () => undefined) };
  return { clock, sampler: new Sampler(clock, live), change: (more) => changed?.({ ...value, ...more }, value) };
}

/** Words spread evenly. */
const WORDS = Array.from({ length: 10_000 }, (_, index) => Math.trunc((index / 10_000) * 2 ** 32) | 0);
const share = (sampler: Sampler): number => WORDS.filter((word) => sampler.decide(word)).length / WORDS.length;

describe('the sampler', () => {
  it.each([0, 0.01, 0.5, 1])('records a share of %d', (rate) => {
    expect(share(sampling({ rate }).sampler)).toBeCloseTo(rate, 3);
  });

  it('decides alike for one trace id in all services, and more at a higher rate only adds traces', () => {
    const low = sampling({ rate: 0.1 }).sampler;
    const high = sampling({ rate: 0.3 }).sampler;
    expect(WORDS.filter((word) => low.decide(word) && !high.decide(word))).toEqual([]);
  });

  it('follows a change', () => {
    const { sampler, change } = sampling({ rate: 0 });
    expect(sampler.decide(-1)).toBe(false);
    change({ rate: 1 });
    expect(sampler.decide(-1)).toBe(true);
  });

  it('begins as many traces a second as allowed, also fewer than one', async () => {
    const { sampler, clock } = sampling({ tracesPerSecond: 0.5 });
    expect([sampler.decide(1), sampler.decide(1)]).toEqual([true, false]);
    await clock.advance(1000);
    expect(sampler.decide(1)).toBe(false);
    await clock.advance(1000);
    expect([sampler.decide(1), sampler.decide(1)]).toEqual([true, false]);
    await clock.advance(3_600_000);
    expect([sampler.decide(1), sampler.decide(1)]).toEqual([true, false]);
  });

  it('takes over the decisions of those it is told to believe', () => {
    const believed = (parent: SamplingValues['parent']): boolean[] =>
      [true, false].map((trusted) => sampling({ parent }).sampler.believes(trusted));
    expect([believed('trusted'), believed('always'), believed('never')]).toEqual([
      [true, false],
      [true, true],
      [false, false],
    ]);
  });
});

describe('ids', () => {
  it('are random, of the right length, and a trace id ends with its word', () => {
    const ids = new IdSource();
    const word = ids.word();
    const traceId = ids.traceId(word);
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(parseInt(traceId.slice(-8), 16)).toBe(word >>> 0);
    const many = Array.from({ length: 5000 }, () => ids.spanId());
    expect(new Set(many).size).toBe(many.length);
    expect(many.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  });

  it('are never zeros only', () => {
    let filled = 0;
    const ids = new IdSource((pool) => pool.fill((filled += 1) === 1 ? 0 : 7));
    expect(ids.spanId()).toBe('07'.repeat(8));
  });
});
