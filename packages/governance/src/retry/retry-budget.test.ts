import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetryBudget, RetryBudgets } from './retry-budget.js';

describe('RetryBudget', () => {
  it('never grants more than the burst and the share of all calls', () => {
    const events = fc.array(fc.constantFrom('call', 'retry'), { maxLength: 400 });
    fc.assert(
      fc.property(
        events,
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.integer({ min: 0, max: 20 }),
        (run, ratio, burst) => {
          const budget = new RetryBudget();
          let calls = 0;
          let granted = 0;
          for (const event of run) {
            if (event === 'call') {
              calls += 1;
              budget.deposit(ratio, burst);
            } else if (budget.withdraw()) granted += 1;
            expect(granted).toBeLessThanOrEqual(burst + ratio * calls + 1e-9);
          }
        },
      ),
    );
  });

  it('agrees with a model that counts in whole shares', () => {
    const events = fc.array(fc.constantFrom('call', 'retry'), { maxLength: 300 });
    fc.assert(
      fc.property(events, fc.integer({ min: 0, max: 10 }), (run, burst) => {
        const budget = new RetryBudget();
        // a quarter of a try for each call, in quarters
        let quarters: number | undefined;
        for (const event of run) {
          if (event === 'call') {
            quarters = Math.min((quarters ?? burst * 4) + 1, Math.max(burst, 1) * 4);
            budget.deposit(0.25, burst);
            continue;
          }
          const allowed = quarters !== undefined && quarters >= 4;
          if (allowed) quarters! -= 4;
          expect(budget.withdraw()).toBe(allowed);
        }
      }),
    );
  });
});

describe('RetryBudgets', () => {
  it('gives one budget to a service, and remembers a bounded number', () => {
    const budgets = new RetryBudgets();
    const first = budgets.of('catalog');
    expect(budgets.of('catalog')).toBe(first);
    for (let other = 0; other < 999; other += 1) budgets.of(`other-${other}`);
    expect(budgets.of('catalog')).toBe(first);
    for (let other = 0; other < 2000; other += 1) budgets.of(`more-${other}`);
    expect(budgets.of('catalog')).not.toBe(first);
  });
});
