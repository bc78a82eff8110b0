import { coreError } from '../errors/core-error.js';
import type { Next } from '../invocation/next.js';
import type { ChainHandler, PlanContext, PlannedHandler } from './handler.js';

/** One named link on its way into a chain. */
export interface Link {
  readonly name: string;
  readonly handler: ChainHandler | PlannedHandler;
  /** Told that the handler has nothing to do here: it planned itself away. */
  idle?(): void;
}

/**
 * Nests the links around the last one, from the inside out. There is no cursor on the invocation, so any `next` may be called again. What a
 * link throws at once its `next` rejects with, so that those around it may as well use `then` and `catch`.
 *
 * @param links - first to last
 * @param last - what ends the chain; never throws at once
 * @param contextOf - the plan context for a link, which knows the link's name
 * @throws ChassisError `CHAIN_PLAN_FAILED` when a link cannot be planned
 */
export function compose(links: readonly Link[], last: Next, contextOf: (name: string) => PlanContext): Next {
  return links.reduceRight<Next>((next, link) => {
    const { handler } = link;
    if ('plan' in handler) return planned(handler, { link, next, contextOf });
    return (invocation) => {
      try {
        return handler.handle(invocation, next);
      } catch (error) {
        return Promise.reject(error as Error);
      }
    };
  }, last);
}

function planned(
  handler: PlannedHandler,
  place: { link: Link; next: Next; contextOf(name: string): PlanContext },
): Next {
  const run = attempt(handler, place);
  if (run === place.next) {
    place.link.idle?.();
    return run;
  }
  return (invocation) => {
    try {
      return run(invocation);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  };
}

function attempt(handler: PlannedHandler, { link, next, contextOf }: Parameters<typeof planned>[1]): Next {
  const { name } = link;
  try {
    return handler.plan(contextOf(name), next);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw coreError('CHAIN_PLAN_FAILED', `the handler "${name}" cannot be planned: ${message}`, { cause: error });
  }
}
