import { slot } from '@ts-chassis/core';

/**
 * The instances that earlier tries of a call went to, as `host:port` of the endpoints that were picked. Written by `retry` and `hedge`, read by
 * balancers: a tried instance is picked again only when no other is left.
 *
 * @example
 * ```ts
 * const tried = invocation.get(TriedInstances);
 * const fresh = candidates.filter(({ endpoint }) => !tried?.has(authorityOf(endpoint)));
 * ```
 */
export const TriedInstances = slot<ReadonlySet<string>>('tried instances');
