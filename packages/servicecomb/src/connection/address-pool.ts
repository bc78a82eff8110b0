import type { Address } from './address.js';

/** Addresses that the control plane itself told, by how near they are. */
export interface ToldAddresses {
  readonly near: readonly Address[];
  readonly far: readonly Address[];
}

/** How often in a row a look at an address has to turn out before it counts. */
const GOOD_LOOKS = 2;
const BAD_LOOKS = 3;

interface Standing {
  available: boolean;
  /** Looks in a row that turned out as the last one: above zero good ones, below zero bad ones. */
  streak: number;
}

/**
 * The addresses of one control plane, in the order to try them: those of the own zone, others, those configured; each row turned by one
 * with each question. Those that failed come after all others and are never left out: there is always one to try.
 */
export class AddressPool {
  readonly #configured: readonly Address[];
  readonly #standings = new Map<string, Standing>();
  #rows: readonly (readonly Address[])[];
  #turn = 0;

  /** @param configured - at least one */
  constructor(configured: readonly Address[]) {
    this.#configured = configured;
    this.#rows = [configured];
  }

  /** Each address once. */
  get all(): readonly Address[] {
    return unique(this.#rows.flat());
  }

  /** Whom to ask, in this order. */
  candidates(): readonly Address[] {
    const turn = this.#turn;
    this.#turn = (turn + 1) % Number.MAX_SAFE_INTEGER;
    const ordered = unique(this.#rows.flatMap((row) => turned(row, turn)));
    const available = ordered.filter((address) => this.isAvailable(address));
    return available.length === ordered.length
      ? ordered
      : [...available, ...ordered.filter((address) => !this.isAvailable(address))];
  }

  isAvailable({ origin }: Address): boolean {
    return this.#standings.get(origin)?.available ?? true;
  }

  /** It answered a request. */
  worked({ origin }: Address): void {
    this.#standings.delete(origin);
  }

  /** It failed a request: it comes last from now on, until it answers or two looks in a row are good. */
  failed({ origin }: Address): void {
    this.#standings.set(origin, { available: false, streak: 0 });
  }

  /** How a look at it turned out; one look alone changes nothing. */
  looked({ origin }: Address, isGood: boolean): void {
    const standing = this.#standings.get(origin) ?? { available: true, streak: 0 };
    const { streak } = standing;
    standing.streak = isGood ? Math.max(streak, 0) + 1 : Math.min(streak, 0) - 1;
    if (standing.streak >= GOOD_LOOKS) standing.available = true;
    if (standing.streak <= -BAD_LOOKS) standing.available = false;
    this.#standings.set(origin, standing);
  }

  /** The control plane told its addresses: they replace those that it told before. */
  told({ near, far }: ToldAddresses): void {
    this.#rows = [near, far, this.#configured];
    const known = new Set(this.all.map(({ origin }) => origin));
    for (const origin of this.#standings.keys()) if (!known.has(origin)) this.#standings.delete(origin);
  }
}

function turned(row: readonly Address[], turn: number): readonly Address[] {
  if (row.length < 2) return row;
  const at = turn % row.length;
  return [...row.slice(at), ...row.slice(0, at)];
}

function unique(addresses: readonly Address[]): readonly Address[] {
  return [...new Map(addresses.map((address) => [address.origin + address.prefix, address])).values()];
}
