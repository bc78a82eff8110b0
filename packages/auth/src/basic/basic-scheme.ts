import type { Clock, Invocation } from '@ts-chassis/core';
import { challengeOf } from '../challenge.js';
import { authError } from '../codes.js';
import type { Caller } from '../principal.js';
import { credentialsIn } from '../schemes/authorization-header.js';
import type { AuthenticationScheme } from '../schemes/scheme.js';
import type { BasicOptions } from './basic-options.js';
import { KnownUsers } from './known-users.js';
import { userAndPassword } from './user-and-password.js';

/** The name of the scheme and of its handler, as in go-chassis. */
export const BASIC = 'basicAuth';

/** Name and password in `Authorization: Basic` (RFC 7617). */
export class BasicScheme implements AuthenticationScheme {
  readonly readsAuthorization = true;
  readonly #users: KnownUsers;

  constructor(
    private readonly options: BasicOptions & { readonly realm: string },
    clock: Clock,
  ) {
    const { users = {}, cache = 1000, maxConcurrent = 64 } = options;
    this.#users = new KnownUsers(users, { clock, cache: cache === false ? 0 : cache, maxConcurrent });
  }

  challenge(): string {
    return challengeOf('Basic', { realm: this.options.realm, charset: 'UTF-8' });
  }

  authenticate(invocation: Invocation): undefined | Promise<Caller> {
    const credentials = credentialsIn(invocation.headers, 'basic');
    return credentials === undefined ? undefined : this.#check(credentials, invocation);
  }

  async #check(credentials: string, invocation: Invocation): Promise<Caller> {
    const given = userAndPassword(credentials);
    const { authenticate } = this.options;
    const said = authenticate
      ? await authenticate(given.user, given.password, invocation)
      : await this.#users.find(given);
    if (said === true) return { name: given.user };
    if (said === false || said === undefined || said === null)
      throw authError('CREDENTIALS_INVALID', 'wrong user name or password');
    return said;
  }
}
