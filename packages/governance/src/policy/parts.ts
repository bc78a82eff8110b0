import { authorityOf, type Clock, type Endpoint, type Invocation } from '@ts-chassis/core';

/** How many instances have a part of their own; beyond it those not called for longest lose theirs. */
const MOST = 16_384;
/** An instance that was not called for so long loses its part, in milliseconds. */
const IDLE_MS = 600_000;

/** Names the instance in a refusal by a part that is its own: balancers then go past it, to another one. */
export function instanceOf(
  { endpoint }: Invocation,
  { perInstance }: { readonly perInstance: boolean },
): { readonly instance?: string } {
  return perInstance && endpoint ? { instance: authorityOf(endpoint) } : {};
}

interface Entry<T> {
  readonly part: T;
  usedAt: number;
  gone: boolean;
}

/** What is done about parts whose instance is not called any more. */
export interface PartsOptions<T> {
  /** Whether somebody holds on to a part: it stays then. */
  inUse?(part: T): boolean;
  dropped?(part: T): void;
  /** Told when calls come whose instance is not known, though each has its own. */
  unplaced?: (() => void) | undefined;
}

/**
 * What a policy keeps, once for all calls or once for each called instance. Instances come and go: their number is bounded, and what is not used any more
 * is dropped when another comes.
 */
export class Parts<T> {
  #one: T | undefined;
  /** Made with the first instance: most policies have but one part, and an empty map costs more than that. */
  #byInstance: Map<string, Entry<T>> | undefined;
  /** The short way to what `#byInstance` holds: endpoints stay the same objects while the registry shows the instance. */
  #byEndpoint: WeakMap<Endpoint, Entry<T>> | undefined;
  #sweptAt = 0;
  #sweepSize = MOST;

  /**
   * @param perInstance - whether each instance has its own
   * @param make - makes the part of an instance, `host:port`, or the one for all
   * @param options - what is done about those that are not used any more
   */
  constructor(
    private readonly perInstance: boolean,
    private readonly make: (instance?: string) => T,
    private readonly options: PartsOptions<T> = {},
  ) {}

  /** The part that a call goes by; a call whose instance is not known yet goes by the one for all. The time is read only where it counts. */
  of(invocation: Invocation, clock: Pick<Clock, 'elapsed'>): T {
    const { endpoint } = invocation;
    if (!this.perInstance || !endpoint) return (this.#one ??= this.#oneForAll());
    const now = clock.elapsed();
    const known = (this.#byEndpoint ??= new WeakMap<Endpoint, Entry<T>>());
    let entry = known.get(endpoint);
    if (!entry || entry.gone) known.set(endpoint, (entry = this.#entry(authorityOf(endpoint), now)));
    entry.usedAt = now;
    return entry.part;
  }

  /** All there are. */
  *all(): Iterable<T> {
    if (this.#one !== undefined) yield this.#one;
    for (const { part } of this.#byInstance?.values() ?? []) yield part;
  }

  #oneForAll(): T {
    if (this.perInstance) this.options.unplaced?.();
    return this.make();
  }

  #entry(instance: string, now: number): Entry<T> {
    const entries = (this.#byInstance ??= new Map<string, Entry<T>>());
    const known = entries.get(instance);
    if (known) return known;
    if (entries.size >= this.#sweepSize || now - this.#sweptAt >= IDLE_MS) this.#sweep(entries, now);
    const entry = { part: this.make(instance), usedAt: now, gone: false };
    entries.set(instance, entry);
    return entry;
  }

  #sweep(entries: Map<string, Entry<T>>, now: number): void {
    this.#sweptAt = now;
    const byUse = [...entries].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    // room for more than one, so that not every new instance sweeps again
    const surplus = byUse.length - MOST + MOST / 8;
    for (const [at, [instance, entry]] of byUse.entries()) {
      if (at >= surplus && now - entry.usedAt < IDLE_MS) break;
      if (this.options.inUse?.(entry.part)) continue;
      entry.gone = true;
      entries.delete(instance);
      this.options.dropped?.(entry.part);
    }
    // where many are in use, not every new one looks through them all
    this.#sweepSize = Math.max(MOST, entries.size + MOST / 8);
  }
}
