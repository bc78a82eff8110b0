import 'reflect-metadata';
import { lineage, type AnyClass } from './annotate.js';

/** Two copies of reflect-metadata share `Reflect`, so the compiler's calls always land where we read. */
const reflect = Reflect as typeof Reflect & {
  getOwnMetadata(key: string, target: object, member?: string | symbol): unknown;
};

/**
 * The constructor parameter types the compiler emitted for the class that declares the constructor; undefined when
 * none were emitted (no decorator on the class, or a compiler that erases types).
 */
export function constructorTypes(type: AnyClass): readonly unknown[] | undefined {
  for (const ancestor of [...lineage(type)].reverse()) {
    const types = reflect.getOwnMetadata('design:paramtypes', ancestor) as unknown[] | undefined;
    if (types) return types;
    if (declaresConstructor(ancestor)) return undefined;
  }
  return undefined;
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

function declaresConstructor(type: AnyClass): boolean {
  return type.length > 0 || /^class\b[^{]*\{[\s\S]*?\bconstructor\s*\(/.test(Function.prototype.toString.call(type));
}
