import type { Clock } from '@ts-chassis/core';

/** A token that was issued. */
export interface IssuedToken {
  readonly token: string;
  /** Milliseconds it is valid from now on; `Infinity` when nothing is said. */
  readonly lifetimeMs: number;
}

/** How a token is kept. */
export interface KeptTokenOptions {
  readonly clock: Clock;
  /** How long before its end a token is replaced. */
  readonly refreshBeforeMs: number;
  issue(): Promise<IssuedToken>;
}

/** How long is waited after a failure before the next try. */
const PAUSE_MS = 1000;
/** A callee that refuses whatever it is shown does not make each call ask the issuer. */
const FORGET_MS = 10_000;

/**
 * Keeps a token until shortly before its end. One request for a new one at a time, whoever waits; while the old one is still valid nobody waits, and a
 * failure to replace it does no harm.
 */
export class KeptToken {
  #present: { readonly token: string; readonly replaceAt: number; readonly until: number } | undefined;
  #issuing: Promise<string> | undefined;
  #failure: { readonly error: unknown; readonly until: number } | undefined;
  #forgotAt = -Infinity;

  constructor(private readonly options: KeptTokenOptions) {}

  /** @throws whatever `issue` throws, for a second after it did */
  token(): string | Promise<string> {
    const now = this.options.clock.elapsed();
    const present = this.#present;
    if (present && now < present.replaceAt) return present.token;
    const isPaused = this.#failure !== undefined && now < this.#failure.until;
    if (present && now < present.until) {
      if (!isPaused) this.#issue().catch(() => undefined);
      return present.token;
    }
    if (isPaused) return Promise.reject(this.#failure!.error as Error);
    return this.#issue();
  }

  /** Lets go of a token that was refused, once in ten seconds; one that has come since stays. */
  forget(token: string): void {
    const now = this.options.clock.elapsed();
    if (this.#present?.token !== token || now - this.#forgotAt < FORGET_MS) return;
    this.#present = undefined;
    this.#forgotAt = now;
  }

  #issue(): Promise<string> {
    return (this.#issuing ??= this.#replace().finally(() => (this.#issuing = undefined)));
  }

  async #replace(): Promise<string> {
    const { clock, issue, refreshBeforeMs } = this.options;
    try {
      const { token, lifetimeMs } = await issue();
      const now = clock.elapsed();
      // of a token that lives shorter than it would be replaced before its end, half the life is used
      const used = Math.max(lifetimeMs - refreshBeforeMs, lifetimeMs / 2);
      this.#present = { token, replaceAt: now + used, until: now + lifetimeMs };
      this.#failure = undefined;
      return token;
    } catch (error) {
      this.#failure = { error, until: clock.elapsed() + PAUSE_MS };
      throw error;
    }
  }
}
