import type { Clock, LogFields, Logger } from '@ts-chassis/core';

const ONCE_PER_MS = 60_000;

/** Warnings about a collector, one a minute at most: it may be away for hours, and nobody's requests fail because of it. */
export class Complaints {
  #lastMs = -Infinity;
  #silent = 0;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  warn(message: string, fields: LogFields): void {
    const nowMs = this.clock.elapsed();
    if (nowMs - this.#lastMs < ONCE_PER_MS) {
      this.#silent += 1;
      return;
    }
    this.logger.warn(message, { ...fields, ...(this.#silent > 0 && { alsoFailed: this.#silent }) });
    this.#lastMs = nowMs;
    this.#silent = 0;
  }
}
