import type { Clock } from '@ts-chassis/core';
import type { Writable } from 'node:stream';

/** Says in every silence of a stream of events that it lives, so that nobody on the way takes it for dead. */
export class Heartbeat {
  #stop: () => void;
  #isSilent = true;

  constructor(
    private readonly clock: Clock,
    private readonly everyMs: number,
    private readonly sink: Writable,
  ) {
    this.#stop = clock.after(everyMs, this.#beat);
  }

  /** Something else was written. */
  skip(): void {
    this.#isSilent = false;
  }

  stop(): void {
    this.#stop();
  }

  readonly #beat = (): void => {
    // A comment; who does not read is not written to.
    if (this.#isSilent && !this.sink.writableNeedDrain && !this.sink.destroyed) this.sink.write(':\n\n');
    this.#isSilent = true;
    this.#stop = this.clock.after(this.everyMs, this.#beat);
  };
}
