import type { Clock } from '../clock/clock.js';
import type { Instance } from '../endpoint/instance.js';
import type { Discovery } from '../registry/ports.js';

/** How long an instance stays out at least, even when the registry vouches for it; doubled for each failure in a row. */
const SHORTEST_MS = 1000;
/** How long it stays out at most, also while the registry does not answer. */
const LONGEST_MS = 30_000;

interface Suspicion {
  readonly failures: number;
  /** When it began, as {@link Suspects.mark} counts. */
  readonly mark: number;
  /** When picks may count on it again, in `clock.elapsed()`. */
  until: number;
}

/**
 * The instances this consumer could not reach. They are out of its picks at once, and return when the registry says that they are
 * alive, not sooner than after a short while. For handlers that take the place of `loadbalance`.
 *
 * @example
 * ```ts
 * const suspects = new Suspects(services.discovery, services.clock);
 * if (!suspects.none) candidates = candidates.filter(({ instance }) => !suspects.has(instance));
 * ```
 */
export class Suspects {
  readonly #suspicions = new Map<string, Suspicion>();

  constructor(
    private readonly discovery: Discovery,
    private readonly clock: Clock,
  ) {}

  #count = 0;

  /** What is to be shown to `clear`: taken when an instance is picked. */
  get mark(): number {
    return this.#count;
  }

  /** Whether nobody is suspected, which is nearly always. */
  get none(): boolean {
    return this.#suspicions.size === 0;
  }

  has(instance: Instance): boolean {
    const suspicion = this.#suspicions.get(instance.id);
    return suspicion !== undefined && this.clock.elapsed() < suspicion.until;
  }

  /** Leaves an instance out and asks the registry about it. */
  add(instance: Instance): void {
    const since = this.clock.elapsed();
    const before = this.#suspicions.get(instance.id);
    if (before && since < before.until) return;
    const suspicion: Suspicion = {
      failures: (before?.failures ?? 0) + 1,
      mark: ++this.#count,
      until: since + LONGEST_MS,
    };
    const back = since + Math.min(SHORTEST_MS * 2 ** (suspicion.failures - 1), LONGEST_MS);
    this.#forgetOld(since);
    this.#suspicions.set(instance.id, suspicion);
    void this.#ask(instance).then(
      (alive) => {
        if (alive) suspicion.until = back;
        // it is gone from the list itself
        else if (this.#suspicions.get(instance.id) === suspicion) this.#suspicions.delete(instance.id);
      },
      // nobody knows: it may be tried again, the registry's outage must not empty the picks
      () => (suspicion.until = back),
    );
  }

  /** A call reached the instance: its failures are forgotten, unless they are younger than the call. */
  clear(instance: Instance, mark: number): void {
    if (this.none) return;
    const suspicion = this.#suspicions.get(instance.id);
    if (suspicion && suspicion.mark <= mark) this.#suspicions.delete(instance.id);
  }

  async #ask(instance: Instance): Promise<boolean> {
    return this.discovery.suspect(instance);
  }

  /** Who was not tried again for long has left, or has nobody who calls it any more. */
  #forgetOld(now: number): void {
    for (const [id, { until }] of this.#suspicions) if (until + LONGEST_MS < now) this.#suspicions.delete(id);
  }
}
