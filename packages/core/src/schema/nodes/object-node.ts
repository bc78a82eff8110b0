import type { AnyClass } from '../../metadata/annotate.js';
import type { Extra } from '../dto.js';
import type { JsonSchema } from '../json-schema.js';
import { quote } from './quote.js';
import { TypeNode, type NamedNode, type Naming } from './type-node.js';
import { MISFIT, type Walk } from './walk.js';

/** One field of an object, with all that was said of it. */
export interface FieldPlan {
  readonly name: string;
  readonly node: TypeNode;
  readonly optional: boolean;
  /** What stands in when it is left out: a fresh value each time. */
  readonly fallback: (() => unknown) | undefined;
  /** Whether it travels in the direction of this node: read-only fields do not come in, write-only ones do not go out. */
  readonly travels: boolean;
  readonly secret: boolean;
  /** Keywords beside the type: texts, examples, default, readOnly and writeOnly. */
  readonly notes: () => JsonSchema;
}

export interface ObjectPlan {
  readonly type: AnyClass;
  readonly name: string;
  readonly extra: Extra | undefined;
  readonly notes: JsonSchema;
  /** What instances inherit from; none for plain objects. */
  readonly prototype: object | undefined;
}

interface PlannedField extends FieldPlan {
  /** `"name":`, as it is written. */
  readonly key: string;
  /** Whether every object inherits something of this name, so that only an own property counts. */
  readonly inherited: boolean;
}

/** An object with declared fields. Its fields are set after it is made, because they may refer back to it. */
export class ObjectNode extends TypeNode implements NamedNode {
  readonly name: string;
  readonly origin: AnyClass;
  private fields: readonly PlannedField[] = [];
  private travelling: readonly PlannedField[] = [];
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
    this.fields = fields.map((field) => ({
      ...field,
      key: `${quote(field.name)}:`,
      inherited: field.name in Object.prototype,
    }));
    this.travelling = this.fields.filter((field) => field.travels);
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
    const { prototype } = this.plan;
    const taken = (prototype ? Object.create(prototype) : {}) as Record<string, unknown>;
    for (const field of this.travelling) takeField(field, value as Record<string, unknown>, taken, walk);
    if ((this.plan.extra ?? walk.extra) === 'refuse') this.refuseExtra(value, walk);
    walk.leave();
    return taken;
  }

  write(value: unknown, walk: Walk): string {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return walk.misfit(this.name, value);
    if (!walk.enter(value)) return walk.misfit('fewer levels', value);
    let text = '{';
    for (const field of this.travelling) {
      const item = valueOf(field, value as Record<string, unknown>);
      walk.step(field.name);
      const written = item === undefined ? absent(field, walk) : writeField(field, item, walk);
      if (written !== undefined) text += (text.length > 1 ? ',' : '') + field.key + written;
    }
    walk.leave();
    return `${text}}`;
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
        this.fields.map((field) => [field.name, { ...field.node.describe(naming), ...field.notes() }]),
      ),
      ...(required.length > 0 ? { required } : {}),
      ...(this.plan.extra === 'refuse' ? { additionalProperties: false } : {}),
    };
  }

  private refuseExtra(value: object, walk: Walk): void {
    for (const key of Object.keys(value)) {
      if (this.known.has(key)) continue;
      walk.step(key);
      walk.fault('no such field', (value as Record<string, unknown>)[key]);
    }
  }
}

function valueOf(field: PlannedField, value: Record<string, unknown>): unknown {
  return field.inherited && !Object.hasOwn(value, field.name) ? undefined : value[field.name];
}

function takeField(
  field: PlannedField,
  value: Record<string, unknown>,
  taken: Record<string, unknown>,
  walk: Walk,
): void {
  const given = valueOf(field, value);
  if (given === undefined) {
    if (field.fallback) taken[field.name] = field.fallback();
    else if (!field.optional) {
      walk.step(field.name);
      walk.fault(field.node.label, undefined);
    }
    return;
  }
  walk.step(field.name);
  if (field.secret) walk.secret++;
  const item = (taken[field.name] = field.node.take(given, walk));
  if (field.secret) walk.secret--;
  if (item instanceof Promise) walk.later(item, (settled) => (taken[field.name] = settled));
}

function writeField(field: PlannedField, item: unknown, walk: Walk): string {
  if (!field.secret) return field.node.write(item, walk);
  walk.secret++;
  const text = field.node.write(item, walk);
  walk.secret--;
  return text;
}

function absent(field: PlannedField, walk: Walk): string | undefined {
  if (field.fallback) return field.node.write(field.fallback(), walk);
  return field.optional ? undefined : walk.misfit(field.node.label, undefined);
}
