import type { PlanContext } from '@ts-chassis/core';

/** Whose further tries are counted together: those of a called service; a method of our own has a budget of its own. */
export function budgetName({ side, service, operation }: PlanContext): string {
  return side === 'method' ? `method ${operation.id}` : `service ${service}`;
}
