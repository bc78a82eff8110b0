import type { AnyClass } from '../../metadata/annotate.js';
import { isJsonSpec, type JsonSpec } from '../json-spec.js';
import { isLater, type Spec } from '../spec.js';
import { isStandardSchema } from '../standard-schema.js';
import type { TypeOptions } from '../type-options.js';
import { AnyNode } from './any-node.js';
import { BigIntNode } from './bigint-node.js';
import { BooleanNode } from './boolean-node.js';
import { BytesNode } from './bytes-node.js';
import { DateNode } from './date-node.js';
import { discriminate } from './discriminate.js';
import { EnumNode } from './enum-node.js';
import { textFormat } from './format.js';
import { invalid } from './invalid.js';
import { JsonSchemaNode } from './json-schema-node.js';
import { enumValues, itemOptions, numberLimits, refuseLimits, textLimits } from './limits.js';
import { ListNode } from './list-node.js';
import { MapNode } from './map-node.js';
import { NullableNode } from './nullable-node.js';
import { StandardNode } from './standard-node.js';
import type { Direction } from './standard-json.js';
import { TextNode } from './text-node.js';
import { NumberNode } from './number-node.js';
import type { TypeNode } from './type-node.js';
import { UnionNode } from './union-node.js';

/** What is being built: shared by all nodes of one type, so that classes may refer to each other. */
export interface Building {
  readonly direction: Direction;
  /** Runs when every node is there. */
  readonly afterwards: (() => void)[];
  /** The node of a data class. */
  classNode(type: AnyClass, where: string): TypeNode;
}

export interface Declaration {
  /** Undefined only when `enum`, `union` or `map` says the type. */
  readonly spec: Spec | undefined;
  readonly options: TypeOptions;
  /** Who declared it, for messages: `Book.title`. */
  readonly where: string;
}

/** The node of a declared type. */
export function buildNode(declaration: Declaration, building: Building): TypeNode {
  const node = buildPlain(declaration, building);
  return declaration.options.nullable && !(node instanceof AnyNode && node.label === 'any JSON')
    ? new NullableNode(node)
    : node;
}

function buildPlain(declaration: Declaration, building: Building): TypeNode {
  const { options, where } = declaration;
  const spec = isLater(declaration.spec) ? declaration.spec() : declaration.spec;
  if (isLater(spec)) return buildPlain({ ...declaration, spec }, building);
  if (Array.isArray(spec)) return listNode({ ...declaration, spec: spec[0] as Spec }, spec.length, building);
  if (options.map !== undefined) return mapNode(options.map, declaration, building);
  if (options.union !== undefined) return unionNode(options.union, declaration, building);
  if (options.enum !== undefined) {
    refuseLimits(options, [], { where, kind: 'an enum' });
    return new EnumNode(enumValues(options.enum, where));
  }
  return specNode({ ...declaration, spec: spec as Spec | undefined }, building);
}

function specNode({ spec, options, where }: Declaration, building: Building): TypeNode {
  switch (spec) {
    case String:
      return new TextNode(textLimits(options, where));
    case Number:
      return new NumberNode(numberLimits(options, where));
  }
  if (spec === Date) return dateNode(options, where);
  refuseLimits(options, [], { where, kind: nameOf(spec) });
  if (spec === Boolean) return new BooleanNode();
  if (spec === BigInt) return new BigIntNode();
  if (spec === Buffer || spec === Uint8Array) return new BytesNode();
  if (spec === Object) return new AnyNode('object');
  if (isJsonSpec(spec)) return jsonNode(spec);
  if (isStandardSchema(spec)) return new StandardNode(spec, building.direction);
  if (typeof spec === 'function') return building.classNode(spec as AnyClass, where);
  throw invalid(where, `its type is ${nameOf(spec)}, which is no class, list, Standard Schema or jsonSpec`);
}

/** A schema that says next to nothing is not worth loading Ajv for. */
function jsonNode({ schema, name = '' }: JsonSpec): TypeNode {
  const { type, additionalProperties = true, ...rest } = schema;
  const says =
    Object.keys(rest).length > 0 || additionalProperties !== true || (type !== undefined && type !== 'object');
  return says ? new JsonSchemaNode(schema, name) : new AnyNode(type === 'object' ? 'object' : 'any');
}

function listNode(declaration: Declaration, length: number, building: Building): TypeNode {
  const { options, where } = declaration;
  if (length !== 1) throw invalid(where, `a list names one type of items, as in [String]; this one names ${length}`);
  const item = buildNode({ ...declaration, options: itemOptions(options) }, building);
  const { minItems, maxItems, uniqueItems = false } = options;
  return new ListNode(item, { minItems, maxItems, uniqueItems });
}

function mapNode(spec: Spec, declaration: Declaration, building: Building): TypeNode {
  const { options } = declaration;
  const item = buildNode({ ...declaration, spec, options: itemOptions(options) }, building);
  return new MapNode(item, { minProperties: options.minProperties, maxProperties: options.maxProperties });
}

function unionNode(specs: readonly Spec[], { options, where }: Declaration, building: Building): TypeNode {
  refuseLimits(options, [], { where, kind: 'a union' });
  if (specs.length === 0) throw invalid(where, 'a union names at least one type');
  const members = specs.map((spec) => buildNode({ spec, options: {}, where }, building));
  const union = new UnionNode(members);
  const { discriminator } = options;
  if (discriminator !== undefined) {
    building.afterwards.push(() => (union.discriminator = discriminate(members, discriminator, where)));
  }
  return union;
}

function dateNode(options: TypeOptions, where: string): TypeNode {
  refuseLimits(options, ['format'], { where, kind: 'Date' });
  const { format = 'date-time' } = options;
  if (format !== 'date' && format !== 'date-time')
    throw invalid(where, `a Date has format 'date-time' or 'date', not '${format}'`);
  const found = textFormat(format);
  if ('complaint' in found) throw invalid(where, found.complaint);
  return new DateNode(found);
}

function nameOf(spec: unknown): string {
  return typeof spec === 'function' ? spec.name || 'a class without a name' : `${typeof spec} ${String(spec)}`;
}
