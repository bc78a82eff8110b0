import type { Disposer } from '../../clock/clock.js';
import type { LocalOptions } from './local-options.js';
import type { ServiceFolder } from './service-folder.js';

/** File events tell of what comes and goes; looking again tells of owners that died without a word. */
const POLL_MS = 500;

/** Calls for a new look at a folder: at each file event, and every 500 ms. */
export class ServiceTracker {
  #unwatch: Disposer | undefined;
  #cancel: Disposer | undefined;
  #closed = false;

  constructor(
    private readonly options: LocalOptions,
    private readonly folder: ServiceFolder,
    private readonly callbacks: { look(): Promise<void>; unwatchable(error: unknown): void },
  ) {
    this.#watch();
    this.#plan();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#unwatch?.();
  }

  #plan(): void {
    if (this.#closed) return;
    this.#cancel = this.options.clock.after(POLL_MS, () => {
      // Watched before it is read, so that nothing falls between; a folder that was replaced is watched anew.
      if (!this.folder.present) this.#stopWatching();
      if (!this.#unwatch) this.#watch();
      void this.callbacks.look().then(() => this.#plan());
    });
  }

  #stopWatching(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #watch(): void {
    const failed = (error: unknown): void => {
      this.#unwatch = undefined;
      this.callbacks.unwatchable(error);
    };
    try {
      this.#unwatch = this.options.files.watch(this.folder.path, () => void this.callbacks.look(), failed);
    } catch (error) {
      // A service that nobody has announced yet has no folder.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.callbacks.unwatchable(error);
    }
  }
}
