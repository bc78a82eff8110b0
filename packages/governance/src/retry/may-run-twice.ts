import type { PlanContext } from '@ts-chassis/core';
import { IdempotentPolicy } from '../policy/idempotent.js';

/** Methods that may be run twice without harm (RFC 9110, 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);

/**
 * Whether an operation may be run twice without harm: as it is told (`@Idempotent()`, `servicecomb.governance.idempotent`), else by its HTTP method;
 * an operation that has none may not. A method of our own class may: who writes a policy on it that runs it twice has said so.
 */
export function mayRunTwice(context: PlanContext): boolean {
  const told = context.policy(IdempotentPolicy)?.value.value;
  if (told !== undefined) return told;
  if (context.side === 'method') return true;
  const method = context.operation.http?.method;
  return method !== undefined && IDEMPOTENT.has(method);
}
