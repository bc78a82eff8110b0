import { coreError } from '../errors/core-error.js';
import { BIND, END, rankOf, YOURS, YOURS_AFTER_BIND } from './order.js';
import type { Side } from './side.js';

/** A link and where it wants to stand. */
export interface Placed {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/** What a chain is put together from. */
export interface Placing {
  /** Keeps its order; anchors count for nothing in it. */
  readonly base: readonly Placed[];
  /** Put among the base, in this order where nothing else decides. */
  readonly added: readonly Placed[];
  /** A link that stands in no chain here, for the place it would have. */
  find?(name: string): Placed | undefined;
}

interface Placement {
  readonly name: string;
  readonly rank: number;
  /** The link it was put right behind. */
  readonly behind?: string;
}

/**
 * Puts the added links among the base, which keeps its order. A link stands next to its anchor; an anchor that is not in the chain stands
 * for its place in the order; without an anchor its own place in the order counts, else that of the handlers of users.
 *
 * @throws ChassisError `CHAIN_INVALID` when anchors form a circle or nobody knows them
 */
export function placeHandlers(side: Side, placing: Placing): readonly string[] {
  const ranks = new Ranks(side, placing);
  const chain: Placement[] = placing.base.map((link) => ({ name: link.name, rank: ranks.of(link) }));
  let waiting = placing.added;
  while (waiting.length > 0) {
    const names = new Set(waiting.map((link) => link.name));
    const ready = waiting.filter(({ before = '', after = '' }) => !names.has(before) && !names.has(after));
    if (ready.length === 0) throw circle(side, waiting);
    for (const link of ready) insert(chain, link, { side, rank: ranks.of(link) });
    waiting = waiting.filter((link) => !ready.includes(link));
  }
  return chain.map((placement) => placement.name);
}

function insert(chain: Placement[], link: Placed, { side, rank }: { side: Side; rank: number }): void {
  const { name } = link;
  const lower = indexOf(chain, link.after) + 1;
  const before = indexOf(chain, link.before);
  if (before >= 0 && before < lower) throw circle(side, [link]);
  if (lower > 0) {
    let index = lower;
    // behind those that stand behind the same anchor already, so that they keep the order they were declared in
    while (chain[index]?.behind === link.after && index !== before) index += 1;
    chain.splice(index, 0, {
      name,
      rank: chain[lower - 1]?.rank ?? rank,
      ...(link.after !== undefined && { behind: link.after }),
    });
  } else if (before >= 0) {
    chain.splice(before, 0, { name, rank: chain[before]?.rank ?? rank });
  } else {
    const index = chain.findIndex((placement) => placement.rank > rank);
    chain.splice(index < 0 ? chain.length : index, 0, { name, rank });
  }
}

function indexOf(chain: readonly Placement[], anchor: string | undefined): number {
  return anchor === undefined ? -1 : chain.findIndex((placement) => placement.name === anchor);
}

/** The place that each link has by itself, whoever else is in the chain. */
class Ranks {
  readonly #links: ReadonlyMap<string, Placed>;

  constructor(
    private readonly side: Side,
    private readonly placing: Placing,
  ) {
    this.#links = new Map([...placing.base, ...placing.added].map((link) => [link.name, link]));
  }

  of(link: Placed, inside: readonly Placed[] = []): number {
    const own = rankOf(this.side, link.name);
    if (own !== undefined) return own;
    if (inside.includes(link)) throw circle(this.side, inside);
    const anchor = link.after ?? link.before;
    if (anchor === undefined) return rankOf(this.side, YOURS) ?? 0;
    if (link.after === BIND && this.side === 'provider') return rankOf(this.side, YOURS_AFTER_BIND) ?? 0;
    if (link.after === END[this.side]) throw this.#misplaced(link, 'nothing stands behind the end of a chain');
    const known = rankOf(this.side, anchor);
    if (known !== undefined) return link.after === undefined ? known - 0.5 : known + 0.5;
    const other = this.#links.get(anchor) ?? this.placing.find?.(anchor);
    if (!other) throw this.#misplaced(link, `nobody knows a ${this.side} handler of that name`);
    return this.of(other, [...inside, link]);
  }

  #misplaced({ name, before, after }: Placed, why: string): Error {
    const where = after === undefined ? `before: "${before}"` : `after: "${after}"`;
    return coreError('CHAIN_INVALID', `handler "${name}" (${this.side}), ${where}: ${why}`);
  }
}

function circle(side: Side, links: readonly Placed[]): Error {
  const path = links.map(({ name, before, after }) =>
    [name, after && `after ${after}`, before && `before ${before}`].filter(Boolean).join(' '),
  );
  return coreError('CHAIN_INVALID', `${side} handlers are ordered in a circle: ${path.join(', ')}`);
}
