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
}

/** The circuits of one policy: one, or one for each called instance. */
export class Circuits {
  #settings: CircuitSettings | undefined;
  readonly #parts: Parts<NamedCircuit>;

  constructor(
    breakers: CircuitBreakers,
    owner: CircuitsOwner,
    readonly perInstance: boolean,
  ) {
    const { prefix, suffix, service, operation } = owner;
    this.#parts = new Parts(perInstance, (instance) => {
      const name = `${prefix}${instance === undefined ? '' : `.${instance}`}${suffix}`;
      return breakers.make({ name, service, operation }, this.#settings!);
    });
  }

  /** Must have been called before the first `of`. */
  configure(settings: CircuitSettings): void {
    this.#settings = settings;
    for (const { circuit } of this.#parts.all()) circuit.configure(settings);
  }

  of(invocation: Invocation, clock: Clock): NamedCircuit {
    return this.#parts.of(invocation, clock);
  }
}
