import type { MetadataKey } from '../metadata/metadata-key.js';
import type { JsonSchema } from '../schema/json-schema.js';
import type { Operation } from '../schema/operation.js';
import type { Side } from './side.js';

/**
 * The metadata key of a policy decorator. Written by the decorator, it makes the handler of its kind part of the chain; when no listed
 * plug-in registered the kind, the start is refused and `needs` is named.
 *
 * @example
 * ```ts
 * export const RateLimitKey = policyKey<RateLimitOptions>('RateLimit', '@ts-chassis/governance');
 * ```
 */
export interface PolicyKey<T> extends MetadataKey<PolicyMark<T>> {
  /** The package that brings its kind. */
  readonly needs: string;
}

/**
 * What a policy decorator wrote: some fields, and the side when it names one.
 *
 * @example
 * ```ts
 * annotate(target, RateLimitKey, { value: { fields: { rate: 500 } }, member });
 * ```
 */
export interface PolicyMark<T> {
  readonly fields: Partial<T>;
  readonly side?: Side;
}

/**
 * Makes the key of a policy decorator.
 *
 * @param name - the decorator's name, for messages
 * @param needs - the package that brings its kind
 *
 * @example
 * ```ts
 * const TimeoutKey = policyKey<{ ms: number }>('Timeout', '@ts-chassis/governance');
 * ```
 */
export function policyKey<T>(name: string, needs: string): PolicyKey<T> {
  return { name, needs };
}

/**
 * A kind of policy: its decorator's key, its place in the configuration, its fields and their built-in values, and which handler acts on it.
 *
 * @example
 * ```ts
 * const Timeout: PolicyKind<{ ms: number }> = {
 *   name: 'timeout', key: TimeoutKey, root: 'servicecomb.timeout', defaults: { ms: 30_000 },
 *   schema: { ms: { type: 'integer', minimum: 1 } }, handlers: { provider: 'timeout', consumer: 'timeout', method: 'timeout' },
 * };
 * ```
 */
export interface PolicyKind<T extends object> {
  readonly name: string;
  readonly key: PolicyKey<T>;
  /** Dotted key of its global block; levels stand below it: `{root}.services.{s}.schemas.{c}.operations.{o}.{field}`. */
  readonly root: string;
  readonly defaults: T;
  /** JSON Schema of each field. */
  readonly schema: Readonly<Record<keyof T & string, JsonSchema>>;
  /** The handler that acts on it, by side; a side left out does not know it. */
  readonly handlers: Partial<Readonly<Record<Side, string>>>;
}

/**
 * A policy in force, with the origin of each field.
 *
 * @example
 * ```ts
 * const { value, origins } = resolved; // value.rate 500, origins.rate 'method decorator'
 * ```
 */
export interface Resolved<T> {
  readonly value: T;
  readonly origins: Readonly<Record<keyof T & string, string>>;
}

/**
 * Where a policy is looked up.
 *
 * @example
 * ```ts
 * const scope: PolicyScope = { operation, service: 'catalog', side: 'consumer' };
 * ```
 */
export interface PolicyScope {
  readonly operation: Operation;
  readonly service: string;
  readonly side: Side;
}

type Tree = Readonly<Record<string, unknown>>;

/**
 * Resolves a policy key by key: operation configuration, method decorator, schema configuration, class decorator, service configuration,
 * global configuration, built-in. Undefined when none of them but the built-in says anything.
 *
 * @param kind - what is asked for
 * @param scope - for which operation, on which side
 * @param raw - reads the tree below a dotted key of the configuration
 */
export function resolvePolicy<T extends object>(
  kind: PolicyKind<T>,
  scope: PolicyScope,
  raw: (key: string) => unknown,
): Resolved<T> | undefined {
  const levels = levelsOf(kind, scope, treeOf(raw(kind.root)));
  const value: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  let said = false;
  for (const field of Object.keys(kind.schema)) {
    const level = levels.find(([, fields]) => fields !== undefined && Object.hasOwn(fields, field));
    said ||= level !== undefined;
    value[field] = level ? level[1]?.[field] : (kind.defaults as Tree)[field];
    origins[field] = level ? level[0] : 'built-in';
  }
  const marked = levels.some(([origin, fields]) => fields !== undefined && origin.endsWith('decorator'));
  return said || marked ? { value: value as T, origins: origins as Resolved<T>['origins'] } : undefined;
}

function levelsOf<T extends object>(
  kind: PolicyKind<T>,
  { operation, service, side }: PolicyScope,
  root: Tree,
): readonly (readonly [origin: string, fields: Tree | undefined])[] {
  const ofService = child(root, 'services', service);
  const ofSchema = child(ofService, 'schemas', operation.schema.id);
  const ofOperation = child(ofSchema, 'operations', operation.name);
  return [
    ['operation configuration', ofOperation],
    ['method decorator', markFor(operation.read(kind.key), side)],
    ['schema configuration', ofSchema],
    ['class decorator', markFor(operation.schema.read(kind.key), side)],
    ['service configuration', ofService],
    ['global configuration', root],
  ];
}

function markFor<T>(mark: PolicyMark<T> | undefined, side: Side): Tree | undefined {
  if (!mark || (mark.side !== undefined && mark.side !== side)) return undefined;
  return mark.fields as Tree;
}

/** Names may hold dots, so the tree is walked, never a dotted key built. */
function child(tree: Tree, group: string, name: string): Tree {
  const members = treeOf(tree[group]);
  return Object.hasOwn(members, name) ? treeOf(members[name]) : {};
}

function treeOf(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}
