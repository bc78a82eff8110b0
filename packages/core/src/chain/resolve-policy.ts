import { coreError } from '../errors/core-error.js';
import type { Operation } from '../schema/operation.js';
import { checkMark } from './check-mark.js';
import type { PlanView } from './reads.js';
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
 * @throws ChassisError `CHAIN_INVALID` for one that names a side on which nothing acts on it, or stands on a method around which nothing acts on it;
 * `SCHEMA_INVALID` for fields that are not what its kind knows
 */
export function decoratedHandlers(
  kinds: readonly PolicyKind<object>[],
  operation: Operation,
  side: Side,
): readonly string[] {
  return kinds.flatMap((kind) => {
    const marks = marksOn(operation, kind);
    if (!marks.some((mark) => actsOn(kind, side, mark))) {
      if (side === 'method' && marks.length > 0) throw notForMethods(kind, operation, marks);
      return [];
    }
    const handler = kind.handlers[side];
    if (handler !== undefined) return [handler];
    const sides = Object.keys(kind.handlers).join(', ');
    throw coreError(
      'CHAIN_INVALID',
      `${operation.id}: @${kind.key.name} names the side "${side}"; it acts on ${sides} only`,
    );
  });
}

/** What the decorators of a kind on an operation and on its schema say; both are checked. */
function marksOn(operation: Operation, kind: PolicyKind<object>): readonly PolicyMark<object>[] {
  const { schema, member } = operation;
  const type = schema.type?.name ?? schema.id;
  const places = [
    [schema.read(kind.key), type],
    [operation.read(kind.key), `${type}.${member}`],
  ] as const;
  return places.flatMap(([mark, where]) => {
    if (!mark) return [];
    checkMark(kind, mark, where);
    return [mark];
  });
}

/** A schema has consumers who may read a decorator that its provider does not heed; the method of any other class has nobody else. */
function notForMethods(kind: PolicyKind<object>, operation: Operation, marks: readonly PolicyMark<object>[]): Error {
  const named = marks.find(({ side }) => side !== undefined)?.side;
  const sides = Object.keys(kind.handlers).join(', ');
  const why = named === undefined ? `it acts on ${sides} only` : `it names the side "${named}"`;
  return coreError(
    'CHAIN_INVALID',
    `${operation.id}: @${kind.key.name} has no effect on a method of a plain class: ${why}`,
  );
}

/**
 * The policy in force for an operation by one configuration; see {@link PlanContext.policy}.
 *
 * @param kind - what is asked for
 * @param scope - for which operation, on which side
 * @param view - the configuration
 *
 * @example
 * ```ts
 * const timeout = policyIn(Timeout, { operation, service: 'catalog', side: 'consumer' }, config);
 * ```
 */
export function policyIn<T extends object>(
  kind: PolicyKind<T>,
  scope: PolicyScope,
  view: PlanView,
): Resolved<T> | undefined {
  return resolvePolicy(kind, scope, (key) => (kind.section ? view.section(kind.section) : view.raw(key)));
}

/**
 * Resolves a policy key by key: operation configuration, method decorator, schema configuration, class decorator, service configuration,
 * global configuration, built-in. Undefined when none of them but the built-in says anything.
 *
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
  const keys: Record<string, string> = {};
  // a decorator without fields asks for the built-in values
  let asked = levels.some(({ key, fields }) => fields !== undefined && key === undefined);
  for (const field of Object.keys(kind.schema)) {
    const saying = levels.filter(({ fields }) => said(fields, field) !== undefined);
    const [level] = saying;
    asked ||= level !== undefined;
    const values = [...saying.map(({ fields }) => said(fields, field)), (kind.defaults as Tree)[field]];
    value[field] = values.slice(1).reduce(joined, values[0]);
    origins[field] = level?.origin ?? 'built-in';
    if (level?.key !== undefined) keys[field] = `${level.key}.${field}`;
  }
  return asked
    ? { value: value as T, origins: origins as Resolved<T>['origins'], keys: keys as Resolved<T>['keys'] }
    : undefined;
}

type Tree = Readonly<Record<string, unknown>>;

interface Level {
  readonly origin: string;
  readonly fields: Tree | undefined;
  /** The dotted key of a level of the configuration; a decorator has none. */
  readonly key?: string;
}

function levelsOf<T extends object>(kind: PolicyKind<T>, scope: PolicyScope, root: Tree): readonly Level[] {
  const { operation, service, share } = scope;
  const { schema } = operation;
  const configured = (origin: string, ...path: readonly string[]): readonly Level[] =>
    [[scope.side, ...path], path].map((steps) => ({
      origin: `${origin} configuration`,
      fields: steps.reduce<Tree | undefined>(child, root),
      key: [kind.root, ...steps].join('.'),
    }));
  const decorated = (origin: string, mark: PolicyMark<T> | undefined): Level => ({
    origin: `${origin} decorator`,
    fields: markFor(kind, mark, scope),
  });
  const ofService = ['services', service];
  const ofSchema = [...ofService, 'schemas', schema.id];
  const wide = [...configured('service', ...ofService), ...configured('global')];
  if (share === 'service') return wide;
  const wider = [...configured('schema', ...ofSchema), decorated('class', schema.read(kind.key)), ...wide];
  if (share === 'schema') return wider;
  const narrow = configured('operation', ...ofSchema, 'operations', operation.name);
  return [...narrow, decorated('method', operation.read(kind.key)), ...wider];
}

function markFor<T extends object>(
  kind: PolicyKind<T>,
  mark: PolicyMark<T> | undefined,
  { side }: PolicyScope,
): Tree | undefined {
  return mark && actsOn(kind, side, mark) ? (mark.fields as Tree) : undefined;
}

/** What a level says of a field: an empty value in a file, `undefined` in a decorator and a map without entries say nothing. */
function said(fields: Tree | undefined, field: string): unknown {
  const value = fields && Object.hasOwn(fields, field) ? (fields[field] ?? undefined) : undefined;
  return isTree(value) && Object.keys(value).length === 0 ? undefined : value;
}

/** A value over what wider levels say: of maps the names that only they know are kept. */
function joined(narrow: unknown, wide: unknown): unknown {
  if (!isTree(narrow) || !isTree(wide)) return narrow;
  const names = new Set([...Object.keys(wide), ...Object.keys(narrow)]);
  return Object.fromEntries([...names].map((name) => [name, joined(said(narrow, name) ?? wide[name], wide[name])]));
}

/** Names may hold dots, so the tree is walked, never a dotted key built. */
function child(tree: Tree | undefined, name: string): Tree | undefined {
  const inner = tree && Object.hasOwn(tree, name) ? tree[name] : undefined;
  return isTree(inner) ? inner : undefined;
}

function treeOf(value: unknown): Tree {
  return isTree(value) ? value : {};
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
