import type { Disposer } from '../clock/index.js';
import type { Logger } from '../telemetry/logger.js';
import type { ConfigChange } from './config.js';
import { isWithin, keyPattern } from './keys.js';
import type { Steps } from './steps.js';

interface KeyListener {
  readonly covers: (key: string) => boolean;
  readonly run: (change: ConfigChange) => void;
}

interface ModuleListener {
  readonly prefix: string;
  readonly run: (changes: readonly ConfigChange[]) => void;
}

/** Tells listeners of changes, one after the other; one that throws is logged and keeps nothing from the others. */
export class ChangeFeed {
  readonly #keys = new Set<KeyListener>();
  readonly #modules = new Set<ModuleListener>();
  readonly #swaps = new Set<() => void>();

  constructor(private readonly logger: Logger) {}

  watch(pattern: string, run: (change: ConfigChange) => void): Disposer {
    return added(this.#keys, { covers: keyPattern(pattern), run });
  }

  watchModule(prefix: string, run: (changes: readonly ConfigChange[]) => void): Disposer {
    return added(this.#modules, { prefix, run });
  }

  /** Runs something after every swap, once the others have been told. */
  onSwap(run: () => void): Disposer {
    return added(this.#swaps, run);
  }

  *delivering(changes: readonly ConfigChange[]): Steps {
    const keys = [...this.#keys];
    for (const change of keys.length > 0 ? changes : []) {
      yield;
      for (const listener of keys) {
        if (this.#keys.has(listener) && listener.covers(change.key)) this.#guarded(() => listener.run(change));
      }
    }
    for (const listener of [...this.#modules]) {
      yield;
      const mine = changes.filter(({ key }) => isWithin(key, listener.prefix));
      if (mine.length > 0 && this.#modules.has(listener)) this.#guarded(() => listener.run(mine));
    }
    for (const run of [...this.#swaps]) if (this.#swaps.has(run)) this.#guarded(run);
  }

  #guarded(run: () => void): void {
    try {
      const returned: unknown = run();
      // An async listener's failure must not become an unhandled rejection.
      if (returned instanceof Promise) returned.catch((error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.logger.error('a listener of configuration changes failed', { error });
  }
}

function added<T>(set: Set<T>, item: T): Disposer {
  set.add(item);
  return () => void set.delete(item);
}
