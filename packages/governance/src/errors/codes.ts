import type { ErrorCode } from '@ts-chassis/core';

/**
 * The codes that governance throws, beside those of core; `docs/errors.md` is generated from both.
 *
 * @example
 * ```ts
 * console.log(GOVERNANCE_ERRORS.CIRCUIT_OPEN.remedy);
 * ```
 */
export const GOVERNANCE_ERRORS = {
  BULKHEAD_FULL: {
    kind: 'UNAVAILABLE',
    when: 'as many calls as a bulkhead lets through are under way, and no place in its queue came free in time',
    remedy: 'Try again later, allow more at a time or a longer queue, or make the calls faster.',
  },
  CIRCUIT_OPEN: {
    kind: 'UNAVAILABLE',
    when: 'a circuit breaker is open: too many of the last calls failed or were slow',
    remedy: 'Wait `retryAfterMs`, then calls are let through again to try; look at why they failed.',
  },
  CONTROL_PANEL_UNKNOWN: {
    kind: 'FAILED_PRECONDITION',
    when: '`control.infra` names a control panel that no listed plug-in brings',
    remedy: 'List the plug-in that brings it, or correct the name; `archaius` is the configuration alone.',
  },
  FAULT_INJECTED: {
    kind: 'UNAVAILABLE',
    when: 'a fault was injected on purpose; the kind is that of the configured status',
    remedy: 'Set the percentage under `servicecomb.governance.faultInjection` to 0 when the trial is over.',
  },
  FALLBACK_FAILED: {
    kind: 'INTERNAL',
    when: 'a fallback threw something that is no `ChassisError`',
    remedy: 'Look at the cause: it holds what the fallback threw and the failure it should have stood in for.',
  },
  FALLBACK_FORCED: {
    kind: 'UNAVAILABLE',
    when: 'the configuration sends every call to the fallback, whose policy is to throw',
    remedy: 'Take back `force` of the fallback, or choose another policy than `throwexception`.',
  },
  LIMIT_STORE_UNKNOWN: {
    kind: 'FAILED_PRECONDITION',
    when: 'a rate limit names a limit store that no listed plug-in brings',
    remedy: 'List the plug-in that brings it, or correct the name.',
  },
  OVERLOADED: {
    kind: 'UNAVAILABLE',
    when: 'the process has more to do than it can, and sheds calls of this priority',
    remedy: 'Try again after `retryAfterMs`; if it lasts, run more instances or make the calls cheaper.',
  },
  QUOTA_EXCEEDED: {
    kind: 'RESOURCE_EXHAUSTED',
    when: 'more of a resource was asked for than its quota leaves',
    remedy: 'Read `details`: it tells the limit, what is used and what was asked for.',
  },
  QUOTA_UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    when: 'the quota manager could not tell the quota of a resource',
    remedy: 'Look at the cause; nothing was created.',
  },
  QUOTA_UNKNOWN: {
    kind: 'FAILED_PRECONDITION',
    when: '`servicecomb.quota.plugin` names a quota manager that no listed plug-in brings',
    remedy: 'List the plug-in that brings it, or correct the name.',
  },
  RATE_LIMITED: {
    kind: 'RESOURCE_EXHAUSTED',
    when: 'a rate limit is used up',
    remedy: 'Try again after `retryAfterMs`; without it the limit lets nothing through.',
  },
  TIMED_OUT: {
    kind: 'DEADLINE_EXCEEDED',
    when: 'a call took longer than its timeout policy grants, all tries together',
    remedy: 'Make the callee faster, or grant more by `@Timeout` or `servicecomb.governance.timeout`.',
  },
  TRY_TIMED_OUT: {
    kind: 'DEADLINE_EXCEEDED',
    when: 'one try of a call took longer than its retry policy grants to each',
    remedy: 'Make the callee faster, or raise `perTryTimeoutMs`.',
  },
  MATCH_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'a rule of traffic marking or routing compares with an operator nobody knows, or with what the operator cannot work with',
    remedy:
      'Correct the named rule, or list the plug-in that brings the operator; at run time the rules in force stay.',
  },
  ROUTE_SOURCE_UNKNOWN: {
    kind: 'FAILED_PRECONDITION',
    when: '`servicecomb.router.infra` names a source of routing rules that no listed plug-in brings',
    remedy: 'Correct the name, or list the plug-in that brings the source.',
  },
} as const satisfies Record<string, ErrorCode>;

/**
 * The codes of {@link GOVERNANCE_ERRORS}.
 *
 * @example
 * ```ts
 * const code: GovernanceErrorCode = 'CIRCUIT_OPEN';
 * ```
 */
export type GovernanceErrorCode = keyof typeof GOVERNANCE_ERRORS;
