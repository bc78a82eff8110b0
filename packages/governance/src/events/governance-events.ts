import type { Disposer, Logger } from '@ts-chassis/core';

/** What every event says: whose call it was about. */
interface Concerning {
  /** The called service; our own on the provider side. */
  readonly service: string;
  /** As in `Operation.id`; empty where it concerns more than one. */
  readonly operation: string;
}

/**
 * What governance did. `opened`, `half-opened` and `closed` tell of circuits; `rejected` of a call refused by a limiter, breaker, bulkhead or
 * shedder, and of a further try (or a hedge) that the budget of its service does not allow; `retried` of a further try (or a hedge); `ejected` and
 * `returned` of instances; `routed` of a rule that chose a subset; `reloaded` of a changed configuration.
 *
 * @example
 * ```ts
 * events.on('opened', ({ circuit }) => pager.call(`circuit ${circuit} is open`));
 * ```
 */
export interface GovernanceEventMap {
  readonly opened: Concerning & { readonly circuit: string };
  readonly 'half-opened': Concerning & { readonly circuit: string };
  readonly closed: Concerning & { readonly circuit: string };
  readonly rejected: Concerning & {
    readonly by: 'limiter' | 'breaker' | 'bulkhead' | 'shedding' | 'retry';
    /** The limit, circuit or mark that refused it; the called service whose budget of further tries is spent. */
    readonly name: string;
  };
  readonly retried: Concerning & {
    /** The try about to be made, from 2. */
    readonly attempt: number;
    readonly delayMs: number;
    readonly hedge: boolean;
  };
  readonly ejected: Concerning & { readonly instance: string; readonly reason: string; readonly forMs: number };
  readonly returned: Concerning & { readonly instance: string };
  readonly routed: Concerning & { readonly rule: string; readonly tags: Readonly<Record<string, string>> };
  readonly reloaded: { readonly source: string; readonly keys: readonly string[] };
}

/**
 * The names of governance's events.
 *
 * @example
 * ```ts
 * const name: GovernanceEventName = 'opened';
 * ```
 */
export type GovernanceEventName = keyof GovernanceEventMap;

type Listener<K extends GovernanceEventName> = (event: GovernanceEventMap[K]) => void;

/**
 * Tells what governance does, as it does it. Injectable; listeners run at once, in the order they came, so they should be quick.
 *
 * @example
 * ```ts
 * class Pager {
 *   constructor(events: GovernanceEvents) { events.on('opened', ({ circuit }) => console.log(circuit)); }
 * }
 * ```
 */
export class GovernanceEvents {
  readonly #listeners = new Map<GovernanceEventName, Set<Listener<never>>>();

  constructor(private readonly logger: Logger) {}

  /** Listens to one sort of event until disposed. */
  on<K extends GovernanceEventName>(name: K, listener: Listener<K>): Disposer {
    const listeners = this.#listeners.get(name) ?? new Set<Listener<never>>();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Whether anybody listens, for whoever would make an event in vain. */
  isHeard(name: GovernanceEventName): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  /** Tells those who listen; one that throws is logged and keeps nothing from the others. */
  emit<K extends GovernanceEventName>(name: K, event: GovernanceEventMap[K]): void {
    const listeners = this.#listeners.get(name);
    if (!listeners) return;
    for (const listener of listeners) {
      try {
        (listener as Listener<K>)(event);
      } catch (error) {
        this.logger.error('a listener of governance events failed', { event: name, error });
      }
    }
  }
}
