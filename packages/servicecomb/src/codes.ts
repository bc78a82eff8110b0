import { ChassisError, type ChassisErrorOptions, type ErrorCode } from '@ts-chassis/core';

/**
 * The codes that ServiceComb's registry and configuration center throw, beside those of core; `docs/errors.md` is generated from both.
 *
 * @example
 * ```ts
 * console.log(SERVICECOMB_ERRORS.REGISTRY_REFUSED.kind); // 'FAILED_PRECONDITION'
 * ```
 */
export const SERVICECOMB_ERRORS = {
  REGISTRY_REFUSED: {
    kind: 'FAILED_PRECONDITION',
    when: 'service-center refuses what it is told; the message has its `errorCode`, which says why',
    remedy: 'Correct the name, version, endpoint or contract that the message names.',
  },
  REGISTRY_UNAUTHORIZED: {
    kind: 'PERMISSION_DENIED',
    when: 'service-center or KIE does not take the account of `servicecomb.credentials`, or asks for one and there is none',
    remedy:
      'Set `servicecomb.credentials.account.name` and `.password`, and give the account the permissions it needs.',
  },
  REGISTRY_ANSWER_INVALID: {
    kind: 'UNAVAILABLE',
    when: 'a control plane answers what its interface does not have: no JSON, a missing field, an answer beyond the limit',
    remedy: 'Look at what answers at the address in the message: a proxy, another program, another version.',
  },
  DEV_REGISTRY_FILE_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'a development registry is started with a file that is not the state of one',
    remedy: 'Name another file, or delete it: the services register again by themselves.',
  },
} as const satisfies Readonly<Record<string, ErrorCode>>;

/**
 * A code of {@link SERVICECOMB_ERRORS}.
 *
 * @example
 * ```ts
 * const code: ServiceCombErrorCode = 'REGISTRY_REFUSED';
 * ```
 */
export type ServiceCombErrorCode = keyof typeof SERVICECOMB_ERRORS;

/** A `ChassisError` with a code of {@link SERVICECOMB_ERRORS}; the kind follows from the code. */
export function serviceCombError(
  code: ServiceCombErrorCode,
  message: string,
  options?: Omit<ChassisErrorOptions, 'code'>,
): ChassisError {
  return new ChassisError(SERVICECOMB_ERRORS[code].kind, message, { ...options, code });
}
