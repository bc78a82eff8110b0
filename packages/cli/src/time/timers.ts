/** Time as the command line needs it; real time stays in this file, and tests bring their own. */
export interface Timers {
  /** Runs something once after that many milliseconds; the result calls it off. */
  after(ms: number, run: () => void): () => void;
  /** Milliseconds since some fixed moment. */
  elapsed(): number;
}

/** The time of this machine. */
export const realTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  elapsed: () => performance.now(),
};
