import type { Clock, Invocation } from '@ts-chassis/core';

/** The waits before further tries in one application. They end with it: nothing is tried again afterwards, and none keeps the process alive. */
export class Waits {
  readonly #running = new Set<AbortController>();
  #over = false;

  /**
   * Waits, unless the application stops first.
   *
   * @returns whether the time has passed
   * @throws the reason why the call was cancelled, when it is
   */
  async pass(ms: number, call: Invocation, clock: Clock): Promise<boolean> {
    if (this.#over) return false;
    const waiting = new AbortController();
    const stopWatching = call.onCancel((reason) => waiting.abort(reason));
    this.#running.add(waiting);
    try {
      await clock.sleep(ms, waiting.signal);
      return true;
    } catch (error) {
      if (call.cancelled) throw error;
      return false;
    } finally {
      this.#running.delete(waiting);
      stopWatching();
    }
  }

  /** The application stops. */
  end(): void {
    this.#over = true;
    for (const waiting of this.#running) waiting.abort();
  }
}
