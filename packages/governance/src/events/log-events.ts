import type { Clock, Disposer, Logger } from '@ts-chassis/core';
import type { GovernanceEventMap, GovernanceEvents } from './governance-events.js';

/** Refusals come by the thousand when they come: each name is told of once in this time. */
const EVERY_MS = 10_000;
/** Names are of callers and marks too; beyond so many they are told of together. */
const MOST_NAMES = 1000;
const OTHERS = 'others';

interface Refusals {
  readonly by: string;
  readonly name: string;
  /** Since the last line. */
  count: number;
  readonly stop: Disposer;
}

/**
 * Writes what governance does to the log: circuits and instances as it happens, refusals counted and summed up, at most one line in ten seconds
 * for each name.
 */
export class EventLog {
  readonly #refusals = new Map<string, Refusals>();
  readonly #stops: Disposer[];

  constructor(
    events: GovernanceEvents,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {
    this.#stops = [
      events.on('opened', (event) => logger.warn('circuit opened', { ...event })),
      events.on('half-opened', (event) => logger.info('circuit half-opened', { ...event })),
      events.on('closed', (event) => logger.info('circuit closed', { ...event })),
      events.on('ejected', (event) => logger.warn('instance ejected', { ...event })),
      events.on('returned', (event) => logger.info('instance returned', { ...event })),
      events.on('rejected', (event) => this.#refused(event)),
    ];
  }

  /** Stops listening, and tells of the refusals not told of yet. */
  close(): void {
    for (const stop of this.#stops) stop();
    for (const refusals of this.#refusals.values()) {
      refusals.stop();
      if (refusals.count > 0) this.#tell(refusals);
    }
    this.#refusals.clear();
  }

  #refused({ by, name: own, service, operation }: GovernanceEventMap['rejected']): void {
    let [name, key] = [own, `${by} ${own}`];
    if (!this.#refusals.has(key) && this.#refusals.size >= MOST_NAMES) [name, key] = [OTHERS, `${by} `];
    const present = this.#refusals.get(key);
    if (present) {
      present.count += 1;
      return;
    }
    this.logger.warn('calls are rejected', { by, name, service, operation });
    this.#refusals.set(key, { by, name, count: 0, stop: this.#later(key) });
  }

  #later(key: string): Disposer {
    return this.clock.after(EVERY_MS, () => {
      const { by, name, count } = this.#refusals.get(key)!;
      this.#refusals.delete(key);
      if (count === 0) return;
      this.#tell({ by, name, count });
      this.#refusals.set(key, { by, name, count: 0, stop: this.#later(key) });
    });
  }

  #tell({ by, name, count }: Pick<Refusals, 'by' | 'name' | 'count'>): void {
    this.logger.warn('calls were rejected', { by, name, count });
  }
}
