import { coreError } from '../errors/core-error.js';
import { rankOf, YOURS, YOURS_AFTER_BIND } from './order.js';
import type { Side } from './side.js';

/** A link and where it wants to stand. */
export interface Placed {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

interface Placement {
  readonly name: string;
  readonly rank: number;
}

/**
 * Puts the added links among the base, which keeps its order. A link stands next to its anchor; an anchor that is not in the chain stands
 * for its place in the order; without an anchor its own place in the order counts, else that of the handlers of users.
 *
 * @throws ChassisError `CHAIN_INVALID` when anchors form a circle or nobody knows them
 */
export function placeHandlers(side: Side, links: { readonly base: readonly Placed[]; readonly added: readonly Placed[] }): readonly string[] {
  const chain: Placement[] = links.base.map((link) => ({ name: link.name, rank: ownRank(side, link) }));
  let waiting = links.added;
  while (waiting.length > 0) {
    const names = new Set(waiting.map((link) => link.name));
    const ready = waiting.filter((link) => !names.has(link.after ?? link.before ?? ''));
    if (ready.length === 0) throw circle(side, waiting);
    for (const link of ready) insert(side, chain, link);
    waiting = waiting.filter((link) => !ready.includes(link));
  }
  return chain.map((placement) => placement.name);
}

function insert(side: Side, chain: Placement[], link: Placed): void {
  const anchor = link.after ?? link.before;
  const at = anchor === undefined ? -1 : chain.findIndex((placement) => placement.name === anchor);
  const near = chain[at];
  if (!near) {
    const rank = ownRank(side, link);
    const index = chain.findIndex((placement) => placement.rank > rank);
    chain.splice(index < 0 ? chain.length : index, 0, { name: link.name, rank });
    return;
  }
  if (link.before !== undefined && link.after === undefined) {
    chain.splice(at, 0, { name: link.name, rank: near.rank - 0.25 });
    return;
  }
  // after those that stand behind the same anchor already, so that they keep the order they were declared in
  const rank = near.rank + 0.25;
  let index = at + 1;
  while (chain[index]?.rank === rank) index += 1;
  chain.splice(index, 0, { name: link.name, rank });
}

function ownRank(side: Side, link: Placed): number {
  const own = rankOf(side, link.name);
  if (own !== undefined) return own;
  if (link.after === 'bind' && side === 'provider') return rankOf(side, YOURS_AFTER_BIND) ?? 0;
  const anchor = link.after ?? link.before;
  if (anchor === undefined) return rankOf(side, YOURS) ?? 0;
  const rank = rankOf(side, anchor);
  if (rank === undefined) {
    const word = link.after === undefined ? 'before' : 'after';
    throw coreError('CHAIN_INVALID', `handler "${link.name}" (${side}): ${word}: "${anchor}" names no handler of this chain`);
  }
  return link.after === undefined ? rank - 0.25 : rank + 0.25;
}

function circle(side: Side, waiting: readonly Placed[]): Error {
  const path = waiting.map((link) => `${link.name} ${link.after ? `after ${link.after}` : `before ${link.before}`}`);
  return coreError('CHAIN_INVALID', `${side} handlers are ordered in a circle: ${path.join(', ')}`);
}
