import { coreError } from '../errors/core-error.js';
import { annotate, lineage, readOwn, type AnyClass } from '../metadata/annotate.js';
import { constructorOwner } from '../metadata/design-types.js';
import { metadataKey, type MetadataKey } from '../metadata/metadata-key.js';

/**
 * A place that wants a value: a parameter of a constructor or a property of a class.
 *
 * @example
 * ```ts
 * const resolve: ParameterResolver<string> = (key, site) => `${key} for ${site.owner.name}`;
 * ```
 */
export interface InjectionSite {
  /** The class that is made; a subclass stands here when the parameter is inherited. */
  readonly owner: AnyClass;
  /** The parameter's position in the constructor, from 0. */
  readonly index?: number;
  /** The property's name. */
  readonly property?: string | symbol;
  /** The type the compiler emitted: a class, `Object` for what has none, undefined when types were erased. */
  readonly designType: unknown;
}

/** Everything decorators wrote about one site. */
export type SiteMarks = ReadonlyMap<MetadataKey<unknown>, unknown>;

type Sites = ReadonlyMap<number | undefined, SiteMarks>;

/** On the class: constructor parameters by position; on a member: the property itself, under undefined. */
const SITES = metadataKey<Sites>('injection sites');

/**
 * Writes a mark on a constructor parameter or a property: what a decorator of injected values calls, with the three
 * arguments it was given. The value is found by the parameter resolver of the same key.
 *
 * @param site - `target`, `member` and `index` as the decorator received them
 * @param key - the typed key that the resolver is registered under
 * @param value - what the resolver receives
 * @throws ChassisError `CONTAINER_INVALID` on a parameter of a method or a static property
 *
 * @example
 * ```ts
 * const Env = metadataKey<string>('@Env');
 * const env = (name: string) => (target: object, member?: string | symbol, index?: number): void =>
 *   annotateSite({ target, member, index }, Env, name);
 * ```
 */
export function annotateSite<T>(
  site: { readonly target: object; readonly member: string | symbol | undefined; readonly index: number | undefined },
  key: MetadataKey<T>,
  value: T,
): void {
  const { target, member, index } = site;
  refuse(site, key.name);
  const position = typeof index === 'number' ? index : undefined;
  const update = (own: Sites | undefined): Sites => {
    const marks = new Map(own?.get(position));
    marks.set(key, value);
    return new Map(own).set(position, marks);
  };
  annotate(target, SITES, member === undefined ? { update } : { update, member });
}

/** The marks on the parameters of the constructor that runs for a class, by position. */
export function parameterMarks(type: AnyClass): ReadonlyMap<number | undefined, SiteMarks> {
  return readOwn(constructorOwner(type), SITES) ?? new Map();
}

/** The marked properties of a class and its ancestors: for each the class that wrote the nearest marks. */
export function markedProperties(
  type: AnyClass,
  members: readonly (string | symbol)[],
): readonly { readonly property: string | symbol; readonly writer: AnyClass; readonly marks: SiteMarks }[] {
  const classes = [...lineage(type)].reverse();
  return members.flatMap((property) => {
    const writer = classes.find((candidate) => readOwn(candidate, SITES, property));
    const marks = writer && readOwn(writer, SITES, property)?.get(undefined);
    return writer && marks ? [{ property, writer, marks }] : [];
  });
}

/** The key that `membersWith` finds marked properties by. */
export const SITES_KEY: MetadataKey<unknown> = SITES;

function refuse(
  site: { target: object; member: string | symbol | undefined; index: number | undefined },
  mark: string,
): void {
  const { target, member, index } = site;
  if (member === undefined) return;
  const owner = typeof target === 'function' ? target.name : target.constructor.name;
  const reason =
    typeof index === 'number'
      ? `parameter ${index} of the method ${owner}.${String(member)}`
      : typeof target === 'function' && `the static property ${owner}.${String(member)}`;
  if (reason)
    throw coreError(
      'CONTAINER_INVALID',
      `${mark} stands on ${reason}; it goes on constructor parameters and properties only`,
    );
}
