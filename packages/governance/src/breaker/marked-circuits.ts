import type { Operation } from '@ts-chassis/core';
import type { CircuitBreakerFields } from '../policy/circuit-breaker.js';
import type { MarkedPolicies } from '../policy/marked-policy.js';
import type { CircuitBreakers } from './circuit-breakers.js';
import { Circuits, type CircuitsOwner } from './circuits.js';

/** What is kept for a mark once a call had it. */
interface Marked {
  readonly fields: CircuitBreakerFields;
  /** By operation; under the empty name those for all operations. */
  readonly circuits: Map<string, Circuits>;
}

/** The circuits of marked calls to one service: each mark has its own, for all operations unless its policy says `api`. */
export class MarkedCircuits {
  #base: CircuitBreakerFields | undefined;
  #policies: MarkedPolicies<CircuitBreakerFields> = new Map();
  /** Bounded by the policies there are. */
  readonly #marked = new Map<string, Marked>();

  /** @param prefix - as in `CircuitsOwner` */
  constructor(
    private readonly breakers: CircuitBreakers,
    private readonly owner: Pick<CircuitsOwner, 'prefix' | 'service' | 'unplaced'>,
  ) {}

  /** Takes over the policies of another plan; the circuits of marks that are still spoken of stay. */
  configure(policies: MarkedPolicies<CircuitBreakerFields>, base: CircuitBreakerFields): void {
    if (policies === this.#policies && base === this.#base) return;
    this.#policies = policies;
    this.#base = base;
    for (const [mark, { fields: before, circuits }] of [...this.#marked]) {
      const fields = this.#fields(mark);
      this.#marked.delete(mark);
      if (fields?.scope !== before.scope) {
        for (const each of circuits.values()) each.evicted();
        continue;
      }
      this.#marked.set(mark, { fields, circuits });
      for (const each of circuits.values()) each.configure(fields);
    }
  }

  /** No plan goes by them any more. */
  evicted(): void {
    for (const { circuits } of this.#marked.values()) for (const each of circuits.values()) each.evicted();
  }

  /** The circuits of a mark; undefined when no policy wants any. */
  of(mark: string, operation: Operation): Circuits | undefined {
    const marked = this.#marked.get(mark) ?? this.#begin(mark);
    if (!marked) return undefined;
    const key = marked.fields.scope.endsWith('api') ? operation.id : '';
    return marked.circuits.get(key) ?? this.#make(mark, marked, key);
  }

  #begin(mark: string): Marked | undefined {
    const fields = this.#fields(mark);
    if (!fields) return undefined;
    const marked = { fields, circuits: new Map<string, Circuits>() };
    this.#marked.set(mark, marked);
    return marked;
  }

  #fields(mark: string): CircuitBreakerFields | undefined {
    const policy = this.#policies.get(mark);
    if (!policy || policy.enabled === false) return undefined;
    return { ...this.#base!, scope: 'service', ...policy, enabled: true };
  }

  #make(mark: string, { fields, circuits }: Marked, operation: string): Circuits {
    const suffix = `${operation === '' ? '' : `.${operation}`}#${mark}`;
    const made = new Circuits(this.breakers, { ...this.owner, suffix, operation }, fields.scope.startsWith('instance'));
    made.configure(fields);
    circuits.set(operation, made);
    return made;
  }
}
