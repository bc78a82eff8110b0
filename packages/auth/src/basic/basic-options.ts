import type { Invocation } from '@ts-chassis/core';
import type { Caller } from '../principal.js';

/**
 * A user as it is configured.
 *
 * @example
 * ```ts
 * const ann: BasicUser = { passwordHash: await hashPassword('secret'), roles: ['editor'] };
 * ```
 */
export interface BasicUser {
  /** Made by `hashPassword`. */
  readonly passwordHash: string;
  /** Default none. */
  readonly roles?: readonly string[];
}

/**
 * Whose passwords are right. Users stand here or in `servicecomb.authentication.basic.users`, or a function knows them (go-chassis's `Authenticate`).
 *
 * @example
 * ```ts
 * const options: BasicOptions = { authenticate: (user, password) => directory.check(user, password) };
 * ```
 */
export interface BasicOptions {
  /** By name; those of the configuration are added and win. */
  readonly users?: Readonly<Record<string, BasicUser>>;
  /**
   * Decides in place of `users`: the caller, `true` for one with the user's name and no roles, or false or undefined for a wrong name or password.
   * What it throws is the failure of the call, not a refusal; it compares in constant time (`verifyPassword`).
   */
  readonly authenticate?: (
    user: string,
    password: string,
    invocation: Invocation,
  ) => Caller | boolean | undefined | Promise<Caller | boolean | undefined>;
  /** How many right passwords of `users` are remembered, by a keyed hash, for five minutes at most: hashing anew at each request is dear. `false` for none. Default 1000. */
  readonly cache?: number | false;
  /** How many passwords are hashed at a time, waiting ones among them; more are refused as `RESOURCE_EXHAUSTED`. Default 64. */
  readonly maxConcurrent?: number;
  /** The realm in challenges. Default the realm of `auth`. */
  readonly realm?: string;
}
