import type { Logger, PlanContext } from '@ts-chassis/core';

/**
 * Says that a guard is to be kept for each instance, but stands in a configured chain where no instance is picked yet: it is then one for all of them. Undefined
 * on the sides that have no instances, where this is what the scope means.
 *
 * @param handler - the link that stands too early
 */
export function unplacedWarning(
  { side, service, operation }: PlanContext,
  handler: string,
  logger: Logger,
): (() => void) | undefined {
  if (side !== 'consumer') return undefined;
  const message = `the link "${handler}" stands before "loadbalance": its policy is for each instance, but is kept once for all of them`;
  return () => logger.warn(message, { service, operation: operation.id });
}
