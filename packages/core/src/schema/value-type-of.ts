import type { AnyClass } from '../metadata/annotate.js';
import type { Extra } from './dto.js';
import type { JsonSchema } from './json-schema.js';
import { buildNode, type Building } from './nodes/build-node.js';
import { completeClass, startClass } from './nodes/class-node.js';
import { Definitions } from './nodes/definitions.js';
import { fallbackOf } from './nodes/fallback.js';
import { invalid } from './nodes/invalid.js';
import { withKeywords } from './nodes/native-type.js';
import { notesOf } from './nodes/notes.js';
import { ObjectNode } from './nodes/object-node.js';
import type { Direction } from './nodes/standard-json.js';
import { StandardNode } from './nodes/standard-node.js';
import type { TypeNode } from './nodes/type-node.js';
import { UnionNode } from './nodes/union-node.js';
import { Walk } from './nodes/walk.js';
import type { Spec } from './spec.js';
import type { TypeOptions } from './type-options.js';
import type { Fault, ValueType } from './value-type.js';

/**
 * How a {@link ValueType} is made.
 *
 * @example
 * ```ts
 * const options: ValueTypeOptions = { direction: 'out', where: 'Catalog.find' };
 * ```
 */
export interface ValueTypeOptions extends TypeOptions {
  /**
   * `in` for what callers send: read-only fields are left out. `out` for results: write-only ones are. Both ends of a call use the same,
   * one to `serialize` and the other to `validate`. Default `in`.
   */
  readonly direction?: Direction;
  /** What becomes of undeclared fields of classes that do not say so themselves; default `drop`. */
  readonly extra?: Extra;
  /** Who declares it, for messages; default: the type's name. */
  readonly where?: string;
}

/**
 * Makes the validator, the serializer and the JSON Schema of a type. Done at start, never per request.
 *
 * @param spec - may be undefined when the options name an `enum`, a `union` or a `map`
 * @throws ChassisError `SCHEMA_INVALID` when it is declared in a way that cannot work, `TYPES_ERASED` when the compiler dropped the types of its fields
 *
 * @example
 * ```ts
 * const book = valueTypeOf(Book);
 * const faults: Fault[] = [];
 * const taken = book.validate(JSON.parse(text), { place: 'body', pointer: '' }, faults);
 * ```
 */
export function valueTypeOf(spec: Spec | undefined, options: ValueTypeOptions = {}): ValueType {
  const where = options.where ?? (typeof spec === 'function' ? spec.name : 'a type');
  const building = new TypeBuilding(options.direction ?? 'in');
  const node = buildNode({ spec: spec ?? options.type, options, where }, building);
  fallbackOf({ node, options, where }, building);
  building.finish();
  return new CompiledType(node, { ...options, where });
}

class TypeBuilding implements Building {
  readonly afterwards: (() => void)[] = [];
  private readonly classes = new Map<AnyClass, ObjectNode>();

  constructor(readonly direction: Direction) {}

  classNode(type: AnyClass, where: string): TypeNode {
    const known = this.classes.get(type);
    if (known) return known;
    const node = startClass(type, where);
    this.classes.set(type, node);
    completeClass(node, type, this);
    return node;
  }

  finish(): void {
    for (const step of this.afterwards) step();
  }
}

class CompiledType implements ValueType {
  readonly name?: string;
  readonly async: boolean;
  readonly converts: boolean;
  private readonly extra: Extra;
  private readonly label: string;
  private described: { readonly json: JsonSchema; readonly definitions: ReadonlyMap<string, JsonSchema> } | undefined;

  constructor(
    private readonly node: TypeNode,
    private readonly options: ValueTypeOptions & { readonly where: string },
  ) {
    if (node instanceof ObjectNode) this.name = node.name;
    const all = reachable(node);
    this.async = all.some((each) => each instanceof StandardNode);
    this.converts = all.some((each) => each.converts);
    this.extra = options.extra ?? 'drop';
    this.label = options.where;
    if (this.async) refuseAmbiguity(all, options.where);
  }

  get json(): JsonSchema {
    return this.describe().json;
  }

  get definitions(): ReadonlyMap<string, JsonSchema> {
    return this.describe().definitions;
  }

  validate(value: unknown, at: { readonly place: string; readonly pointer: string }, faults: Fault[]): unknown {
    const walk = new Walk(at, faults, this.extra);
    if (this.options.secret) walk.secret = 1;
    const before = faults.length;
    const taken = this.node.take(value, walk);
    if (this.async && (walk.pending || taken instanceof Promise)) return this.settle(taken, walk, before);
    return faults.length > before ? undefined : taken;
  }

  serialize(value: unknown): string {
    return this.node.write(value, new Walk({ place: this.label, pointer: '' }, [], this.extra));
  }

  private async settle(taken: unknown, walk: Walk, before: number): Promise<unknown> {
    const [settled] = await Promise.all([taken, ...(walk.pending ?? [])]);
    return walk.faults.length > before ? undefined : settled;
  }

  private describe(): { readonly json: JsonSchema; readonly definitions: ReadonlyMap<string, JsonSchema> } {
    if (this.described) return this.described;
    const definitions = new Definitions();
    const { description: _said, ...notes } = notesOf(this.options, this.node)();
    this.described = { json: withKeywords(this.node.describe(definitions), notes), definitions: definitions.schemas };
    return this.described;
  }
}

function reachable(root: TypeNode): readonly TypeNode[] {
  const seen = new Set<TypeNode>([root]);
  for (const node of seen) for (const child of node.children()) seen.add(child);
  return [...seen];
}

/** Which member fits must be known at once, and a foreign schema may take its time. */
function refuseAmbiguity(nodes: readonly TypeNode[], where: string): void {
  for (const node of nodes) {
    if (
      node instanceof UnionNode &&
      !node.discriminator &&
      reachable(node).some((each) => each instanceof StandardNode)
    ) {
      throw invalid(
        where,
        'a union without a discriminator cannot have a Standard Schema among its members; use the union of that library',
      );
    }
  }
}
