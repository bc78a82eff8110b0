import type { Clock, LogFields, Logger } from '@ts-chassis/core';

/** Between two lines, however much is odd. */
const PAUSE_MS = 60_000;

/** Tells of what the registry has that cannot be used: the first at once, of the others one a minute, with how many there were. */
export class Oddities {
  #quietUntil = -Infinity;
  #untold = 0;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  tell(message: string, fields?: LogFields): void {
    const now = this.clock.elapsed();
    if (now < this.#quietUntil) {
      this.#untold += 1;
      return;
    }
    const before = this.#untold;
    this.#untold = 0;
    this.#quietUntil = now + PAUSE_MS;
    this.logger.warn(message, { ...fields, ...(before > 0 && { untoldBefore: before }) });
  }
}
