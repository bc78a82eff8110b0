import type { Invocation } from '../invocation/invocation.js';
import { writePropagation } from '../invocation/propagation.js';

/**
 * All headers of a call as a message holds them: its own, and over them those of propagation: caller, context, remaining time.
 *
 * @param invocation - of the consumer side
 * @param elapsedMs - `clock.elapsed()` now
 *
 * @example
 * ```ts
 * send(codec.encode([operation.id, sentHeaders(invocation, clock.elapsed()), namedArguments(invocation)]));
 * ```
 */
export function sentHeaders(
  invocation: Invocation,
  elapsedMs: number,
): Readonly<Record<string, string | readonly string[]>> {
  const headers: Record<string, string | readonly string[]> = {};
  const { record } = invocation.headers;
  for (const name in record) if (record[name] !== undefined) headers[name] = record[name];
  return Object.assign(headers, writePropagation(invocation, invocation.source.service, elapsedMs));
}
