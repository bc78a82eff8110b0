import type { AnyClass } from '../../metadata/annotate.js';
import type { Extra } from '../dto.js';
import type { JsonSchema } from '../json-schema.js';
import type { FieldPlan } from './field-plan.js';
import { takeCode, writeCode, type TakeFields, type WriteFields } from './object-code.js';
import { withKeywords } from './native-type.js';
import { TypeNode, type NamedNode, type Naming } from './type-node.js';
import { MISFIT, type Walk } from './walk.js';

export interface ObjectPlan {
  readonly type: AnyClass;
  readonly name: string;
  readonly extra: Extra | undefined;
  readonly notes: JsonSchema;
  /** What instances inherit from; none for plain objects. */
  readonly prototype: object | undefined;
}

/** An object with declared fields. Its fields are set after it is made, because they may refer back to it. */
export class ObjectNode extends TypeNode implements NamedNode {
  readonly name: string;
  readonly origin: AnyClass;
  private fields: readonly FieldPlan[] = [];
  /** Generated on first use: a type is mostly used one way only. */
  private takeFields: TakeFields | undefined;
  private writeFields: WriteFields | undefined;
  private known: ReadonlySet<string> = new Set();

  constructor(private readonly plan: ObjectPlan) {
    super();
    this.name = plan.name;
    this.origin = plan.type;
  }

  get label(): string {
    return this.name;
  }

  override get converts(): boolean {
    return this.plan.prototype !== undefined;
  }

  complete(fields: readonly FieldPlan[]): void {
    this.fields = fields;
    this.known = new Set(this.fields.map((field) => field.name));
  }

  field(name: string): FieldPlan | undefined {
    return this.fields.find((field) => field.name === name);
  }

  override children(): readonly TypeNode[] {
    return this.fields.map((field) => field.node);
  }

  take(value: unknown, walk: Walk): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return walk.fault('object', value);
    if (!walk.enter(value)) return MISFIT;
    this.takeFields ??= takeCode(this.travelling(), this.plan.prototype);
    const taken = this.takeFields(value, walk);
    if ((this.plan.extra ?? walk.extra) === 'refuse') this.refuseExtra(value, walk);
    walk.leave();
    return taken;
  }

  write(value: unknown, walk: Walk): string {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return walk.misfit(this.name, value);
    if (!walk.enter(value)) return walk.misfit('fewer levels', value);
    this.writeFields ??= writeCode(this.travelling());
    const text = this.writeFields(value, walk);
    walk.leave();
    return text;
  }

  describe(naming: Naming): JsonSchema {
    return naming.reference(this);
  }

  define(naming: Naming): JsonSchema {
    const required = this.fields.filter((field) => !field.optional).map((field) => field.name);
    return {
      type: 'object',
      ...this.plan.notes,
      properties: Object.fromEntries(
        this.fields.map((field) => [field.name, withKeywords(field.node.describe(naming), field.notes())]),
      ),
      ...(required.length > 0 ? { required } : {}),
      ...(this.plan.extra === 'refuse' ? { additionalProperties: false } : {}),
    };
  }

  private travelling(): readonly FieldPlan[] {
    return this.fields.filter((field) => field.travels);
  }

  private refuseExtra(value: object, walk: Walk): void {
    for (const key of Object.keys(value)) {
      if (this.known.has(key)) continue;
      walk.step(key);
      walk.fault('no such field', (value as Record<string, unknown>)[key]);
    }
  }
}
