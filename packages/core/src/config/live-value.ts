import type { Disposer } from '../clock/index.js';
import { Live } from './config.js';
import { sameValue } from './leaves.js';

/** A value read from whatever snapshot is present. */
export class LiveValue<T> extends Live<T> {
  constructor(
    private readonly read: () => T,
    private readonly onSwap: (run: () => void) => Disposer,
  ) {
    super();
  }

  get value(): T {
    return this.read();
  }

  onChange(run: (value: T, before: T) => void): Disposer {
    let before = this.read();
    return this.onSwap(() => {
      const value = this.read();
      if (sameValue(value, before)) return;
      const last = before;
      before = value;
      return run(value, last);
    });
  }
}
