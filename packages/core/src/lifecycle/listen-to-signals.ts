import { constants } from 'node:os';
import type { Disposer } from '../clock/clock.js';
import type { Logger } from '../telemetry/logger.js';
import type { Lifecycle } from './lifecycle.js';

/**
 * The part of the process that signals need.
 *
 * @example
 * ```ts
 * const host: SignalHost = process;
 * ```
 */
export interface SignalHost {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
}

/**
 * What {@link listenToSignals} takes.
 *
 * @example
 * ```ts
 * const options: SignalOptions = { logger, signals: ['SIGTERM'] };
 * ```
 */
export interface SignalOptions {
  readonly logger: Logger;
  /** Default SIGTERM and SIGINT. SIGHUP is left alone: it asks to read configuration again, which happens by itself. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Default this process. */
  readonly host?: SignalHost;
}

/**
 * Stops the lifecycle at the first signal and exits with 0, or with 1 when a step of the stop failed or took too long, or start
 * had failed before. A second signal
 * exits at once with 128 plus its number. The listeners go away when a stop has ended, whoever asked for it.
 *
 * @returns stops listening
 *
 * @example
 * ```ts
 * listenToSignals(lifecycle, { logger });
 * ```
 */
export function listenToSignals(lifecycle: Lifecycle, options: SignalOptions): Disposer {
  const { logger, signals = ['SIGTERM', 'SIGINT'], host = process } = options;
  let first: NodeJS.Signals | undefined;
  const stopListening: Disposer = () => {
    for (const signal of signals) host.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first) {
      const step = lifecycle.current?.step;
      logger.error(`second signal: exit at once`, { signal, first, ...(step !== undefined && { step }) });
      return host.exit(128 + constants.signals[signal]);
    }
    first = signal;
    logger.info('signal: stopping', { signal });
    void lifecycle.stop().then(({ clean }) => {
      // Who called start would say why it failed, and comes too late now.
      const { failure } = lifecycle;
      if (failure) logger.error(failure.message, { error: failure });
      host.exit(clean && !failure ? 0 : 1);
    });
  };
  for (const signal of signals) host.on(signal, onSignal);
  void lifecycle.stopped.then(stopListening);
  return stopListening;
}
