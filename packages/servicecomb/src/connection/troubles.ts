import type { Clock, LogFields, Logger } from '@ts-chassis/core';

/** Troubles beyond are not told. */
const MOST = 1000;

/** A trouble that comes again so soon after it was over is told only when it lasts: what comes and goes is not to fill a log. */
const QUIET_MS = 60_000;

/** What is told of a trouble that lasts: one line when it begins, one when it is over, none in between. */
export class Troubles {
  /** Whether each was told. */
  readonly #open = new Map<string, boolean>();
  readonly #quietUntilMs = new Map<string, number>();

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  /**
   * To be called with each try that fails.
   *
   * @param key - what is in trouble
   */
  begin(key: string, message: string, fields?: LogFields): void {
    const isTold = this.#open.get(key);
    if (isTold || (isTold === undefined && this.#open.size >= MOST)) return;
    const isQuiet = this.clock.elapsed() < (this.#quietUntilMs.get(key) ?? -Infinity);
    this.#open.set(key, !isQuiet);
    if (!isQuiet) this.logger.warn(message, fields);
  }

  /** Says nothing where there was no trouble, or none that was told. */
  end(key: string, message: string): void {
    const isTold = this.#open.get(key);
    this.#open.delete(key);
    if (!isTold) return;
    this.logger.info(message);
    this.#quietUntilMs.delete(key);
    if (this.#quietUntilMs.size >= MOST) this.#quietUntilMs.delete(this.#quietUntilMs.keys().next().value!);
    this.#quietUntilMs.set(key, this.clock.elapsed() + QUIET_MS);
  }

  /** It is gone, and nobody needs to know. */
  forget(key: string): void {
    this.#open.delete(key);
    this.#quietUntilMs.delete(key);
  }
}
