import { slot, type Invocation } from '@ts-chassis/core';

/** Which try a call is, from 2, told to the callee. */
export const ATTEMPT_HEADER = 'x-chassis-attempt';

/** Set on calls that are tried again should they fail. */
export const Retried = slot<true>('tried again');

/**
 * Whether a call is made inside another one that is tried again by itself: in this process, or by a trusted caller who says that this is not its
 * first try. If both tried again, a failure at the end of a chain of services would multiply at each step.
 */
export function isInsideRetry(invocation: Invocation): boolean {
  for (let outer = invocation.parent; outer; outer = outer.parent) {
    if (outer.get(Retried)) return true;
    // a method of our own shows the headers of the request it runs in, which may be a stranger's
    const told = outer.self === undefined && outer.source.trusted;
    if (told && Number(outer.headers.get(ATTEMPT_HEADER)) > 1) return true;
  }
  return false;
}
