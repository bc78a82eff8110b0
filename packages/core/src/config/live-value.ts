import type { Disposer } from '../clock/index.js';
import { Live } from './config.js';
import { sameValue } from './leaves.js';

/** What a {@link LiveValue} follows. */
export interface LiveValueOptions<T> {
  read(): T;
  /** Another object after each swap. */
  version(): object;
  onSwap(run: () => void): Disposer;
}

/** A value of whatever snapshot is present, read once for each. */
export class LiveValue<T> extends Live<T> {
  #version: object | undefined;
  #value: T | undefined;

  constructor(private readonly options: LiveValueOptions<T>) {
    super();
  }

  get value(): T {
    const version = this.options.version();
    if (version !== this.#version) {
      this.#value = this.options.read();
      this.#version = version;
    }
    return this.#value as T;
  }

  onChange(run: (value: T, before: T) => void): Disposer {
    let before = this.value;
    return this.options.onSwap(() => {
      const value = this.value;
      if (sameValue(value, before)) return;
      const last = before;
      before = value;
      return run(value, last);
    });
  }
}
