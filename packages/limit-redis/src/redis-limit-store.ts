import { randomUUID } from 'node:crypto';
import type { Clock, Disposer, Logger } from '@ts-chassis/core';
import type { Limit, LimitAnswer, LimitStore } from '@ts-chassis/governance';
import type { RedisCommands } from './commands.js';
import { LocalShare } from './local-share.js';
import { beatScript, takeScript } from './script.js';

/**
 * How often a process tells that it lives, hears how many others do, and tries a lost server. When the server is lost, those that had not yet heard of a new
 * process let too much through: hence so often.
 */
const BEAT_MS = 1000;
/** After so much silence it counts as gone. */
const SILENCE_MS = 15_000;
/** So many answers in a row must be lost before the server is: one alone may be a pause of this process. */
const LOST_ANSWERS = 2;

const NEVER: LimitAnswer = Object.freeze({ allowed: false, waitMs: Infinity });
const AT_ONCE: LimitAnswer = Object.freeze({ allowed: true, waitMs: 0 });

/** What the store stands on. */
export interface StoreParts {
  readonly client: RedisCommands;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Before every key. */
  readonly prefix: string;
  /** Whose processes share: the environment, application and service. */
  readonly group: string;
  /** How long the server may take to answer a call. */
  readonly timeoutMs: number;
  /** For the log, without secrets. */
  readonly server: string;
}

/** Counts limits on a server; while that is lost, each process keeps to its share. */
export class RedisLimitStore implements LimitStore {
  readonly #parts: StoreParts;
  readonly #id = randomUUID();
  readonly #share = new LocalShare();
  /** Undefined until the server answered or failed for the first time. */
  #up: boolean | undefined;
  #misses = 0;
  #closed = false;
  #next: Disposer | undefined;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  take(key: string, limit: Limit, now: number): LimitAnswer | Promise<LimitAnswer> {
    if (limit.rate <= 0) return NEVER;
    return this.#up ? this.#ask(key, limit, now) : this.#share.take(key, limit, now);
  }

  /** Begins to tell the server that this process lives, and to watch whether it answers. Resolves when it did, or could not. */
  async start(): Promise<void> {
    await this.#beat();
  }

  async stop(): Promise<void> {
    this.#closed = true;
    this.#next?.();
    if (!this.#up) return;
    const left = this.#parts.client.sendCommand(['ZREM', this.#processesKey, this.#id]);
    await this.#inTime(left).catch(() => {});
  }

  get #processesKey(): string {
    return `${this.#parts.prefix}${this.#parts.group}:processes`;
  }

  async #ask(key: string, limit: Limit, now: number): Promise<LimitAnswer> {
    const { client, prefix } = this.#parts;
    try {
      const given = [limit.rate, limit.burst, limit.maxWaitMs];
      const [allowed, wait] = (await this.#inTime(takeScript.run(client, `${prefix}${key}`, given))) as [
        number,
        string,
      ];
      this.#misses = 0;
      if (Number(allowed) === 1 && Number(wait) === 0) return AT_ONCE;
      return { allowed: Number(allowed) === 1, waitMs: Number(wait) };
    } catch (error) {
      this.#lost(error);
      return this.#share.take(key, limit, now);
    }
  }

  /** One at a time: of a server that hangs, only the answers that decide that it does are waited for. */
  async #beat(): Promise<void> {
    const { client } = this.#parts;
    const beat = beatScript.run(client, this.#processesKey, [this.#id, SILENCE_MS]);
    const heard = beat.then(
      (count) => this.#found(Number(count)),
      (error: unknown) => this.#lost(error),
    );
    void heard.then(() => {
      if (!this.#closed) this.#beatIn(BEAT_MS);
    });
    await this.#inTime(heard).catch((error: unknown) => {
      this.#lost(error);
      // the second answer, which decides
      if (this.#up && !this.#closed) this.#beatIn(BEAT_MS);
    });
  }

  #found(processes: number): void {
    const { logger, server } = this.#parts;
    this.#misses = 0;
    this.#share.processes = Math.max(1, processes);
    if (this.#up === false) logger.info('the server of rate limits answers again', { server });
    this.#up = true;
  }

  #lost(error: unknown): void {
    const { logger, server } = this.#parts;
    const before = this.#up;
    this.#misses += 1;
    if (before && this.#misses < LOST_ANSWERS) return;
    this.#up = false;
    if (before === false || this.#closed) return;
    logger.warn('the server of rate limits is lost; until it answers this process keeps to its share of them', {
      server,
      processes: this.#share.processes,
      error,
    });
  }

  #beatIn(ms: number): void {
    this.#next?.();
    this.#next = this.#parts.clock.after(ms, () => {
      this.#next = undefined;
      void this.#beat();
    });
  }

  #inTime<T>(answer: Promise<T>): Promise<T> {
    const { clock, timeoutMs } = this.#parts;
    return new Promise((resolve, reject) => {
      const late = clock.after(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs} ms`)));
      answer.then(resolve, reject).finally(late);
    });
  }
}
