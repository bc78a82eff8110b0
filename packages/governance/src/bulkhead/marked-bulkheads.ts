import type { Operation } from '@ts-chassis/core';
import type { BulkheadFields } from '../policy/bulkhead.js';
import type { MarkedPolicies } from '../policy/marked-policy.js';
import { Bulkheads } from './bulkheads.js';

/** What is kept for a mark once a call had it. */
interface Marked {
  readonly fields: BulkheadFields;
  /** By operation; under the empty name those for all operations. */
  readonly bulkheads: Map<string, Bulkheads>;
}

/** The bulkheads of marked calls to one service: each mark has its own, for all operations unless its policy says `api`. */
export class MarkedBulkheadTable {
  #base: BulkheadFields | undefined;
  #policies: MarkedPolicies<BulkheadFields> = new Map();
  /** Bounded by the policies there are. */
  readonly #marked = new Map<string, Marked>();

  constructor(
    private readonly service: string,
    private readonly unplaced?: () => void,
  ) {}

  /** Takes over the policies of another plan; who is inside stays inside. */
  configure(policies: MarkedPolicies<BulkheadFields>, base: BulkheadFields): void {
    if (policies === this.#policies && base === this.#base) return;
    this.#policies = policies;
    this.#base = base;
    for (const [mark, { fields: before, bulkheads }] of [...this.#marked]) {
      const fields = this.#fields(mark);
      this.#marked.delete(mark);
      if (fields?.scope !== before.scope) continue;
      this.#marked.set(mark, { fields, bulkheads });
      for (const each of bulkheads.values()) each.configure(fields);
    }
  }

  /** The bulkheads of a mark that a policy speaks of. */
  of(mark: string, operation: Operation): Bulkheads | undefined {
    let marked = this.#marked.get(mark);
    if (!marked) {
      const fields = this.#fields(mark);
      if (!fields) return undefined;
      this.#marked.set(mark, (marked = { fields, bulkheads: new Map() }));
    }
    const key = marked.fields.scope.endsWith('api') ? operation.id : '';
    return marked.bulkheads.get(key) ?? this.#make(mark, marked, key);
  }

  #fields(mark: string): BulkheadFields | undefined {
    const policy = this.#policies.get(mark);
    return policy && { ...this.#base!, scope: 'service', ...policy };
  }

  #make(mark: string, { fields, bulkheads }: Marked, operation: string): Bulkheads {
    const name = `${this.service}${operation === '' ? '' : `.${operation}`}#${mark}`;
    const made = new Bulkheads(name, fields.scope.startsWith('instance'), this.unplaced);
    made.configure(fields);
    bulkheads.set(operation, made);
    return made;
  }
}
