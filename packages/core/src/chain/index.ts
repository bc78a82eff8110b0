export type { ExplainedChain, ExplainedLink } from './explained-chain.js';
export type { HandlerEntry } from './handler-table.js';
export { Handler, Use, type HandlerClass, type HandlerOptions } from './decorators.js';
export type { ChainHandler, PlanContext, PlannedHandler } from './handler.js';
export { policyKey, type PolicyKey, type PolicyKind, type PolicyMark, type Resolved } from './policy.js';
export type { PlanView } from './reads.js';
export { policyIn, type PolicyScope } from './resolve-policy.js';
export type { Side } from './side.js';
export type { StateOptions } from './state-options.js';
