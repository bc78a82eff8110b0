import type { ServedOperation } from '@ts-chassis/core';
import type { MethodPlan } from '../binding/method-plan.js';

/** A service of the framework's own: it is served beside the application's, without their handlers. */
export interface BuiltInService {
  readonly methods: readonly BuiltInMethod[];
  /** The listener takes no more calls: streams that have no end of their own end. */
  stop(): void;
}

export interface BuiltInMethod extends ServedOperation {
  readonly plan: MethodPlan;
}
