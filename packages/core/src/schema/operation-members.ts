import { lineage, membersWith, type AnyClass } from '../metadata/annotate.js';
import { HttpRouteKey, OperationKey, ReturnsKey, RpcKey } from './operation-keys.js';

/** The methods that are operations, in the order in which the classes declare them, ancestors' first. */
export function operationMembers(type: AnyClass): readonly string[] {
  const marked = new Set([HttpRouteKey, RpcKey, OperationKey, ReturnsKey].flatMap((key) => membersWith(type, key)));
  const names = new Set(lineage(type).flatMap((ancestor) => Object.getOwnPropertyNames(ancestor.prototype as object)));
  return [...names].filter((name) => marked.has(name));
}
