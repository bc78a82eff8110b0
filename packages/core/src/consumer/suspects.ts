import type { Clock } from '../clock/clock.js';
import type { Instance } from '../endpoint/instance.js';
import type { Discovery } from '../registry/ports.js';

/** How long an instance stays out at least, even when the registry vouches for it; doubled for each failure in a row. */
const SHORTEST_MS = 1000;
const LONGEST_MS = 30_000;

interface Suspicion {
  readonly failures: number;
  /** When picks may count on it again, in `clock.elapsed()`; `Infinity` while the registry has not answered. */
  until: number;
}

/**
 * The instances this consumer could not reach. They are out of its picks at once, and return when the registry says that they are
 * alive, not sooner than after a short while.
 */
export class Suspects {
  readonly #suspicions = new Map<string, Suspicion>();

  constructor(
    private readonly discovery: Discovery,
    private readonly clock: Clock,
  ) {}

  has(instance: Instance): boolean {
    if (this.#suspicions.size === 0) return false;
    const suspicion = this.#suspicions.get(instance.id);
    return suspicion !== undefined && this.clock.elapsed() < suspicion.until;
  }

  /** Leaves an instance out and asks the registry about it. */
  add(instance: Instance): void {
    const before = this.#suspicions.get(instance.id);
    if (before && this.clock.elapsed() < before.until) return;
    const suspicion: Suspicion = { failures: (before?.failures ?? 0) + 1, until: Infinity };
    const wait = Math.min(SHORTEST_MS * 2 ** (suspicion.failures - 1), LONGEST_MS);
    const since = this.clock.elapsed();
    this.#suspicions.set(instance.id, suspicion);
    void this.discovery.suspect(instance).then(
      (alive) => {
        if (alive) suspicion.until = since + wait;
        else this.#suspicions.delete(instance.id); // it is gone from the list itself
      },
      // nobody knows: it may be tried again, the registry's outage must not empty the picks
      () => (suspicion.until = since + wait),
    );
  }

  /** A call reached the instance: its failures are forgotten. */
  clear(instance: Instance): void {
    if (this.#suspicions.size > 0) this.#suspicions.delete(instance.id);
  }
}
