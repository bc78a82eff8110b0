import type { Clock, Invocation } from '@ts-chassis/core';
import { Parts } from '../policy/parts.js';
import type { CircuitBreakers } from './circuit-breakers.js';
import type { CircuitSettings } from './circuit-settings.js';
import type { NamedCircuit } from './named-circuit.js';

/** Whose circuits they are: the parts of the names. */
export interface CircuitsOwner {
  /** `Consumer`, `Provider`, `Method` and the service: `Consumer.catalog`. */
  readonly prefix: string;
  /** What follows the instance: `.catalog.find`, `#gold`, or nothing. */
  readonly suffix: string;
  readonly service: string;
  readonly operation: string;
  /** As in `PartsOptions`. */
  readonly unplaced?: (() => void) | undefined;
}

/** The circuits of one policy: one, or one for each called instance. */
export class Circuits {
  #settings: CircuitSettings | undefined;
  readonly #parts: Parts<NamedCircuit>;

  constructor(
    private readonly breakers: CircuitBreakers,
    owner: CircuitsOwner,
    readonly perInstance: boolean,
  ) {
    const { prefix, suffix, service, operation, unplaced } = owner;
    const make = (instance?: string): NamedCircuit => {
      const name = `${prefix}${instance === undefined ? '' : `.${instance}`}${suffix}`;
      return breakers.make({ name, service, operation }, this.#settings!);
    };
    this.#parts = new Parts(perInstance, make, { dropped: (circuit) => breakers.forget(circuit), unplaced });
  }

  /** Must have been called before the first `of`. */
  configure(settings: CircuitSettings): void {
    this.#settings = settings;
    for (const { circuit } of this.#parts.all()) circuit.configure(settings);
  }

  /** No plan goes by them any more. */
  evicted(): void {
    for (const circuit of this.#parts.all()) this.breakers.forget(circuit);
  }

  of(invocation: Invocation, clock: Clock): NamedCircuit {
    return this.#parts.of(invocation, clock);
  }
}
