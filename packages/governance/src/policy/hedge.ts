import { duration } from '@ts-chassis/core';
import { definePolicy } from './define-policy.js';

/** What a hedging policy says. */
export interface HedgeFields {
  readonly delayMs: number | undefined;
  readonly percentile: number;
  readonly max: number;
  readonly budget: number;
  readonly budgetBurst: number;
}

/** Second tries beside a first one that is late. */
export const HedgePolicy = definePolicy<HedgeFields>({
  name: 'hedge',
  decorator: 'Hedge',
  description: 'A second try on another instance while the first one is late; the first to succeed wins.',
  fields: {
    delayMs: duration({ description: 'How late a try must be; default: the running `percentile` of earlier ones.' }),
    percentile: {
      type: 'number',
      minimum: 50,
      maximum: 99.9,
      description: 'Which part of the earlier tries was faster than the wait, in per cent; default 95.',
    },
    max: { type: 'integer', minimum: 0, maximum: 10, description: 'Tries beside the first at most; default 1.' },
    budget: {
      type: 'number',
      minimum: 0,
      maximum: 100,
      description:
        'Further tries at most for each call of the same service, over time, retries among them; default 0.2.',
    },
    budgetBurst: {
      type: 'integer',
      minimum: 0,
      maximum: 100_000,
      description: 'Further tries that may be made beyond the budget before it counts; default 10.',
    },
  },
  defaults: { delayMs: undefined, percentile: 95, max: 1, budget: 0.2, budgetBurst: 10 },
  handlers: { consumer: 'hedge', method: 'hedge' },
});
