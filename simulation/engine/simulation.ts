import { seededRandom, type Clock, type Disposer, type Random } from '@ts-chassis/core';
import { EventQueue } from './event-queue.js';

/** Wall time at the start of every simulation, so that nothing in a result depends on the day. */
const EPOCH_MS = Date.UTC(2026, 0, 1);

/** One run in virtual time: the queue of events, the clock that the algorithms read, and their chance. */
export class Simulation implements Clock {
  readonly events = new EventQueue();
  #isUnsettled = false;

  /** @param seed - same seed, same numbers */
  constructor(readonly seed: number) {}

  now(): number {
    return EPOCH_MS + this.events.now;
  }

  elapsed(): number {
    return this.events.now;
  }

  after(ms: number, run: () => void): Disposer {
    const event = this.events.after(ms, run);
    return () => void (event.run = undefined);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const undo = this.after(ms, resolve);
      signal?.addEventListener('abort', () => (undo(), reject(signal.reason as Error)), { once: true });
    });
  }

  /** To be called by events that resolve a promise: time then stands still until all that waits for it has gone on. */
  unsettled(): void {
    this.#isUnsettled = true;
  }

  /** Lets happen what is due up to a moment, and stands at that moment then. */
  async run(end = Infinity): Promise<void> {
    await this.#settle();
    while (this.events.step(end)) if (this.#isUnsettled) await this.#settle();
    this.events.moveTo(end);
  }

  /** One turn of the event loop: every promise that can settle has settled. */
  #settle(): Promise<void> {
    this.#isUnsettled = false;
    return new Promise((resolve) => setImmediate(resolve));
  }

  /**
   * A stream of chance for one purpose. Purposes do not disturb one another: two strategies under the same seed meet the same
   * arrivals and the same service times, so that what differs between them is theirs.
   */
  random(purpose: string): Random {
    let hash = this.seed >>> 0;
    for (let index = 0; index < purpose.length; index++) hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193);
    return seededRandom(hash ^ (hash >>> 15));
  }

  /** Does something again and again, first after one interval, until the answer is `false`. */
  every(ms: number, run: () => boolean | void): void {
    this.events.after(ms, () => {
      if (run() !== false) this.every(ms, run);
    });
  }
}
