import { coreError, nearestName, type ChassisError, type ErrorKind, type Invocation } from '@ts-chassis/core';
import type { FallbackFields, FallbackFunction } from '../policy/fallback.js';
import type { NamedFallback } from './fallback-port.js';

/** What is done instead of failing. */
export interface StandIn {
  readonly answer: NamedFallback;
  isFor(error: ChassisError): boolean;
}

/** What go-chassis calls circuit-type rejections. */
const REFUSED: ReadonlySet<string> = new Set(['CIRCUIT_OPEN', 'BULKHEAD_FULL', 'FALLBACK_FORCED']);

/** Fallbacks by name, and where the name is written. */
export interface NamedFallbacks {
  /** Those of the port. */
  readonly named: ReadonlyMap<string, NamedFallback>;
  /** For the message. */
  readonly key: string;
}

/**
 * What a policy does instead of failing; undefined when failures stay as they are.
 *
 * @throws ChassisError `CONFIG_INVALID` for a name that nobody brought
 */
export function standInOf(
  { policy, on }: Pick<FallbackFields, 'policy' | 'on'>,
  { named, key }: NamedFallbacks,
): StandIn | undefined {
  if (policy === 'throwexception') return undefined;
  if (policy === 'returnnull') return { answer: () => null, isFor: kindsOr(on, isRefusal) };
  const answer = typeof policy === 'function' ? called(policy) : named.get(policy);
  if (!answer) throw coreError('CONFIG_INVALID', `${key}: ${unknown(policy as string, named.keys())}`);
  return { answer, isFor: kindsOr(on, () => true) };
}

function kindsOr(
  on: readonly ErrorKind[] | undefined,
  otherwise: (error: ChassisError) => boolean,
): (error: ChassisError) => boolean {
  if (!on) return otherwise;
  const kinds = new Set<string>(on);
  return (error) => kinds.has(error.kind);
}

/** What another service refused is its failure like any other. */
function isRefusal({ code, remote }: ChassisError): boolean {
  return !remote && REFUSED.has(code);
}

function called(run: FallbackFunction): NamedFallback {
  const answer = run as (self: unknown, error: ChassisError, ...args: readonly unknown[]) => unknown;
  return (error, invocation: Invocation) => answer(invocation.self, error, ...invocation.args);
}

function unknown(name: string, known: Iterable<string>): string {
  const names = ['throwexception', 'returnnull', ...known];
  const meant = nearestName(name, names);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return `expected one of ${names.join(', ')}${hint}, got "${name}"`;
}
