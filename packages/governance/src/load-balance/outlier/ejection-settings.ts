import type { LoadBalanceFields } from '../../policy/load-balance.js';

/** What decides about ejection. */
export type EjectionSettings = Pick<
  LoadBalanceFields,
  | 'ejection'
  | 'ejectAfterFailures'
  | 'ejectFailurePercent'
  | 'ejectSlowPercent'
  | 'slowCallMs'
  | 'ejectMinimumCalls'
  | 'ejectWindowMs'
  | 'ejectMs'
  | 'ejectMaximumMs'
>;
