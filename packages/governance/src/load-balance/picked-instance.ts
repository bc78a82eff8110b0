import { slot } from '@ts-chassis/core';

/**
 * The id of the instance that the balancer picked for a try. Written on the invocation of the try before the next link sees it; a call whose
 * endpoint was preset has none.
 *
 * @example
 * ```ts
 * const instance = invocation.get(PickedInstance); // 'e1f0...'
 * ```
 */
export const PickedInstance = slot<string>('picked instance');
