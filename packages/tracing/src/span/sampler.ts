import type { Clock, Live } from '@ts-chassis/core';
import type { SamplingValues } from '../sampling-section.js';

const WORDS = 2 ** 32;

/** Decides which traces are recorded, before anything is allocated for them. */
export class Sampler {
  #threshold = 0;
  #perSecond = 0;
  #tokens = 0;
  #refilledMs: number;
  #parent: SamplingValues['parent'] = 'trusted';

  constructor(
    private readonly clock: Clock,
    settings: Live<SamplingValues>,
  ) {
    this.#refilledMs = clock.elapsed();
    this.#apply(settings.value);
    settings.onChange((values) => this.#apply(values));
  }

  /** @param word - the last 32 bits of the trace id: all services with the same rate decide alike */
  decide(word: number): boolean {
    if (word >>> 0 >= this.#threshold) return false;
    return this.#perSecond === 0 || this.#take();
  }

  /** Whether the decision of a caller is taken over. */
  believes(trusted: boolean): boolean {
    return this.#parent === 'always' || (trusted && this.#parent === 'trusted');
  }

  #apply({ rate, tracesPerSecond, parent }: SamplingValues): void {
    this.#threshold = rate * WORDS;
    if (tracesPerSecond !== this.#perSecond) this.#tokens = Math.max(1, tracesPerSecond);
    this.#perSecond = tracesPerSecond;
    this.#parent = parent;
  }

  /** A bucket that holds what comes in one second. */
  #take(): boolean {
    const nowMs = this.clock.elapsed();
    const gained = ((nowMs - this.#refilledMs) * this.#perSecond) / 1000;
    this.#tokens = Math.min(Math.max(1, this.#perSecond), this.#tokens + gained);
    this.#refilledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
