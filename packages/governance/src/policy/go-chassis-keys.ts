import type { Side } from '@ts-chassis/core';

const SPELLINGS = ['cse', 'servicecomb'] as const;
const SIDES: readonly (readonly [type: string, side: Side])[] = [
  ['Consumer', 'consumer'],
  ['Provider', 'provider'],
];
/** How far an alias reaches, with where that stands in the tree of a policy. */
const LEVELS: readonly (readonly [names: string, target: string])[] = [
  ['', ''],
  ['.*', '.services.*'],
  ['.*.*', '.services.*.schemas.*'],
  ['.*.*.*', '.services.*.schemas.*.operations.*'],
];

/**
 * The aliases of go-chassis's keys `cse.{family}.{Consumer|Provider}[.{service}[.{schema}[.{operation}]]].{key}`, in the spelling of its code
 * (`cse`) and in that of its documentation (`servicecomb`).
 *
 * @param family - `circuitBreaker`, `isolation`, ...
 * @param keys - from go-chassis's key to the policy's field
 */
export function goChassisKeys(
  family: string,
  keys: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const aliases: Record<string, string> = {};
  for (const spelling of SPELLINGS) {
    for (const [type, side] of SIDES) {
      for (const [names, target] of LEVELS) {
        for (const [key, field] of Object.entries(keys)) {
          aliases[`${spelling}.${family}.${type}${names}.${key}`] = `${side}${target}.${field}`;
        }
      }
    }
  }
  return aliases;
}
