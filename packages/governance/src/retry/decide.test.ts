import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Verdict } from './decide.js';
import { RetryBudget } from './retry-budget.js';

interface Outcome {
  readonly ok: boolean;
  readonly mendable: boolean;
  readonly tookMs: number;
  readonly delayMs: number;
}

const outcomes = fc.array(
  fc.record<Outcome>({
    ok: fc.boolean(),
    mendable: fc.boolean(),
    tookMs: fc.integer({ min: 0, max: 50 }),
    delayMs: fc.integer({ min: 0, max: 50 }),
  }),
  { minLength: 12, maxLength: 12 },
);

/** What the rules say in words: how many tries are made of these outcomes, and why they end. */
function expected(
  run: readonly Outcome[],
  limit: number,
  { deadline, tokens }: { deadline: number; tokens: number },
): readonly [number, Verdict | 'ok'] {
  let [now, left] = [0, tokens];
  for (const [index, { ok, mendable, tookMs, delayMs }] of run.entries()) {
    now += tookMs;
    if (ok) return [index + 1, 'ok'];
    if (!mendable) return [index + 1, 'final'];
    if (index + 1 === limit) return [index + 1, 'limit'];
    if (now + delayMs >= deadline) return [index + 1, 'deadline'];
    if (left === 0) return [index + 1, 'budget'];
    left -= 1;
    now += delayMs;
  }
  throw new Error('more tries than outcomes');
}

describe('decide', () => {
  it('agrees with a model of a whole call: tries, reason, and what is taken of the budget', () => {
    const limits = fc.integer({ min: 1, max: 10 });
    const rest = fc.record({ deadline: fc.integer({ min: 1, max: 400 }), tokens: fc.integer({ min: 0, max: 12 }) });
    fc.assert(
      fc.property(outcomes, limits, rest, (run, limit, { deadline, tokens }) => {
        const budget = new RetryBudget();
        budget.deposit(0, tokens);
        let [now, made] = [0, 0];
        let verdict: Verdict | 'ok' = 'retry';
        while (verdict === 'retry') {
          const { ok, mendable, tookMs, delayMs } = run[made]!;
          made += 1;
          now += tookMs;
          const failed = { made, limit, retryable: mendable, delayMs, remainingMs: deadline - now };
          verdict = ok ? 'ok' : decide(failed, () => budget.withdraw());
          if (verdict === 'retry') now += delayMs;
        }
        expect([made, verdict]).toEqual(expected(run, limit, { deadline, tokens }));
        let left = 0;
        while (budget.withdraw()) left += 1;
        expect(left).toBe(tokens - (made - 1));
      }),
    );
  });
});
