export { Handler, HandlerKey, Use, UseKey, type HandlerClass, type HandlerMark, type HandlerOptions } from './decorators.js';
export { HandlerTable, type HandlerEntry } from './handler-table.js';
export type { ChainHandler, PlanContext, PlannedHandler, StateOptions } from './handler.js';
export { ORDER } from './order.js';
export { ChainPlanner, PlanRefused, type ChainTarget, type PlannerOptions, type RawReader } from './planner.js';
export { policyKey, resolvePolicy, type PolicyKey, type PolicyKind, type PolicyMark, type PolicyScope, type Resolved } from './policy.js';
export { PlannedRunner } from './runner.js';
export type { Side } from './side.js';
