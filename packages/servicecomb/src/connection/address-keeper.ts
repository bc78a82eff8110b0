import type { Disposer } from '@ts-chassis/core';
import type { AddressPool } from './address-pool.js';
import type { Address } from './address.js';
import { reasonOf } from './connection-failure.js';
import type { ConnectionOptions } from './connection-options.js';
import type { Answer, Request } from './connection.js';
import { InvalidAnswer } from './invalid-answer.js';
import { toldAddresses } from './told-addresses.js';

/** A look at an address is quick, or bad. */
const LOOK_MS = 1000;

/** What an {@link AddressKeeper} works with. */
export interface Kept {
  readonly pool: AddressPool;
  readonly configured: readonly Address[];
  /** Asks one address. */
  look(address: Address, request: Request): Promise<Answer>;
  /** Asks whichever answers. */
  ask(request: Request): Promise<Answer>;
  /** The addresses are others now. */
  changed(): void;
  /** An address turned out bad, or, without a reason, good. */
  turned(address: Address, reason: string | undefined): void;
}

/** Looks at the addresses now and then while there are several, and learns further ones. */
export class AddressKeeper {
  readonly #timers: (Disposer | undefined)[] = [];
  #isBegun = false;
  #isClosed = false;

  constructor(
    private readonly options: Pick<ConnectionOptions, 'clock' | 'probe' | 'discovery' | 'tag'>,
    private readonly kept: Kept,
  ) {}

  /** With the first request; nothing afterwards. */
  begin(): void {
    if (this.#isBegun || this.#isClosed) return;
    this.#isBegun = true;
    const { probe, discovery } = this.options;
    if (discovery) void this.#repeat(0, discovery.everyMs, () => this.#discover(discovery));
    if (probe) void this.#repeat(1, probe.everyMs, () => this.#lookAtAll(probe.path));
  }

  close(): void {
    this.#isClosed = true;
    for (const forget of this.#timers) forget?.();
  }

  async #repeat(timer: number, everyMs: number, run: () => Promise<void>): Promise<void> {
    await run();
    if (this.#isClosed) return;
    this.#timers[timer] = this.options.clock.after(everyMs, () => void this.#repeat(timer, everyMs, run));
  }

  async #lookAtAll(path: string): Promise<void> {
    const { all } = this.kept.pool;
    if (all.length > 1) await Promise.all(all.map((address) => this.#lookAt(address, path)));
  }

  async #lookAt(address: Address, path: string): Promise<void> {
    const { pool, turned } = this.kept;
    let fault: unknown;
    try {
      await this.kept.look(address, { method: 'GET', path, timeoutMs: LOOK_MS, maxBytes: 65_536 });
    } catch (error) {
      // whoever answers is there, though it may not know this path
      if (!(error instanceof InvalidAnswer)) fault = error;
    }
    if (this.#isClosed) return;
    const wasAvailable = pool.isAvailable(address);
    pool.looked(address, fault === undefined);
    const isAvailable = pool.isAvailable(address);
    if (isAvailable !== wasAvailable) turned(address, isAvailable ? undefined : reasonOf(fault, this.options.tag));
  }

  async #discover({ path, zone }: NonNullable<ConnectionOptions['discovery']>): Promise<void> {
    const { ask, configured, pool, changed } = this.kept;
    try {
      const { status, body } = await ask({ method: 'GET', path });
      const told = status === 200 ? toldAddresses(body, { configured, zone }) : undefined;
      if (!told || this.#isClosed) return;
      pool.told(told);
      changed();
    } catch {
      // those that are known stay
    }
  }
}
