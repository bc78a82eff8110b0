import { lineage, membersWith, readOwn, type AnyClass } from '../../metadata/annotate.js';
import { propertyType } from '../../metadata/design-types.js';
import { coreError } from '../../errors/core-error.js';
import { isSecretName } from '../../security/is-secret-name.js';
import { DtoKey } from '../dto.js';
import { FieldKey, type FieldOptions } from '../field.js';
import { likelyEraser } from '../../metadata/likely-eraser.js';
import type { Spec } from '../spec.js';
import { buildNode, type Building } from './build-node.js';
import type { FieldPlan } from './field-plan.js';
import { fallbackOf } from './fallback.js';
import { invalid } from './invalid.js';
import { notesOf } from './notes.js';
import { ObjectNode } from './object-node.js';
import { isPolluting } from './polluting.js';

/** The still empty node of a data class; `completeClass` gives it its fields. */
export function startClass(type: AnyClass, where: string): ObjectNode {
  if (membersWith(type, FieldKey).length === 0) {
    throw invalid(
      where,
      `its type ${type.name || '(a class without a name)'} has no @Field, so nothing of it would be accepted or sent`,
    );
  }
  const { name = type.name, title, description, extra } = readOwn(type, DtoKey) ?? {};
  return new ObjectNode({
    type,
    name,
    extra,
    notes: { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) },
    prototype: hasMethods(type) ? (type.prototype as object) : undefined,
  });
}

/** Gives the node of a class its fields, ancestors' first. */
export function completeClass(node: ObjectNode, type: AnyClass, building: Building): void {
  node.complete(membersWith(type, FieldKey).map((member) => planField(type, member, building)));
}

function planField(type: AnyClass, member: string | symbol, building: Building): FieldPlan {
  const where = `${type.name}.${String(member)}`;
  if (typeof member === 'symbol') throw invalid(where, 'a field has a name, not a symbol');
  if (isPolluting(member)) throw invalid(where, 'no field can have this name: it reaches prototypes');
  // The class that wrote the mark is the one for which the compiler emitted the type.
  const owner = [...lineage(type)].reverse().find((ancestor) => readOwn(ancestor, FieldKey, member))!;
  const options = readOwn(owner, FieldKey, member)!;
  const spec = fieldSpec({ options, owner, member });
  const node = buildNode({ spec, options, where }, building);
  const readOnly = options.readOnly ?? hasOnlyGetter(type, member);
  if (readOnly && options.writeOnly)
    throw invalid(where, 'it is both readOnly and writeOnly, so it would never travel');
  return {
    name: member,
    node,
    optional: options.optional ?? options.default !== undefined,
    fallback: fallbackOf({ node, options, where }, building),
    travels: building.direction === 'in' ? !readOnly : !options.writeOnly,
    secret: options.secret ?? isSecretName(member),
    notes: notesOf({ ...options, readOnly }, node),
  };
}

interface FieldDeclaration {
  readonly options: FieldOptions;
  readonly owner: AnyClass;
  readonly member: string;
}

/** The type a field names, else the one the compiler emitted where that says enough. */
function fieldSpec({ options, owner, member }: FieldDeclaration): Spec | undefined {
  if (options.type !== undefined) return options.type;
  if (options.map !== undefined || options.union !== undefined || options.enum !== undefined) {
    const emitted = propertyType(owner, member);
    return emitted === Array ? ([String] as const) : undefined;
  }
  const where = `${owner.name}.${member}`;
  const emitted = propertyType(owner, member);
  if (emitted === undefined) {
    throw coreError(
      'TYPES_ERASED',
      `${where}: no type was emitted for it; ${likelyEraser(undefined)}; or write @Field({ type: ... })`,
    );
  }
  const remedy = remedyFor(emitted);
  if (remedy) throw invalid(where, remedy);
  return emitted as Spec;
}

function remedyFor(emitted: unknown): string | undefined {
  const item = 'write';
  if (emitted === Array || emitted === Set)
    return `the compiler says only that it is a list; ${item} @Field({ type: [Item] }) with the type of its items`;
  if (emitted === Map) return `it is a Map, which JSON has not; declare a record and ${item} @Field({ map: Value })`;
  if (emitted === Object) {
    return `the compiler says only 'Object' (a union, an interface, a literal or a nullable type); ${item} @Field({ type: Name }), { union: [A, B] }, { enum: [...] }, { map: Value } or { type: Object } for any object`;
  }
  if (emitted === Function || emitted === Promise || emitted === Symbol)
    return `a ${(emitted as AnyClass).name} cannot travel; ${item} a type that can`;
  return undefined;
}

/** Whether instances can do anything that plain objects cannot. */
function hasMethods(type: AnyClass): boolean {
  return lineage(type).some((ancestor) =>
    Object.getOwnPropertyNames(ancestor.prototype as object).some((name) => name !== 'constructor'),
  );
}

function hasOnlyGetter(type: AnyClass, member: string): boolean {
  for (const ancestor of [...lineage(type)].reverse()) {
    const property = Object.getOwnPropertyDescriptor(ancestor.prototype as object, member);
    if (property) return property.get !== undefined && property.set === undefined;
  }
  return false;
}
