import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@ts-chassis/core';
import { FAILURE } from '../../wire/failure-codes.js';
import { invalid, RegistryFailure } from '../registry-failure.js';

/**
 * Who may use a development registry.
 *
 * @example
 * ```ts
 * const account: DevRegistryAccount = { name: 'root', password: 'only-for-development' };
 * ```
 */
export interface DevRegistryAccount {
  readonly name: string;
  readonly password: string;
  /** Only told in the token; every account may do everything. */
  readonly roles?: readonly string[];
}

/** Seconds that a token lives when nothing else is asked for. */
const LIFE = 30 * 60;
const SHORTEST = 15 * 60;
const LONGEST = 24 * 60 * 60;
const HEADER = encoded({ alg: 'HS512', typ: 'JWT' });

/** Gives tokens to accounts and checks them; the key lives as long as the registry. */
export class Tokens {
  readonly #accounts: ReadonlyMap<string, DevRegistryAccount>;
  readonly #key = randomBytes(64);

  constructor(
    accounts: readonly DevRegistryAccount[],
    private readonly clock: Clock,
  ) {
    this.#accounts = new Map(accounts.map((account) => [account.name, account]));
  }

  /**
   * @param life - such as `12h`, from 15 minutes to 24 hours; empty for half an hour
   * @throws RegistryFailure when the account is not known, or that is not its password
   */
  issue(name: string, password: string, life: string): string {
    const account = this.#accounts.get(name);
    if (!account || !timingSafeEqual(digest(password), digest(account.password)))
      throw new RegistryFailure(FAILURE.wrongPassword, 'user name or password is wrong');
    const exp = Math.floor(this.clock.now() / 1000) + secondsOf(life);
    const claims = `${HEADER}.${encoded({ account: name, roles: account.roles ?? ['admin'], exp })}`;
    return `${claims}.${this.#sign(claims)}`;
  }

  /** @throws RegistryFailure unless the header has a token that still holds */
  check(authorization: string): void {
    if (authorization === '') throw new RegistryFailure(FAILURE.noToken, 'should provide token in header');
    const [scheme = '', token = ''] = authorization.split(' ');
    const [header = '', claims = '', signature = ''] = token.split('.');
    const expected = this.#sign(`${header}.${claims}`);
    if (scheme !== 'Bearer' || !timingSafeEqual(digest(signature), digest(expected)))
      throw new RegistryFailure(FAILURE.unauthorized, 'signature is invalid');
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number };
    if (exp * 1000 <= this.clock.now()) throw new RegistryFailure(FAILURE.tokenExpired, 'token is expired');
  }

  #sign(text: string): string {
    return createHmac('sha512', this.#key).update(text).digest('base64url');
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Seconds of a duration as Go writes them, whole numbers only. */
function secondsOf(life: string): number {
  if (life === '') return LIFE;
  const match = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(life);
  const [, hours = 0, minutes = 0, seconds = 0] = match ?? [];
  const all = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (all >= SHORTEST && all <= LONGEST) return all;
  throw invalid(`tokenExpirationTime must be from 15m to 24h, got '${life.slice(0, 50)}'`);
}
