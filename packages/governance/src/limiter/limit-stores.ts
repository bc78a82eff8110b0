import { nearestName, type Logger } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import { MEMORY } from '../policy/rate-limit.js';
import type { Limit } from './limit.js';
import type { LimitAnswer, LimitStore } from './limit-store.js';

/** The limit stores of an application by name. */
export class LimitStores {
  readonly #named = new Map<string, NamedStore>();

  constructor(
    private readonly stores: () => ReadonlyMap<string, LimitStore>,
    private readonly logger: Logger,
  ) {}

  /**
   * @param key - where the name is written, for the message
   * @returns undefined for the memory of this process
   * @throws ChassisError `LIMIT_STORE_UNKNOWN`
   */
  get(name: string, key: string): NamedStore | undefined {
    if (name === MEMORY) return undefined;
    const known = this.#named.get(name);
    if (known) return known;
    const stores = this.stores();
    const store = stores.get(name);
    if (!store) throw unknown(name, key, [...new Set([MEMORY, ...stores.keys()])]);
    const named = new NamedStore(name, { store, logger: this.logger });
    this.#named.set(name, named);
    return named;
  }
}

/** What a store is asked. */
interface Asked {
  readonly key: string;
  readonly limit: Limit;
  readonly now: number;
}

/** A store of somebody else's, which may fail. */
export class NamedStore {
  #failing = false;

  constructor(
    private readonly name: string,
    private readonly parts: { readonly store: LimitStore; readonly logger: Logger },
  ) {}

  /** @param otherwise - decides while the store does not */
  take({ key, limit, now }: Asked, otherwise: () => number): number | Promise<number> {
    try {
      const answer = this.parts.store.take(key, limit, now);
      if (!('then' in answer)) return this.#answered(answer);
      return answer.then(
        (later) => this.#answered(later),
        (error: unknown) => this.#failed(error, otherwise),
      );
    } catch (error) {
      return this.#failed(error, otherwise);
    }
  }

  #answered({ allowed, waitMs }: LimitAnswer): number {
    if (this.#failing) {
      this.#failing = false;
      this.parts.logger.info('a limit store answers again', { store: this.name });
    }
    // a refusal is below zero, whatever it says about the time
    return allowed ? waitMs : -Math.max(waitMs, 1);
  }

  #failed(error: unknown, otherwise: () => number): number {
    if (!this.#failing) {
      this.#failing = true;
      this.parts.logger.warn('a limit store failed; its limits are counted in this process alone until it answers', {
        store: this.name,
        error,
      });
    }
    return otherwise();
  }
}

function unknown(name: string, key: string, known: readonly string[]): Error {
  const meant = nearestName(name, known);
  const hint = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  return governanceError(
    'LIMIT_STORE_UNKNOWN',
    `${key}: expected a limit store that a listed plug-in brings, one of ${known.join(', ')}${hint}, got "${name}"`,
  );
}
