import { ChassisError, type AccountCredential, type Clock, type Random } from '@ts-chassis/core';
import { serviceCombError } from '../codes.js';
import { isRecord, textOf } from '../wire/read-json.js';
import type { Answer, Connection } from './connection.js';
import { printable } from './printable.js';
import type { TokenSource } from './token-source.js';
import { tokenLifetimeMs } from './token-lifetime.js';

const PATH = '/v4/token';

/** Asked for: a token lives so long, when the registry agrees. */
const LIFETIME = '12h';

/** It is renewed when so much of its life is over; it is used meanwhile. */
const FRESH_SHARE = 0.9;

/** A registry without accounts is believed so long. */
const WITHOUT_ACCOUNTS_MS = 600_000;

/**
 * service-center forgives two logins that fail and one more each hour; then it locks the account for 15 minutes or, before 2.0, everyone at
 * the address for an hour. So there is a second try soon, for who has just changed a password, and then one in somewhat more than an hour.
 */
const FIRST_PAUSE_MS = 60_000;
const LATER_PAUSE_MS = 3_900_000;

/** What {@link AccountTokens} need. */
export interface AccountTokensOptions {
  /** To the registry, without tokens of its own. */
  readonly connection: Pick<Connection, 'request'>;
  /** Asked once. */
  readonly account: () => Promise<AccountCredential | undefined>;
  readonly clock: Clock;
  readonly random: Random;
}

/** A token that is refused so soon after it came is refused for another reason than its age: another one would be too. */
const NEW_MS = 5000;

interface Held {
  /** Undefined: none is needed. */
  readonly token: string | undefined;
  /** By `clock.elapsed()`. */
  readonly since: number;
  readonly staleAt: number;
  readonly endsAt: number;
}

const NONE: Held = { token: undefined, since: Infinity, staleAt: Infinity, endsAt: Infinity };

/**
 * The token of an account, fetched when it is first needed, once for all who wait, and renewed before it ends. An account that is not taken
 * is tried again after a minute and then every hour or so: until then all are told so at once.
 */
export class AccountTokens implements TokenSource {
  readonly #options: AccountTokensOptions;
  #account: Promise<AccountCredential | undefined> | undefined;
  #held: Held | undefined;
  #fetching: Promise<Held> | undefined;
  #refusal: { readonly error: ChassisError; readonly until: number } | undefined;

  constructor(options: AccountTokensOptions) {
    this.#options = options;
  }

  async token(): Promise<string | undefined> {
    const now = this.#options.clock.elapsed();
    const held = this.#held;
    if (held && now < held.staleAt) return held.token;
    const fetched = this.#fetched();
    if (held && now < held.endsAt) {
      fetched.catch(() => undefined);
      return held.token;
    }
    return (await fetched).token;
  }

  refused(token: string | undefined): boolean {
    const held = this.#held;
    // another request may have brought a new one meanwhile
    if (!held || held.token !== token) return true;
    if (this.#options.clock.elapsed() - held.since < NEW_MS) return false;
    this.#held = undefined;
    return true;
  }

  #fetched(): Promise<Held> {
    const { clock } = this.#options;
    const refusal = this.#refusal;
    if (refusal && clock.elapsed() < refusal.until) return Promise.reject(refusal.error);
    if (!this.#fetching) {
      const over = (): void => (this.#fetching = undefined);
      this.#fetching = this.#fetch();
      this.#fetching.then(over, over);
    }
    return this.#fetching;
  }

  async #fetch(): Promise<Held> {
    const account = await this.#credential();
    if (!account) return (this.#held = NONE);
    const { name, password } = account;
    const body = { name, password, tokenExpirationTime: LIFETIME };
    const begun = this.#options.clock.elapsed();
    let answer: Answer;
    try {
      answer = await this.#options.connection.request({ method: 'POST', path: PATH, body, isSecret: true });
    } catch (error) {
      if (!isMissing(error)) throw error;
      return this.#withoutAccounts(begun);
    }
    if (answer.status === 404) return this.#withoutAccounts(begun);
    const token = isRecord(answer.body) ? textOf(answer.body['token']) : undefined;
    if (answer.status >= 300 || !token || !/^[\w.~+/=-]+$/.test(token)) throw this.#notTaken(name, answer);
    this.#refusal = undefined;
    const lifetimeMs = tokenLifetimeMs(token, this.#options.clock.now());
    return (this.#held = {
      token,
      since: begun,
      staleAt: begun + lifetimeMs * FRESH_SHARE,
      endsAt: begun + lifetimeMs,
    });
  }

  /** It has no such path: accounts are off there, and a token is not asked for. */
  #withoutAccounts(now: number): Held {
    const endsAt = now + WITHOUT_ACCOUNTS_MS;
    return (this.#held = { token: undefined, since: now, staleAt: endsAt, endsAt });
  }

  #notTaken(name: string, { status, body, address }: Answer): ChassisError {
    const said = isRecord(body) ? body : {};
    const code = textOf(said['errorCode']);
    const why = [said['errorMessage'], said['detail']].map(textOf).filter(Boolean).join(': ');
    const pauseMs = this.#refusal ? LATER_PAUSE_MS : FIRST_PAUSE_MS;
    const retryAfterMs = pauseMs * (1 + this.#options.random.next() / 10);
    const error = serviceCombError(
      'REGISTRY_UNAUTHORIZED',
      `service-center at ${address}: the account "${printable(name)}" was refused: ${printable(why) || `status ${status} without a token`}${code ? ` (${printable(code)})` : ''}; it is tried again in ${Math.round(retryAfterMs / 1000)} s`,
      { retryAfterMs },
    );
    this.#refusal = { error, until: this.#options.clock.elapsed() + retryAfterMs };
    return error;
  }

  /** Decrypted once; what failed is tried again. */
  #credential(): Promise<AccountCredential | undefined> {
    if (!this.#account) {
      const account = this.#options.account();
      account.catch(() => (this.#account = undefined));
      this.#account = account;
    }
    return this.#account;
  }
}

function isMissing(error: unknown): boolean {
  return ChassisError.is(error) && error.details?.['status'] === 404;
}
