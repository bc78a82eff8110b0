import type { Invocation } from '@ts-chassis/core';
import type { Caller } from '../principal.js';

/**
 * A way to prove who calls. One of your own is listed in `auth({ schemes: { name: scheme } })`.
 *
 * @example
 * ```ts
 * // who a passport strategy let in
 * const session: AuthenticationScheme = {
 *   challenge: () => 'Session realm="shop"',
 *   authenticate: ({ principal }) => (principal as Caller | undefined),
 * };
 * ```
 */
export interface AuthenticationScheme {
  /** Whether it reads the header `Authorization`: then one that no accepted scheme understands is refused and not passed over. Default false. */
  readonly readsAuthorization?: boolean;
  /** What to send, for `WWW-Authenticate`; printable ASCII. */
  challenge(failure?: Error): string;
  /**
   * The caller that the request's credentials prove; undefined (or null) when it has none of this scheme. It runs before the body is read: headers, the peer
   * and what earlier handlers left behind are there, arguments are not.
   *
   * @throws ChassisError of kind `UNAUTHENTICATED` for credentials that prove nothing, answered with the challenges of all accepted schemes; others as they are
   */
  authenticate(invocation: Invocation): Caller | undefined | Promise<Caller | undefined>;
}
