import { coreError } from '../errors/core-error.js';
import type { ChainHandler, PlannedHandler } from './handler.js';
import type { Side } from './side.js';

/**
 * A handler that a plug-in brings, or that a `@Handler` class became.
 *
 * @example
 * ```ts
 * host.handler({ name: 'monitoring', side: 'provider', make: () => new MonitoringHandler(meter) });
 * ```
 */
export interface HandlerEntry {
  readonly name: string;
  readonly side: Side;
  /** Makes the handler; called once, when the first plan needs it. */
  make(): ChainHandler | PlannedHandler;
  /** As in `HandlerOptions`. */
  readonly before?: string;
  readonly after?: string;
  /** Joins every chain of its side. Default: for names the order knows, true where no chain is configured; for others false. */
  readonly everywhere?: boolean;
  /** Takes the place of an entry of the same name, rather than being refused. Default false. */
  readonly replace?: boolean;
}

/** The handlers of an application, by side and name. */
export class HandlerTable {
  readonly #entries = new Map<string, { entry: HandlerEntry; owner: string }>();
  readonly #made = new Map<HandlerEntry, ChainHandler | PlannedHandler>();

  /**
   * @param entry - the handler
   * @param owner - the plug-in or module that brings it, for messages
   * @throws ChassisError `PLUGIN_CONFLICT` for two of one name, unless one of them, added before or after, is there to replace
   */
  add(entry: HandlerEntry, owner: string): void {
    const key = `${entry.side} ${entry.name}`;
    const present = this.#entries.get(key);
    if (present && Boolean(present.entry.replace) === Boolean(entry.replace)) {
      throw coreError(
        'PLUGIN_CONFLICT',
        `two ${entry.side} handlers are called "${entry.name}": one of ${present.owner}, one of ${owner}`,
      );
    }
    if (!present?.entry.replace) this.#entries.set(key, { entry, owner });
  }

  find(side: Side, name: string): HandlerEntry | undefined {
    return this.#entries.get(`${side} ${name}`)?.entry;
  }

  /** The plug-in or module that brought a handler. */
  ownerOf(side: Side, name: string): string | undefined {
    return this.#entries.get(`${side} ${name}`)?.owner;
  }

  /** The entries of a side, in the order they were added. */
  of(side: Side): readonly HandlerEntry[] {
    return [...this.#entries.values()].map(({ entry }) => entry).filter((entry) => entry.side === side);
  }

  /** The one handler of an entry. */
  instance(entry: HandlerEntry): ChainHandler | PlannedHandler {
    let handler = this.#made.get(entry);
    if (!handler) this.#made.set(entry, (handler = entry.make()));
    return handler;
  }
}
