import type { Clock, Disposer } from '@ts-chassis/core';
import type { Complaints } from '../complaints.js';
import type { SpanCounter } from '../span-counter.js';
import { PostFailure } from './poster.js';

/** A collector that is away is asked again after ever longer times, up to this. */
const LONGEST_PAUSE_MS = 30_000;

/** What a {@link BatchQueue} works with. */
export interface BatchQueueOptions {
  /** @throws PostFailure */
  readonly post: (body: string) => Promise<void>;
  /** For messages: where they are posted. */
  readonly target: string;
  readonly batchSize: number;
  readonly intervalMs: number;
  readonly queueSize: number;
  readonly clock: Clock;
  readonly complaints: Complaints;
  readonly counter: SpanCounter;
}

/** Spans as JSON that wait to be sent together. Holds no more than so many; what does not fit is dropped and counted. */
export class BatchQueue {
  #waiting: string[] = [];
  #sending: Promise<void> | undefined;
  #stopTimer: Disposer | undefined;
  #failures = 0;

  constructor(private readonly options: BatchQueueOptions) {}

  add(span: string): void {
    const { batchSize, counter, intervalMs, queueSize } = this.options;
    if (this.#waiting.length >= queueSize) return counter.dropped(1);
    this.#waiting.push(span);
    if (this.#failures === 0 && this.#waiting.length >= batchSize) this.#send();
    else this.#wait(intervalMs);
  }

  /** Sends all that waits; gives up at the first failure, and what is left is dropped. */
  async flush(): Promise<void> {
    const isBusy = this.#sending !== undefined;
    await this.#sending;
    this.#stop();
    // what failed a moment ago would only fail again, and the stop waits
    if (!isBusy || this.#failures === 0) await this.#sendAll();
    this.#stop();
    if (this.#waiting.length > 0) this.options.counter.dropped(this.#waiting.length);
    this.#waiting = [];
  }

  async #sendAll(): Promise<void> {
    do {
      this.#send();
      await this.#sending;
    } while (this.#waiting.length > 0 && this.#failures === 0);
  }

  #wait(ms: number): void {
    this.#stopTimer ??= this.options.clock.after(ms, () => {
      this.#stopTimer = undefined;
      this.#send();
    });
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #send(): void {
    if (this.#sending || this.#waiting.length === 0) return;
    const batch = this.#waiting.splice(0, this.options.batchSize);
    this.#sending = this.#post(batch).then(() => this.#sent());
  }

  #sent(): void {
    this.#sending = undefined;
    if (this.#waiting.length === 0) return;
    const { batchSize, intervalMs } = this.options;
    if (this.#failures > 0) {
      this.#stop();
      this.#wait(Math.min(LONGEST_PAUSE_MS, intervalMs * 2 ** this.#failures));
    } else if (this.#waiting.length >= batchSize) this.#send();
    else this.#wait(intervalMs);
  }

  async #post(batch: string[]): Promise<void> {
    const { complaints, counter, target } = this.options;
    try {
      await this.options.post(`[${batch.join(',')}]`);
      this.#failures = 0;
      counter.sent(batch.length);
    } catch (error) {
      const final = error instanceof PostFailure && error.final;
      const dropped = final ? batch.length : this.#putBack(batch);
      this.#failures = final ? 0 : this.#failures + 1;
      if (dropped > 0) counter.dropped(dropped);
      const reason = (error as Error).message;
      complaints.warn(`spans could not be sent to ${target}`, { reason, waiting: this.#waiting.length, dropped });
    }
  }

  /** @returns how many no longer fit */
  #putBack(batch: string[]): number {
    const room = Math.max(0, this.options.queueSize - this.#waiting.length);
    this.#waiting = [...batch.slice(0, room), ...this.#waiting];
    return Math.max(0, batch.length - room);
  }
}
