import type { Clock } from '@ts-chassis/core';
import { createHmac, randomBytes } from 'node:crypto';
import { authError } from '../codes.js';
import type { Caller } from '../principal.js';
import { Recent } from '../recent.js';
import type { BasicUser } from './basic-options.js';
import { hashOfNobody, matches, parsedHash, type PasswordHash } from './password-hash.js';
import type { UserAndPassword } from './user-and-password.js';

const REMEMBERED_MS = 300_000;

/** How users are checked. */
export interface KnownUsersOptions {
  readonly clock: Clock;
  /** How many right passwords are remembered. */
  readonly cache: number;
  /** How many are hashed at a time. */
  readonly maxConcurrent: number;
}

interface Known {
  readonly hash: PasswordHash;
  readonly caller: Caller;
}

/** Users with hashed passwords. An unknown name costs as much as a wrong password and is told apart by nothing. */
export class KnownUsers {
  readonly #users: ReadonlyMap<string, Known>;
  readonly #nobody: PasswordHash;
  /** Keyed anew in each process, so that what is remembered helps nobody who reads it. */
  readonly #key = randomBytes(32);
  readonly #right: Recent<number> | undefined;
  #busy = 0;

  /** @throws ChassisError `AUTH_INVALID` for a hash that is none, or a name that no request can have */
  constructor(
    users: Readonly<Record<string, BasicUser>>,
    private readonly options: KnownUsersOptions,
  ) {
    this.#users = new Map(
      Object.entries(users).map(([given, { passwordHash, roles = [] }]) => {
        const name = given.normalize('NFC');
        if (name === '' || name.includes(':'))
          throw authError('AUTH_INVALID', `basic.users: expected a name without a colon, got ${JSON.stringify(given)}`);
        const hash = parsedHash(passwordHash, `basic.users.${given}.passwordHash`);
        return [name, { hash, caller: { name, roles } }];
      }),
    );
    const [somebody] = this.#users.values();
    this.#nobody = hashOfNobody(somebody?.hash);
    if (options.cache > 0) this.#right = new Recent(options.cache);
  }

  /** @throws ChassisError `PASSWORDS_BUSY` */
  async find({ user, password }: UserAndPassword): Promise<Caller | undefined> {
    const known = this.#users.get(user);
    const trace = this.#right && createHmac('sha256', this.#key).update(`${user}:${password}`).digest('base64');
    if (known && trace !== undefined && (this.#right?.get(trace) ?? -Infinity) > this.options.clock.elapsed())
      return known.caller;
    const isRight = await this.#check(password, known?.hash ?? this.#nobody);
    if (!known || !isRight) return undefined;
    if (trace !== undefined) this.#right?.set(trace, this.options.clock.elapsed() + REMEMBERED_MS);
    return known.caller;
  }

  async #check(password: string, hash: PasswordHash): Promise<boolean> {
    if (this.#busy >= this.options.maxConcurrent)
      throw authError('PASSWORDS_BUSY', 'too many passwords are being checked', { retryAfterMs: 1000 });
    this.#busy += 1;
    try {
      return await matches(password, hash);
    } finally {
      this.#busy -= 1;
    }
  }
}
