import { expect } from 'vitest';
import { until } from '../../../scripts/servers/servers.mjs';

/** As many of the latest outcomes are looked at. */
const LOOKED_AT = 20;

/** What a call came to: a status, a version, a code. */
export type Beat = number | string;

/** Calls all the time, of which the latest outcomes are looked at. */
export class Pulse {
  readonly #loops: Promise<void>[] = [];
  #going = true;
  /** Outcomes of calls that began before are not looked at. */
  #turn = 0;
  #latest: Beat[] = [];

  /**
   * @param who - calls, for messages
   * @param calls - makes some and tells what they came to; the next are made when these have ended
   * @param concurrency - how many do so at once
   */
  constructor(
    private readonly who: string,
    private readonly calls: () => Promise<readonly Beat[]>,
    concurrency = 1,
  ) {
    for (let loop = 0; loop < concurrency; loop++) this.#loops.push(this.#run());
  }

  /** Waits until the latest outcomes are as expected. */
  async becomes(what: string, isSo: (latest: readonly Beat[]) => boolean): Promise<void> {
    this.#forget();
    try {
      await until(`${this.who}: ${what}`, () => (this.#isFull && isSo(this.#latest)) || undefined, { everyMs: 20 });
    } catch (error) {
      throw new Error(`${(error as Error).message}; the latest: ${this.#latest.join(' ')}`, { cause: error });
    }
  }

  /** Expects the next outcomes to be so at once. */
  async stays(what: string, isSo: (latest: readonly Beat[]) => boolean): Promise<void> {
    this.#forget();
    await until(`${this.who}: calls`, () => this.#isFull || undefined, { everyMs: 20 });
    const seen = [...this.#latest];
    expect(isSo(seen), `${this.who}: ${what}; seen: ${seen.join(' ')}`).toBe(true);
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#loops);
  }

  get #isFull(): boolean {
    return this.#latest.length >= LOOKED_AT;
  }

  #forget(): void {
    this.#turn += 1;
    this.#latest = [];
  }

  async #run(): Promise<void> {
    while (this.#going) {
      const turn = this.#turn;
      const came = await this.calls().catch((error: Error) => [String(error)]);
      if (turn === this.#turn) this.#latest = [...this.#latest, ...came].slice(-LOOKED_AT);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
