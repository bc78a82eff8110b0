import 'reflect-metadata/lite';
import { lineage, type AnyClass } from './annotate.js';
import { declaresConstructor } from './constructor-source.js';

/** Two copies of reflect-metadata share `Reflect`, so the compiler's calls always land where we read. */
const reflect = Reflect as typeof Reflect & {
  getOwnMetadata(key: string, target: object, member?: string | symbol): unknown;
};

/**
 * The class of the chain whose constructor runs with the arguments that `new type(...)` is given: the nearest one that
 * declares a constructor, else the root.
 */
export function constructorOwner(type: AnyClass): AnyClass {
  const classes = lineage(type);
  for (let index = classes.length - 1; index > 0; index--) {
    const candidate = classes[index]!;
    if (emittedTypes(candidate) || candidate.length > 0 || declaresConstructor(candidate)) return candidate;
  }
  return classes[0]!;
}

/**
 * The constructor parameter types the compiler emitted for the class that declares the constructor; undefined when
 * none were emitted (no decorator on the class, or a compiler that erases types).
 */
export function constructorTypes(type: AnyClass): readonly unknown[] | undefined {
  return emittedTypes(constructorOwner(type));
}

/** The parameter types of a method as emitted on the very class that is given, not on its ancestors. */
export function methodTypes(type: AnyClass, member: string | symbol): readonly unknown[] | undefined {
  return reflect.getOwnMetadata('design:paramtypes', type.prototype as object, member) as unknown[] | undefined;
}

/** The emitted type of a property as declared on the very class that is given, not on its ancestors. */
export function propertyType(type: AnyClass, member: string | symbol): unknown {
  return reflect.getOwnMetadata('design:type', type.prototype as object, member);
}

/** The emitted result type of a method, as `propertyType`. */
export function resultType(type: AnyClass, member: string | symbol): unknown {
  return reflect.getOwnMetadata('design:returntype', type.prototype as object, member);
}

function emittedTypes(type: AnyClass): readonly unknown[] | undefined {
  return reflect.getOwnMetadata('design:paramtypes', type) as unknown[] | undefined;
}
