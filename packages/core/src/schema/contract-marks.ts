import { lineage, read, readOwn, type AnyClass } from '../metadata/annotate.js';
import type { MetadataKey } from '../metadata/metadata-key.js';
import { ImplementsKey } from './implements.js';
import { operationMembers } from './operation-members.js';
import { ParametersKey, type ParameterMark } from './parameter-mark.js';

/** A parameter's mark and the class that wrote it, for which the compiler emitted its type. */
export interface OwnedMark {
  readonly mark: ParameterMark;
  readonly owner: AnyClass;
}

/** What decorators wrote on a class and on the contract it implements, even when it does not extend that. */
export class ContractMarks {
  /** The contract when the class stands beside it; it adds nothing when it is an ancestor. */
  private readonly beside: AnyClass | undefined;

  constructor(readonly type: AnyClass) {
    const contract = read(type, ImplementsKey);
    this.beside = contract && !lineage(type).includes(contract) ? contract : undefined;
  }

  read<T>(key: MetadataKey<T>, member?: string): T | undefined {
    const own = read(this.type, key, member);
    if (!this.beside) return own;
    const inherited = read(this.beside, key, member);
    if (own === undefined || inherited === undefined) return own ?? inherited;
    return key.merge ? key.merge(inherited, own) : own;
  }

  members(): readonly string[] {
    const inherited = this.beside ? operationMembers(this.beside) : [];
    return [...new Set([...inherited, ...operationMembers(this.type)])];
  }

  /** The marks of a method's parameters by index: nearer classes replace single ones. */
  parameters(member: string): ReadonlyMap<number, OwnedMark> {
    const marks = new Map<number, OwnedMark>();
    for (const owner of this.classes()) {
      for (const [index, mark] of readOwn(owner, ParametersKey, member) ?? []) marks.set(index, { mark, owner });
    }
    return new Map([...marks].sort(([left], [right]) => left - right));
  }

  /** The most distant class that declares a method: the contract's source, whose parameter names count. */
  declarer(member: string): AnyClass {
    return this.classes().find((type) => Object.hasOwn(type.prototype as object, member)) ?? this.type;
  }

  private classes(): readonly AnyClass[] {
    return [...(this.beside ? lineage(this.beside) : []), ...lineage(this.type)];
  }
}
