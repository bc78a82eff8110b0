import type { Clock, Logger } from '@ts-chassis/core';
import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  type LocalJWKSet,
} from 'jose';
import { authError } from '../codes.js';
import { fetchJson } from '../fetch-json.js';
import type { JwksOptions } from './jwt-options.js';
import type { KeySource } from './key-source.js';

/** More keys than anybody publishes; each is kept. */
const MOST_KEYS = 200;
/** Of one token, when it names no key and several fit. */
const MOST_TRIED = 16;
const WITHOUT_KEYS_MS = 1000;

/** What fetching keys needs beside its options. */
export interface RemoteKeysSetting {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Keys that an identity provider publishes. Fetched when first needed, again beside the calls when they are no longer new, and at once when a token names
 * one that is not known, but never more often than the cool-down says. While they cannot be fetched the last good ones are used, for a bounded time.
 */
export class RemoteKeys implements KeySource {
  generation = 0;
  readonly #closing = new AbortController();
  #keys: LocalJWKSet | undefined;
  #text: string | undefined;
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #lastFailed = false;
  #fetching: Promise<void> | undefined;

  constructor(
    private readonly setting: RemoteKeysSetting,
    private readonly options: Required<JwksOptions>,
  ) {}

  isCurrent(): boolean {
    return this.#usable() !== undefined;
  }

  async verify(token: string, options: JWTVerifyOptions): Promise<JWTVerifyResult> {
    const keys = this.#usable() ?? (await this.#fetched());
    try {
      return await this.#verifyWith(keys, token, options);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const newer = await this.#newer();
      if (newer === undefined || newer === keys) throw this.#lastFailed ? this.#unavailable() : error;
      return this.#verifyWith(newer, token, options);
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #verifyWith(keys: LocalJWKSet, token: string, options: JWTVerifyOptions): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(token, keys, options);
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      let tried = 0;
      for await (const key of error) {
        if ((tried += 1) > MOST_TRIED) break;
        try {
          return await jwtVerify(token, key, options);
        } catch (failure) {
          if (!isOfTheKey(failure)) throw failure;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }

  /** The keys while they count; those that are no longer new are fetched again, and nobody waits for that. */
  #usable(): LocalJWKSet | undefined {
    if (this.#keys === undefined) return undefined;
    const age = this.setting.clock.elapsed() - this.#fetchedAt;
    if (age >= this.options.cacheMs && this.#mayTry()) void this.#fetch();
    return age < this.options.cacheMs + this.options.maxStaleMs ? this.#keys : undefined;
  }

  async #fetched(): Promise<LocalJWKSet> {
    if (this.#fetching || this.#mayTry()) await this.#fetch();
    const keys = this.#usable();
    if (!keys) throw this.#unavailable();
    return keys;
  }

  /** The keys after one more try to fetch them, where that is allowed. */
  async #newer(): Promise<LocalJWKSet | undefined> {
    if (!this.#fetching && !this.#mayTry()) return this.#keys;
    await this.#fetch();
    return this.#keys;
  }

  #mayTry(): boolean {
    return this.setting.clock.elapsed() >= this.#nextTryAt();
  }

  /** Without any keys nobody can be let in, so that one waits less for them. */
  #nextTryAt(): number {
    const { coolDownMs } = this.options;
    return this.#triedAt + (this.#keys === undefined ? Math.min(coolDownMs, WITHOUT_KEYS_MS) : coolDownMs);
  }

  /** One at a time, whoever asks; never rejects. */
  #fetch(): Promise<void> {
    return (this.#fetching ??= this.#load().finally(() => (this.#fetching = undefined)));
  }

  async #load(): Promise<void> {
    const { url, clock, logger } = this.setting;
    this.#triedAt = clock.elapsed();
    try {
      const { fetch, timeoutMs, maxBytes } = this.options;
      const answer = await fetchJson(url, { fetch, timeoutMs, maxBytes, clock, signal: this.#closing.signal });
      this.#take(answer);
      this.#lastFailed = false;
    } catch (error) {
      this.#lastFailed = true;
      if (!this.#closing.signal.aborted)
        logger.warn('jwt: the keys that tokens are verified with could not be fetched', { url: bare(url), error });
    }
  }

  #take(answer: unknown): void {
    const { keys } = answer as Partial<JSONWebKeySet>;
    if (!Array.isArray(keys) || keys.length > MOST_KEYS)
      throw new Error(`expected {"keys": [...]} with at most ${MOST_KEYS} keys`);
    // an unknown sort among them is the provider's affair, and no token can be verified with it here
    const text = JSON.stringify(keys);
    if (text !== this.#text) {
      this.#keys = createLocalJWKSet({ keys });
      this.#text = text;
      this.generation += 1;
    }
    this.#fetchedAt = this.setting.clock.elapsed();
  }

  #unavailable(): Error {
    const wait = this.#nextTryAt() - this.setting.clock.elapsed();
    const message = 'the keys that tokens are verified with cannot be fetched now';
    return authError('KEYS_UNAVAILABLE', message, { retryAfterMs: Math.max(0, wait) });
  }
}

/** Whether another key may still do: this one did not sign, or is none to verify with (jose says so of RSA below 2048 bits). */
function isOfTheKey(failure: unknown): boolean {
  return failure instanceof errors.JWSSignatureVerificationFailed || failure instanceof TypeError;
}

/** What follows the question mark may be a key to the keys. */
function bare(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
