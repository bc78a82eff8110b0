export {
  Handler,
  HandlerKey,
  Use,
  UseKey,
  type HandlerClass,
  type HandlerMark,
  type HandlerOptions,
} from './decorators.js';
export { HandlerTable, type HandlerEntry } from './handler-table.js';
export type { ChainHandler, PlanContext, PlannedHandler } from './handler.js';
export { ORDER } from './order.js';
export type { ChainTarget } from './chain-target.js';
export { ChainPlanner, PlanRefused, type PlannerOptions } from './planner.js';
export type { RawReader } from './reads.js';
export { policyKey, type PolicyKey, type PolicyKind, type PolicyMark, type Resolved } from './policy.js';
export { actsOn, resolvePolicy, type PolicyScope } from './resolve-policy.js';
export { PlannedRunner } from './runner.js';
export type { Side } from './side.js';
export type { StateOptions } from './state-options.js';
