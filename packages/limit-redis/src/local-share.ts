import { MemoryLimits, type Limit, type LimitAnswer } from '@ts-chassis/governance';

/** What this process lets through by itself: its part of a limit that others keep too, as long as they cannot agree. */
export class LocalShare {
  readonly #limits = new MemoryLimits();
  /** How many share, this process among them. */
  processes = 1;

  take(key: string, limit: Limit, now: number): LimitAnswer {
    const { processes } = this;
    const part = { ...limit, rate: limit.rate / processes, burst: Math.max(1, limit.burst / processes) };
    return this.#limits.take(key, part, now);
  }
}
