import { coreError } from '../errors/core-error.js';
import { isAnnotated, membersWith, read, type AnyClass } from '../metadata/annotate.js';
import { DeclaredAt } from '../metadata/call-site.js';
import { parameterNames } from '../metadata/constructor-source.js';
import { constructorOwner, constructorTypes, propertyType } from '../metadata/design-types.js';
import type { Need } from './binding.js';
import { likelyEraser } from '../metadata/likely-eraser.js';
import { INJECT, OPTIONAL } from './inject.js';
import { markedProperties, parameterMarks, SITES_KEY, type InjectionSite, type SiteMarks } from './injection-site.js';
import type { FactoryDependency } from './provider.js';
import { isClass, isIdentifier } from './token.js';

const NO_MARKS: SiteMarks = new Map();

/** ` (src/orders.ts:12:1)` for messages; empty when the place is not known. */
export function declaredAt(type: AnyClass): string {
  const place = read(type, DeclaredAt)?.text;
  return place ? ` (${place})` : '';
}

/**
 * What the constructor of a class wants, by position.
 *
 * @throws ChassisError `TYPES_ERASED` or `CONTAINER_INVALID` when a parameter has neither a type nor a mark
 */
export function parameterNeeds(type: AnyClass): readonly Need[] {
  const types = constructorTypes(type);
  const marks = parameterMarks(type);
  const count =
    types?.length ?? Math.max(declaredParameters(type), ...[...marks.keys()].map((index) => (index ?? -1) + 1));
  return Array.from({ length: count }, (_, index) => {
    const own = marks.get(index) ?? NO_MARKS;
    if (!types && !speaksForItself(own)) throw noTypes(type, index);
    const site = { owner: type, index, designType: types?.[index] };
    return toNeed(`parameter ${nameParameter(type, index)} of its constructor`, site, own);
  });
}

/** What the marked properties of a class and its ancestors want. */
export function propertyNeeds(type: AnyClass): readonly (Need & { readonly property: string | symbol })[] {
  return markedProperties(type, membersWith(type, SITES_KEY)).map(({ property, writer, marks }) => {
    const site = { owner: type, property, designType: propertyType(writer, property) };
    return { property, ...toNeed(`its property \`${String(property)}\``, site, marks) };
  });
}

/** What a factory lists in `inject`, by position. */
export function factoryNeeds(dependencies: readonly FactoryDependency[]): readonly Need[] {
  return dependencies.map((dependency, index) => {
    const bare = isIdentifier(dependency) || dependency === undefined;
    const identifier: unknown = bare ? dependency : dependency.token;
    const optional = !bare && (dependency.optional ?? false);
    return { place: `inject[${index}]`, identifier, optional, byType: false, marks: NO_MARKS };
  });
}

function toNeed(place: string, site: InjectionSite, marks: SiteMarks): Need {
  const mark = marks.get(INJECT) as { identifier?: unknown } | undefined;
  const named = mark?.identifier;
  const identifier =
    typeof named === 'function' && !isClass(named) ? (named as () => unknown)() : (named ?? site.designType);
  const foreign = new Map([...marks].filter(([key]) => key !== INJECT && key !== OPTIONAL));
  return { place, identifier, optional: marks.has(OPTIONAL), byType: named === undefined, marks: foreign, site };
}

/** A mark that says what is wanted without the help of a type. */
function speaksForItself(marks: SiteMarks): boolean {
  return [...marks].some(([key, value]) =>
    key === INJECT ? (value as { identifier?: unknown }).identifier !== undefined : key !== OPTIONAL,
  );
}

/** Functions of the old style and built-in classes are bases that are made without arguments. */
function declaredParameters(type: AnyClass): number {
  const owner = constructorOwner(type);
  return Function.prototype.toString.call(owner).startsWith('class') ? owner.length : 0;
}

function nameParameter(type: AnyClass, index: number): string {
  const name = parameterNames(constructorOwner(type))[index];
  return name ? `${index} (\`${name}\`)` : String(index);
}

function noTypes(type: AnyClass, index: number): Error {
  const owner = constructorOwner(type);
  const place = read(owner, DeclaredAt)?.text;
  const parameter = `parameter ${nameParameter(type, index)} of the constructor of ${owner.name}${declaredAt(owner)}`;
  if (!isAnnotated(owner)) {
    const heir = owner === type ? '' : `, which ${type.name} inherits,`;
    return coreError(
      'CONTAINER_INVALID',
      `${parameter}${heir} has no known type, because ${owner.name} has no decorator: put @Injectable() on it`,
    );
  }
  return coreError(
    'TYPES_ERASED',
    `${parameter} has lost its type: ${likelyEraser(place)}. Else name it: @Inject(...)`,
  );
}
