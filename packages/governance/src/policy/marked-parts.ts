import type { Operation } from '@ts-chassis/core';
import type { MarkedPolicies } from './marked-policy.js';
import type { PolicyPart } from './policy-part.js';

/** What one policy keeps, such as its circuits. */
interface Keeping<T> {
  configure(fields: T): void;
  /** No plan goes by it any more. */
  evicted?(): void;
}

interface Marked<T, P> {
  readonly fields: T;
  /** By operation; under the empty name what is for all operations. */
  readonly parts: Map<string, P>;
}

/** What {@link MarkedParts} needs to know of a kind. */
export interface MarkedPartsOptions<T, P> {
  /** The fields of a mark's policy over those of everybody; undefined when it wants nothing kept. */
  fieldsOf(base: T, policy: Partial<T>): T | undefined;
  /** Makes what is kept for a mark, and for one operation where that has a name; it is configured next. */
  make(mark: string, operation: string, fields: T): P;
}

/** What policies by mark keep for the calls to one service: each mark has its own, for all operations unless its policy says `api`. */
export class MarkedParts<T extends { readonly scope: PolicyPart }, P extends Keeping<T>> {
  #base: T | undefined;
  #policies: MarkedPolicies<T> = new Map();
  /** Bounded by the policies there are; begun with the first call that has the mark. */
  readonly #marked = new Map<string, Marked<T, P>>();

  constructor(private readonly options: MarkedPartsOptions<T, P>) {}

  /** Takes over the policies of another plan; what marks keep that are still spoken of stays. */
  configure(policies: MarkedPolicies<T>, base: T): void {
    if (policies === this.#policies && base === this.#base) return;
    this.#policies = policies;
    this.#base = base;
    for (const [mark, { fields: before, parts }] of [...this.#marked]) {
      const fields = this.#fields(mark);
      if (fields?.scope === before.scope) {
        this.#marked.set(mark, { fields, parts });
        for (const part of parts.values()) part.configure(fields);
      } else {
        this.#marked.delete(mark);
        for (const part of parts.values()) part.evicted?.();
      }
    }
  }

  /** No plan goes by them any more. */
  evicted(): void {
    for (const { parts } of this.#marked.values()) for (const part of parts.values()) part.evicted?.();
  }

  /** What a mark keeps for an operation; undefined when no policy wants anything kept. */
  of(mark: string, operation: Operation): P | undefined {
    const marked = this.#marked.get(mark) ?? this.#begin(mark);
    if (!marked) return undefined;
    const key = marked.fields.scope.endsWith('api') ? operation.id : '';
    return marked.parts.get(key) ?? this.#make(mark, marked, key);
  }

  #begin(mark: string): Marked<T, P> | undefined {
    const fields = this.#fields(mark);
    if (!fields) return undefined;
    const marked = { fields, parts: new Map<string, P>() };
    this.#marked.set(mark, marked);
    return marked;
  }

  #fields(mark: string): T | undefined {
    const policy = this.#policies.get(mark);
    return policy && this.options.fieldsOf(this.#base!, policy);
  }

  #make(mark: string, { fields, parts }: Marked<T, P>, operation: string): P {
    const part = this.options.make(mark, operation, fields);
    part.configure(fields);
    parts.set(operation, part);
    return part;
  }
}
