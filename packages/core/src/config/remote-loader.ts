import type { Clock, Disposer } from '../clock/index.js';
import { coreError } from '../errors/index.js';
import type { ConfigSource, Layer } from './source.js';

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;

/** What a {@link RemoteLoader} tells. */
export interface RemoteLoaderOptions {
  readonly clock: Clock;
  failed(error: unknown): void;
  /** Called once, with the first answer; a promise, which never rejects, where it takes a while to take it over. */
  loaded(layer: Layer): void | Promise<void>;
}

/** Loads a remote source until it once succeeds, with growing pauses. */
export class RemoteLoader {
  #stopped = false;
  #timer: Disposer = () => {};
  #endWait = (): void => {};
  #delayMs = FIRST_DELAY_MS;

  constructor(
    private readonly source: ConfigSource,
    private readonly options: RemoteLoaderOptions,
  ) {}

  /** Resolves when the first try has ended, the time for it is over, or it is stopped; a try that ends later still counts. */
  async start(deadlineMs: number): Promise<void> {
    const { clock, failed } = this.options;
    let cancel: Disposer = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(deadlineMs, () => {
        failed(coreError('CONFIG_UNREADABLE', `${this.source.name} did not answer within ${deadlineMs} ms`));
        resolve();
      });
    });
    const stopped = new Promise<void>((resolve) => (this.#endWait = resolve));
    const tried = this.#try();
    await Promise.race([tried, late, stopped]);
    cancel();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer();
    this.#endWait();
  }

  async #try(): Promise<void> {
    const { clock, failed, loaded } = this.options;
    try {
      const layer = await this.source.load();
      if (this.#stopped) return;
      const taken = loaded(layer);
      if (taken) await taken;
    } catch (error) {
      if (this.#stopped) return;
      failed(error);
      this.#timer = clock.after(this.#delayMs, () => void this.#try());
      this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS);
    }
  }
}
