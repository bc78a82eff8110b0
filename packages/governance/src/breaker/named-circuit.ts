import { Circuit, REFUSED, type CircuitState } from './algorithm.js';
import type { CircuitSettings } from './circuit-settings.js';

/** Whose circuit it is. */
export interface CircuitOwner {
  /** As {@link CircuitSnapshot.name}. */
  readonly name: string;
  readonly service: string;
  readonly operation: string;
}

/**
 * A circuit at one moment.
 *
 * @example
 * ```ts
 * const open = circuits.list().filter(({ state }) => state === 'open').map(({ name }) => name);
 * ```
 */
export interface CircuitSnapshot {
  /**
   * `{Consumer|Provider|Method}.{service}` and what the scope adds: `.{schema}.{operation}`, `.{host}:{port}`, or both; `#{mark}` for one by mark.
   */
  readonly name: string;
  /** The called service; our own on the provider side, `local` for a method. */
  readonly service: string;
  /** As in `Operation.id`; empty for a circuit of more than one. */
  readonly operation: string;
  readonly state: CircuitState;
  /** The calls that count now, and those of them that failed and that were slow. */
  readonly calls: number;
  readonly failed: number;
  readonly slow: number;
  /** How many calls it refused since it was made. */
  readonly refused: number;
}

/** A circuit with its name. */
export class NamedCircuit {
  readonly circuit: Circuit;
  #refused = 0;

  constructor(
    readonly owner: CircuitOwner,
    settings: CircuitSettings,
    changed: (owner: CircuitOwner, state: CircuitState) => void,
  ) {
    this.circuit = new Circuit(settings, (state) => changed(owner, state));
  }

  acquire(now: number): number {
    const permit = this.circuit.acquire(now);
    if (permit === REFUSED) this.#refused += 1;
    return permit;
  }

  snapshot(now: number): CircuitSnapshot {
    const { total, failed, slow } = this.circuit.window(now);
    return { ...this.owner, state: this.circuit.state, calls: total, failed, slow, refused: this.#refused };
  }
}
