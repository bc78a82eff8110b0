import type { Clock, LogFields, Logger } from '@ts-chassis/core';

/** Between two lines, however much is odd. */
const PAUSE_MS = 60_000;
/** Between two lines that say the same: some of it stays odd for days. */
const LONG_PAUSE_MS = 3_600_000;
/** Lines that are remembered. */
const MOST = 256;

/**
 * Tells of what the registry has that cannot be used: the first at once, of the others one a minute, with how many there were; the same
 * no more than once an hour.
 */
export class Oddities {
  readonly #toldAtMs = new Map<string, number>();
  #quietUntil = -Infinity;
  #untold = 0;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  tell(message: string, fields?: LogFields): void {
    const now = this.clock.elapsed();
    const line = fields ? `${message} ${JSON.stringify(fields)}` : message;
    if (now - (this.#toldAtMs.get(line) ?? -Infinity) < LONG_PAUSE_MS) return;
    if (now < this.#quietUntil) {
      this.#untold += 1;
      return;
    }
    this.#remember(line, now);
    const before = this.#untold;
    this.#untold = 0;
    this.#quietUntil = now + PAUSE_MS;
    this.logger.warn(message, { ...fields, ...(before > 0 && { untoldBefore: before }) });
  }

  #remember(line: string, now: number): void {
    this.#toldAtMs.delete(line);
    if (this.#toldAtMs.size >= MOST) this.#toldAtMs.delete(this.#toldAtMs.keys().next().value!);
    this.#toldAtMs.set(line, now);
  }
}
