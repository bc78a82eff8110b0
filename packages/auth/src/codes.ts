import { ChassisError, type ChassisErrorOptions, type ErrorCode } from '@ts-chassis/core';

/**
 * The codes that authentication and authorisation throw, beside those of core; `docs/errors.md` is generated from both.
 *
 * @example
 * ```ts
 * console.log(AUTH_ERRORS.ROLE_MISSING.kind); // 'PERMISSION_DENIED'
 * ```
 */
export const AUTH_ERRORS = {
  AUTH_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'what `auth()`, its decorators or its configuration say cannot be: a key that is none, an algorithm that does not fit the key, a scheme nobody set up',
    remedy: 'Follow the message: it names the option or key, what was expected and what is there.',
  },
  CALLER_NOT_ALLOWED: {
    kind: 'PERMISSION_DENIED',
    when: 'a caller proved who it is by its certificate, and `mtls.allow` does not list it',
    remedy: 'List its identity in `servicecomb.authentication.mtls.allow`, or call with another certificate.',
  },
  CREDENTIALS_INVALID: {
    kind: 'UNAUTHENTICATED',
    when: 'a request has credentials that prove nothing: a token that is expired, forged or for somebody else, a wrong password or key, or an `Authorization` that no accepted scheme reads',
    remedy: 'Get new credentials and send them as `details.challenge` (REST: `WWW-Authenticate`) says.',
  },
  CREDENTIALS_MISSING: {
    kind: 'UNAUTHENTICATED',
    when: 'an operation wants to know who calls, and the request has no credentials',
    remedy: 'Send credentials as `details.challenge` (REST: `WWW-Authenticate`) says.',
  },
  KEYS_UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    when: 'the keys that tokens are verified with cannot be fetched, and those fetched last are too old or do not have the one a token names',
    remedy: 'Try again later; look at the address in `jwksUrl` and at what answers there.',
  },
  NOT_AUTHORISED: {
    kind: 'PERMISSION_DENIED',
    when: 'the function of `@Authorize` refused the caller',
    remedy: 'Ask whoever grants the right, or call as somebody who has it.',
  },
  PASSWORDS_BUSY: {
    kind: 'RESOURCE_EXHAUSTED',
    when: 'so many passwords are being checked that one more would only wait',
    remedy: 'Try again later; limit who may try how often (`@RateLimit`, traffic marking).',
  },
  ROLE_MISSING: {
    kind: 'PERMISSION_DENIED',
    when: 'the caller has none of the roles an operation asks for',
    remedy: 'Call as somebody who has one of `details.roles`.',
  },
  TOKEN_UNAVAILABLE: {
    kind: 'UNAVAILABLE',
    when: 'a call is to carry a token, and whoever issues it does not answer, or not with one',
    remedy:
      'Look at the token provider of the called service and at what its address answers; the message says what came.',
  },
} as const satisfies Record<string, ErrorCode>;

/**
 * The codes of {@link AUTH_ERRORS}.
 *
 * @example
 * ```ts
 * const code: AuthErrorCode = 'CREDENTIALS_MISSING';
 * ```
 */
export type AuthErrorCode = keyof typeof AUTH_ERRORS;

/** A `ChassisError` with a code of the table, without a stack: refusals are many when somebody guesses. */
export function authError(
  code: AuthErrorCode,
  message: string,
  options?: Omit<ChassisErrorOptions, 'code'>,
): ChassisError {
  return ChassisError.withoutStack(AUTH_ERRORS[code].kind, message, { ...options, code });
}
