export { GOVERNANCE_ERRORS, type GovernanceErrorCode } from './errors/codes.js';
export { GovernanceEvents, type GovernanceEventMap, type GovernanceEventName } from './events/governance-events.js';
export { type Fault } from './fault/algorithm.js';
export { FaultInjection, type FaultInjectionOptions } from './fault/decorator.js';
export { FaultInjectorPort, type FaultInjector, type FaultTools } from './fault/fault-injector.js';
export { governance } from './plugin.js';
export { defineMarked, type MarkedOptions, type MarkedPolicies } from './policy/marked-policy.js';
export { type AsyncMethod, type PolicyDecorator, type SideOptions } from './policy/policy-decorator.js';
