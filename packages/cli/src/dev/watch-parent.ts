import type { Timers } from '../time/timers.js';

/** How often it is looked whether the parent is still there, in milliseconds. */
const LOOK_MS = 500;

/** What is watched, and what then. */
export interface ParentOptions {
  /** The process whose child this one is now: another one, once the parent is gone. */
  parent(): number;
  readonly timers: Timers;
  /** Called once, when the parent is gone. */
  gone(): void;
}

/** Watches the process that started this one, until the result is called. */
export function watchParent({ parent, timers, gone }: ParentOptions): () => void {
  const first = parent();
  let stop = (): void => undefined;
  const look = (): void => {
    if (parent() !== first) return gone();
    stop = timers.after(LOOK_MS, look);
  };
  look();
  return () => stop();
}

/**
 * Whether a package manager runs this as a script. It has a shell between itself and the script, which dies of a signal without handing it
 * on. Who starts the program otherwise and leaves, such as a shell after `nohup`, may want it to stay.
 */
export function isScript({ npm_lifecycle_event: script }: NodeJS.ProcessEnv): boolean {
  return script !== undefined;
}
