import type { Clock } from '@ts-chassis/core';
import type { GovernanceEvents } from '../events/governance-events.js';
import type { CircuitState } from './algorithm.js';
import type { CircuitSettings } from './circuit-settings.js';
import { NamedCircuit, type CircuitOwner, type CircuitSnapshot } from './named-circuit.js';

/** Below so many circuits nobody looks for those that are gone. */
const FEW = 64;

const EVENTS = { open: 'opened', 'half-open': 'half-opened', closed: 'closed' } as const;

/**
 * The circuit breakers of the application, to look at and to reset. Injectable. A circuit is listed from its first call on, and as long as anybody can
 * still call through it. `isOpen`, `reset(name)` and `reset()` are what go-chassis calls `IsCircuitBreakerOpen`, `FlushByName` and `Flush`.
 *
 * @example
 * ```ts
 * class Dashboard {
 *   constructor(private readonly circuits: CircuitBreakers) {}
 *   broken(): readonly string[] {
 *     return this.circuits.list().filter(({ state }) => state !== 'closed').map(({ name }) => name);
 *   }
 * }
 * ```
 */
export class CircuitBreakers {
  /** Weak, for those that a call under way still makes after its plan is gone: nobody forgets these. */
  readonly #circuits = new Map<string, WeakRef<NamedCircuit>>();
  #sweepAt = FEW;

  /** Made by the plug-in. */
  constructor(
    private readonly clock: Clock,
    private readonly events: GovernanceEvents,
  ) {}

  /** All circuits, by name. */
  list(): readonly CircuitSnapshot[] {
    const now = this.clock.elapsed();
    return this.#all()
      .map((circuit) => circuit.snapshot(now))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The state of a circuit; undefined when there is none of that name. */
  state(name: string): CircuitState | undefined {
    return this.#circuits.get(name)?.deref()?.circuit.state;
  }

  /** Whether a circuit refuses calls; one that lets some through to try is not open. */
  isOpen(name: string): boolean {
    return this.state(name) === 'open';
  }

  /** Closes a circuit, or all without a name, and forgets what it counted; one that is forced open by configuration stays so. */
  reset(name?: string): void {
    const named = name === undefined ? this.#all() : [this.#circuits.get(name)?.deref()];
    for (const circuit of named) circuit?.circuit.reset();
  }

  /** Makes a circuit and lists it; of two with one name the later one is listed. */
  make(owner: CircuitOwner, settings: CircuitSettings): NamedCircuit {
    const circuit = new NamedCircuit(owner, settings, this.#changed);
    if (this.#circuits.size >= this.#sweepAt) {
      this.#all();
      this.#sweepAt = Math.max(FEW, 2 * this.#circuits.size);
    }
    this.#circuits.set(owner.name, new WeakRef(circuit));
    return circuit;
  }

  /** Lists a circuit no longer: nobody goes by it any more. */
  forget(circuit: NamedCircuit): void {
    const { name } = circuit.owner;
    if (this.#circuits.get(name)?.deref() === circuit) this.#circuits.delete(name);
  }

  readonly #changed = ({ name, service, operation }: CircuitOwner, state: CircuitState): void =>
    this.events.emit(EVENTS[state], { service, operation, circuit: name });

  #all(): readonly NamedCircuit[] {
    const all: NamedCircuit[] = [];
    for (const [name, reference] of this.#circuits) {
      const circuit = reference.deref();
      if (circuit) all.push(circuit);
      else this.#circuits.delete(name);
    }
    return all;
  }
}
