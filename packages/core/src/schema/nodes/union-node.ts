import type { JsonSchema } from '../json-schema.js';
import { ObjectNode } from './object-node.js';
import { TypeNode, type Naming } from './type-node.js';
import { MISFIT, type Walk } from './walk.js';

/** Which member a value of the discriminating field stands for. */
export interface Discriminator {
  readonly field: string;
  readonly members: ReadonlyMap<unknown, TypeNode>;
}

/** One of several types: the one its discriminator names, else the first that fits. */
export class UnionNode extends TypeNode {
  constructor(
    readonly members: readonly TypeNode[],
    /** Completed later: members may refer back to the union. */
    public discriminator?: Discriminator,
  ) {
    super();
  }

  get label(): string {
    return this.members.map((member) => member.label).join(' or ');
  }

  override children(): readonly TypeNode[] {
    return this.members;
  }

  take(value: unknown, walk: Walk): unknown {
    if (this.discriminator) {
      const member = this.named(this.discriminator, value, walk);
      return member ? member.take(value, walk) : MISFIT;
    }
    const fit = this.firstFit(value, walk);
    return fit ? fit.taken : walk.fault(this.label, value);
  }

  write(value: unknown, walk: Walk): string {
    return this.memberOf(value, walk).write(value, walk);
  }

  describe(naming: Naming): JsonSchema {
    const schemas = this.members.map((member) => member.describe(naming));
    if (!this.discriminator) return { anyOf: schemas };
    const mapping: Record<string, unknown> = {};
    for (const [value, member] of this.discriminator.members) mapping[String(value)] = member.describe(naming)['$ref'];
    return { oneOf: schemas, discriminator: { propertyName: this.discriminator.field, mapping } };
  }

  private named({ field, members }: Discriminator, value: unknown, walk: Walk): TypeNode | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return void walk.fault('object', value);
    const tag = (value as Record<string, unknown>)[field];
    const member = members.get(tag);
    if (member || !walk.enter(value)) return member;
    walk.step(field);
    walk.fault(`one of ${[...members.keys()].map((key) => JSON.stringify(key)).join(', ')}`, tag);
    walk.leave();
    return undefined;
  }

  /** An instance says its class; anything else is tried. */
  private memberOf(value: unknown, walk: Walk): TypeNode {
    for (const member of this.members) {
      if (
        member instanceof ObjectNode &&
        value instanceof member.origin &&
        (value as object).constructor === member.origin
      )
        return member;
    }
    if (this.discriminator) {
      const tag =
        typeof value === 'object' && value !== null
          ? (value as Record<string, unknown>)[this.discriminator.field]
          : undefined;
      return this.discriminator.members.get(tag) ?? walk.misfit(this.label, value);
    }
    return this.firstFit(value, walk)?.member ?? walk.misfit(this.label, value);
  }

  private firstFit(value: unknown, walk: Walk): { readonly member: TypeNode; readonly taken: unknown } | undefined {
    for (const member of this.members) {
      if (!walk.mayTry()) return undefined;
      const aside = walk.aside();
      const taken = member.take(value, aside);
      walk.rejoin(aside);
      if (aside.faults.length === 0) return { member, taken };
    }
    return undefined;
  }
}
