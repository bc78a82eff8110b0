import { coreError } from '../errors/core-error.js';
import type { Operation } from '../schema/operation.js';
import type { PolicyKind, PolicyMark, Resolved } from './policy.js';
import type { Side } from './side.js';
import type { StateOptions } from './state-options.js';

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
  /** Leaves out what is said of anything narrower: of the operation, or of the schema too. */
  readonly share?: StateOptions['share'];
}

/** Whether a decorator of a kind acts on a side: the one it names, else the sides at home. */
export function actsOn<T extends object>(kind: PolicyKind<T>, side: Side, mark?: Pick<PolicyMark<T>, 'side'>): boolean {
  if (mark?.side !== undefined) return mark.side === side;
  return kind.handlers[side] !== undefined && (side === 'method' || (kind.home?.includes(side) ?? true));
}

/**
 * The handlers that the policy decorators on an operation and its schema ask for.
 *
 * @throws ChassisError `CHAIN_INVALID` for one that names a side on which nothing acts on it
 */
export function decoratedHandlers(
  kinds: readonly PolicyKind<object>[],
  operation: Operation,
  side: Side,
): readonly string[] {
  return kinds.flatMap((kind) => {
    const marks = [operation.schema.read(kind.key), operation.read(kind.key)];
    if (!marks.some((mark) => mark && actsOn(kind, side, mark))) return [];
    const handler = kind.handlers[side];
    if (handler !== undefined) return [handler];
    const sides = Object.keys(kind.handlers).join(', ');
    throw coreError(
      'CHAIN_INVALID',
      `${operation.id}: @${kind.key.name} names the side "${side}"; it acts on ${sides} only`,
    );
  });
}

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
  // a decorator without fields asks for the built-in values
  let asked = levels.some(({ origin, fields }) => fields !== undefined && origin.endsWith('decorator'));
  for (const field of Object.keys(kind.schema)) {
    const level = levels.find(({ fields }) => said(fields, field) !== undefined);
    asked ||= level !== undefined;
    value[field] = level ? said(level.fields, field) : (kind.defaults as Tree)[field];
    origins[field] = level?.origin ?? 'built-in';
  }
  return asked ? { value: value as T, origins: origins as Resolved<T>['origins'] } : undefined;
}

type Tree = Readonly<Record<string, unknown>>;

interface Level {
  readonly origin: string;
  readonly fields: Tree | undefined;
}

function levelsOf<T extends object>(kind: PolicyKind<T>, scope: PolicyScope, root: Tree): readonly Level[] {
  const { operation, service, share } = scope;
  const ofService = child(root, 'services', service);
  const ofSchema = child(ofService, 'schemas', operation.schema.id);
  const levels: readonly Level[] = [
    { origin: 'operation configuration', fields: child(ofSchema, 'operations', operation.name) },
    { origin: 'method decorator', fields: markFor(kind, operation.read(kind.key), scope) },
    { origin: 'schema configuration', fields: ofSchema },
    { origin: 'class decorator', fields: markFor(kind, operation.schema.read(kind.key), scope) },
    { origin: 'service configuration', fields: ofService },
    { origin: 'global configuration', fields: root },
  ];
  return levels.slice(share === 'service' ? 4 : share === 'schema' ? 2 : 0);
}

function markFor<T extends object>(
  kind: PolicyKind<T>,
  mark: PolicyMark<T> | undefined,
  { side }: PolicyScope,
): Tree | undefined {
  return mark && actsOn(kind, side, mark) ? (mark.fields as Tree) : undefined;
}

/** What a level says of a field: an empty value in a file and `undefined` in a decorator say nothing. */
function said(fields: Tree | undefined, field: string): unknown {
  return fields && Object.hasOwn(fields, field) ? (fields[field] ?? undefined) : undefined;
}

/** Names may hold dots, so the tree is walked, never a dotted key built. */
function child(tree: Tree, group: string, name: string): Tree {
  const members = treeOf(tree[group]);
  return Object.hasOwn(members, name) ? treeOf(members[name]) : {};
}

function treeOf(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}
