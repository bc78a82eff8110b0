import { systemClock, type VirtualClock } from '@ts-chassis/core';

/** Virtual time that runs by itself, faster than real time, but slowly enough for what passes over real sockets meanwhile. */
export class RunningTime {
  /** How much passes with each millisecond or so of real time. */
  stepMs = 10;
  #isRunning = true;
  readonly #running: Promise<void>;

  constructor(...clocks: readonly VirtualClock[]) {
    this.#running = this.#run(clocks);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#running;
  }

  async #run(clocks: readonly VirtualClock[]): Promise<void> {
    while (this.#isRunning) {
      await systemClock.sleep(1);
      for (const clock of clocks) await clock.advance(this.stepMs);
    }
  }
}
