import type { LogFields, Logger } from '@ts-chassis/core';

/** Troubles beyond are not told. */
const MOST = 1000;

/** What is told of a trouble that lasts: one line when it begins, one when it is over, none in between. */
export class Troubles {
  readonly #open = new Set<string>();

  constructor(private readonly logger: Logger) {}

  /** @param key - what is in trouble */
  begin(key: string, message: string, fields?: LogFields): void {
    if (this.#open.has(key) || this.#open.size >= MOST) return;
    this.#open.add(key);
    this.logger.warn(message, fields);
  }

  /** Says nothing where there was no trouble. */
  end(key: string, message: string): void {
    if (this.#open.delete(key)) this.logger.info(message);
  }

  /** It is gone, and nobody needs to know. */
  forget(key: string): void {
    this.#open.delete(key);
  }
}
