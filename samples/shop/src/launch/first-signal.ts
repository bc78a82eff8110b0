import { systemClock } from '@ts-chassis/core';

/** npm passes on the signal that the terminal has given the whole group: within this time it is the same one. */
const SAME_MS = 1000;

/** Resolves at the first SIGINT or SIGTERM; a later one runs `again`. */
export function firstSignal(again: () => void): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const listen = (): void => {
      first ??= systemClock.elapsed();
      if (systemClock.elapsed() - first > SAME_MS) again();
      else resolve();
    };
    process.on('SIGINT', listen);
    process.on('SIGTERM', listen);
  });
}
