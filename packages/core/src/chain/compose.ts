import type { ChainHandler, PlanContext, PlannedHandler } from './handler.js';
import type { Next } from '../invocation/next.js';

/** One named link on its way into a chain. */
export interface Link {
  readonly name: string;
  readonly handler: ChainHandler | PlannedHandler;
}

/**
 * Nests the links around the last one, from the inside out. There is no cursor on the invocation, so any `next` may be called again.
 *
 * @param links - first to last
 * @param last - what ends the chain
 * @param contextOf - the plan context for a link, which knows the link's name
 */
export function compose(links: readonly Link[], last: Next, contextOf: (name: string) => PlanContext): Next {
  return links.reduceRight<Next>((next, { name, handler }) => {
    if ('plan' in handler) return handler.plan(contextOf(name), next);
    return (invocation) => handler.handle(invocation, next);
  }, last);
}
