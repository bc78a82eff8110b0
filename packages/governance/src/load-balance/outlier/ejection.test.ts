import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settings } from '../picking.fixture.js';
import { Cells } from '../cells.js';
import type { EjectionSettings } from './ejection-settings.js';
import { Ejection } from './ejection.js';
import { judgeCall } from './judge-call.js';

const rules: EjectionSettings = { ...settings, ejectFailurePercent: 50, ejectSlowPercent: 40, slowCallMs: 100 };

interface Step {
  readonly failed: boolean;
  readonly tookMs: number;
  readonly after: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  failed: fc.boolean(),
  tookMs: fc.constantFrom(1, 99, 100, 500),
  after: fc.constantFrom(0, 1, 500, 5000, 20_000),
});

/** The rules in plain words, over the whole history. */
function shouldEject(history: readonly (Step & { now: number })[]): boolean {
  const row = [...history].reverse().findIndex(({ failed }) => !failed);
  if ((row < 0 ? history.length : row) >= 5) return true;
  // windows follow one another: each begins with the first call after the one before is over
  let from = 0;
  let inside: (Step & { now: number })[] = [];
  for (const call of history) {
    if (call.now - from >= 10_000) [from, inside] = [call.now, []];
    inside.push(call);
  }
  if (inside.length < 10) return false;
  const failed = inside.filter((call) => call.failed).length;
  const slow = inside.filter(({ tookMs }) => tookMs >= 100).length;
  return failed * 2 >= inside.length || slow * 10 >= 4 * inside.length;
}

describe('Ejection', () => {
  it('agrees with its rules told over the whole history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const row = new Cells().take();
        const history: (Step & { now: number })[] = [];
        let now = 0;
        for (const each of steps) {
          now += each.after;
          history.push({ ...each, now });
          const reason = judgeCall(row, { failed: each.failed, tookMs: each.tookMs, now }, rules);
          expect(reason !== undefined).toBe(shouldEject(history));
          if (reason !== undefined) return;
        }
      }),
    );
  });

  it('doubles the time with each ejection in a row, up to the longest, and takes doublings back in good times', () => {
    const ejection = new Ejection();
    let now = 1_000_000;
    const again = (): number => {
      const forMs = ejection.eject(now, settings);
      now = ejection.until;
      expect(ejection.expire(now - 1)).toBe(false);
      expect(ejection.expire(now)).toBe(true);
      expect(ejection.state).toBe('due');
      return forMs;
    };
    expect([again(), again(), again(), again(), again(), again()]).toEqual([
      30_000, 60_000, 120_000, 240_000, 300_000, 300_000,
    ]);
    ejection.readmit(now);
    now += 4 * 30_000;
    expect(again()).toBe(120_000);
    ejection.readmit(now);
    now += 3_600_000;
    expect(again()).toBe(30_000);
  });

  it('says nothing when it is switched off, and begins anew after a return', () => {
    const row = new Cells().take();
    const ejection = new Ejection(row);
    const fail = { failed: true, tookMs: 1, now: 0 };
    for (let time = 0; time < 20; time += 1)
      expect(judgeCall(row, fail, { ...rules, ejection: false })).toBeUndefined();
    ejection.eject(0, rules);
    ejection.readmit(30_000);
    expect(judgeCall(row, { ...fail, now: 30_000 }, rules)).toBeUndefined();
  });
});
