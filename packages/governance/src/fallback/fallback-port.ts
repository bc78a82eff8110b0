import { port, type ChassisError, type Invocation } from '@ts-chassis/core';

/**
 * Answers in the place of calls that failed, for whatever operation names it in the configuration; gives back, or resolves with, the value of the reply.
 *
 * @param error - why it failed
 * @param invocation - the call
 *
 * @example
 * ```ts
 * const empty: NamedFallback = (error, { operation }) => (operation.result.stream ? [] : null);
 * ```
 */
export type NamedFallback = (error: ChassisError, invocation: Invocation) => unknown;

/**
 * Where plug-ins put fallbacks that the configuration names, as go-chassis's `RegisterFallback`.
 *
 * @example
 * ```ts
 * const plugin: Plugin = {
 *   name: 'last known',
 *   install(host) { host.extend(FallbackPort, 'last-known', () => (error, { operation }) => `nothing known of ${operation.id}`); },
 * };
 * ```
 */
export const FallbackPort = port<NamedFallback>('fallback');
