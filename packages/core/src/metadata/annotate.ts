import type { MetadataKey } from './metadata-key.js';

/**
 * Any class, abstract ones too.
 *
 * @example
 * ```ts
 * function nameOf(type: AnyClass): string { return type.name; }
 * ```
 */
// oxlint-disable-next-line typescript/no-explicit-any -- a constructor type must accept every parameter list
export type AnyClass<T = unknown> = abstract new (...args: any[]) => T;

/**
 * A class that `new` can make.
 *
 * @example
 * ```ts
 * function make<T>(type: Newable<T>): T { return new type(); }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as `AnyClass`
export type Newable<T = unknown> = new (...args: any[]) => T;

/** On the class itself stands under this name what a member's decorators write under the member's own. */
const CLASS = Symbol('class');

type Member = string | symbol;
type Store = Map<Member, Map<MetadataKey<unknown>, unknown>>;

/** One symbol property of the class holds everything; it is own, so a subclass never writes into its ancestor. */
const STORE = Symbol.for('ts-chassis.metadata');

/**
 * Writes metadata: the only writer. Decorators call this and do nothing else.
 *
 * @param target - the class, or its prototype as member decorators receive it
 * @param key - the typed place
 * @param write - the value, or a function from what this very class wrote so far to the new value; and the member's name, the class itself when left out
 *
 * @example
 * ```ts
 * export const Owner = metadataKey<string>('owner');
 * export const OwnedBy = (name: string): ClassDecorator => (target) => annotate(target, Owner, { value: name });
 * ```
 */
export function annotate<T>(
  target: object,
  key: MetadataKey<T>,
  write: { value: T; member?: Member } | { update: (own: T | undefined) => T; member?: Member },
): void {
  const type = typeof target === 'function' ? target : target.constructor;
  const members = ownStore(type) ?? define(type);
  const member = write.member ?? CLASS;
  let values = members.get(member);
  if (!values) members.set(member, (values = new Map()));
  values.set(key, 'update' in write ? write.update(values.get(key) as T | undefined) : write.value);
}

/**
 * Reads metadata: the only reader. The nearest class of the prototype chain wins, unless the key merges.
 *
 * @param type - the class
 * @param key - the typed place
 * @param member - the member's name; the class itself when left out
 *
 * @example
 * ```ts
 * const owner = read(Catalog, Owner) ?? 'nobody';
 * ```
 */
export function read<T>(type: AnyClass, key: MetadataKey<T>, member: Member = CLASS): T | undefined {
  let found: T | undefined;
  for (const ancestor of lineage(type)) {
    const own = ownStore(ancestor)?.get(member)?.get(key) as T | undefined;
    if (own === undefined) continue;
    if (found === undefined || !key.merge) found = own;
    else found = key.merge(found, own);
  }
  return found;
}

/**
 * Reads what one class wrote itself, without its ancestors.
 *
 * @example
 * ```ts
 * const isSchemaItself = readOwn(Catalog, SchemaKey) !== undefined;
 * ```
 */
export function readOwn<T>(type: AnyClass, key: MetadataKey<T>, member: Member = CLASS): T | undefined {
  return ownStore(type)?.get(member)?.get(key) as T | undefined;
}

/**
 * Whether a decorator of this framework stands on the class itself, not on an ancestor or a member only.
 *
 * @example
 * ```ts
 * isAnnotated(OrderService); // true after `@Injectable() class OrderService {}`
 * ```
 */
export function isAnnotated(type: AnyClass): boolean {
  return ownStore(type)?.has(CLASS) ?? false;
}

/**
 * The members, ancestors' first, that carry a key.
 *
 * @example
 * ```ts
 * for (const method of membersWith(Catalog, HttpRoute)) console.log(String(method));
 * ```
 */
export function membersWith(type: AnyClass, key: MetadataKey<unknown>): readonly Member[] {
  const names = new Set<Member>();
  for (const ancestor of lineage(type)) {
    for (const [member, values] of ownStore(ancestor) ?? []) {
      if (member !== CLASS && values.has(key)) names.add(member);
    }
  }
  return [...names];
}

/**
 * Every key that a class and its ancestors carry, with the member it stands on; undefined for the class itself.
 *
 * @example
 * ```ts
 * for (const { key, member } of marksOf(Catalog)) console.log(key.name, member);
 * ```
 */
export function marksOf(
  type: AnyClass,
): readonly { readonly key: MetadataKey<unknown>; readonly member: Member | undefined }[] {
  return lineage(type).flatMap((ancestor) =>
    [...(ownStore(ancestor) ?? [])].flatMap(([member, values]) =>
      [...values.keys()].map((key) => ({ key, member: member === CLASS ? undefined : member })),
    ),
  );
}

/**
 * A class and its ancestors, the most distant first.
 *
 * @example
 * ```ts
 * lineage(CatalogService); // [Catalog, CatalogService]
 * ```
 */
export function lineage(type: AnyClass): readonly AnyClass[] {
  const classes: AnyClass[] = [];
  for (
    let current: unknown = type;
    typeof current === 'function' && current !== Function.prototype;
    current = Object.getPrototypeOf(current)
  ) {
    classes.unshift(current as AnyClass);
  }
  return classes;
}

function ownStore(type: object): Store | undefined {
  return Object.hasOwn(type, STORE) ? (type as { [STORE]: Store })[STORE] : undefined;
}

function define(type: object): Store {
  const store: Store = new Map();
  Object.defineProperty(type, STORE, { value: store });
  return store;
}
