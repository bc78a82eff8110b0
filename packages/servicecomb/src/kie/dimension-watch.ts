import { BackOff, ChassisError, type Clock, type Random } from '@ts-chassis/core';
import type { DimensionValues } from './dimension-values.js';
import { NO_REVISION, type KieAnswer, type KieClient } from './kie-client.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** A server that keeps answering a long poll in less than this is asked with growing pauses. */
const QUICK_MS = 1000;
const FIRST_REST_MS = 50;
const LONGEST_REST_MS = 5000;

/**
 * What KIE tells right after a change may be what it was before, with the revision of after: its lists come from a cache. So it is asked once
 * more, after so long.
 */
const CONFIRM_MS = 2000;

/** Of so many questions at intervals one is without a revision. */
const WHOLE_EVERY = 10;

/** How a {@link DimensionWatch} asks, and whom it tells. */
export interface DimensionWatchOptions {
  readonly client: Pick<KieClient, 'list'>;
  readonly clock: Clock;
  readonly random: Random;
  /** 0: long polls, 1: at intervals. */
  readonly mode: 0 | 1;
  /** Length of a long poll, or time between two questions. */
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  /** What is in force is another now. */
  changed(): void;
  failed(error: unknown): void;
  worked(): void;
  /** The server's revision went backwards. */
  wentBack(from: string, to: string): void;
}

/** Follows one dimension until its signal aborts. */
export class DimensionWatch {
  readonly #pauses: BackOff;
  readonly #rests: BackOff;
  #revision = NO_REVISION;
  /** A server that comes back may be at the same revision with other data. */
  #isDoubtful = false;
  #questions = 0;
  /** What was told last was not yet told again. */
  #isFresh = false;
  #isRefused = false;

  constructor(
    readonly values: DimensionValues,
    private readonly options: DimensionWatchOptions,
  ) {
    const { random } = options;
    this.#pauses = new BackOff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random });
    this.#rests = new BackOff({ firstMs: FIRST_REST_MS, longestMs: LONGEST_REST_MS, random });
  }

  /**
   * Asks until there is an answer. A question that is refused does not hold up the others: it is asked again by `run`.
   *
   * @throws the reason of the signal
   */
  async first(): Promise<void> {
    while (!(await this.#asked({ revision: NO_REVISION })) && !this.#isRefused);
    this.#isFresh = false;
  }

  /** Follows; resolves when the signal aborts. */
  async run(): Promise<void> {
    const { signal, mode } = this.options;
    try {
      while (!signal.aborted) await (mode === 0 ? this.#poll() : this.#askLater());
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #poll(): Promise<void> {
    const { clock, intervalMs, signal } = this.options;
    if (this.#isDoubtful) return void (await this.#asked({ revision: NO_REVISION }));
    const isFresh = this.#isFresh;
    const waitMs = isFresh ? Math.min(CONFIRM_MS, intervalMs) : intervalMs;
    const begun = clock.elapsed();
    const answer = await this.#asked({ revision: this.#revision, waitMs });
    if (!answer) return;
    if (isFresh && answer.kind === 'same') {
      await this.#asked({ revision: NO_REVISION });
      this.#isFresh = false;
    }
    if (clock.elapsed() - begun >= Math.min(QUICK_MS, waitMs)) this.#rests.reset();
    else await clock.sleep(this.#rests.next(), signal);
  }

  async #askLater(): Promise<void> {
    const { clock, intervalMs, random, signal } = this.options;
    await clock.sleep(intervalMs * (0.9 + random.next() / 5), signal);
    const isFresh = this.#isFresh;
    this.#questions += 1;
    // its data may be others at the same revision: a restart between two questions is not seen
    const isAnew = isFresh || this.#isDoubtful || this.#questions % WHOLE_EVERY === 0;
    const answer = await this.#asked({ revision: isAnew ? NO_REVISION : this.#revision });
    if (answer && isFresh) this.#isFresh = false;
  }

  /** The answer, taken over; undefined when there was none, after the pause that follows. */
  async #asked(asking: { readonly revision: string; readonly waitMs?: number }): Promise<KieAnswer | undefined> {
    const { client, clock, signal, failed, worked } = this.options;
    try {
      const answer = await client.list(this.values.dimension, { ...asking, signal });
      worked();
      this.#isDoubtful = false;
      this.#isRefused = false;
      this.#pauses.reset();
      if (answer.kind === 'list') await this.#take(answer);
      return answer;
    } catch (error) {
      if (signal.aborted) throw error;
      failed(error);
      this.#isDoubtful = true;
      this.#isRefused = ChassisError.is(error) && error.code === 'REGISTRY_REFUSED';
      const advisedMs = ChassisError.is(error) ? (error.retryAfterMs ?? 0) : 0;
      await clock.sleep(Math.max(this.#pauses.next(), advisedMs), signal);
      return undefined;
    }
  }

  async #take(answer: Extract<KieAnswer, { kind: 'list' }>): Promise<void> {
    const { changed, wentBack } = this.options;
    const { revision } = answer;
    if (Number(revision) < Number(this.#revision) && revision !== NO_REVISION) wentBack(this.#revision, revision);
    const isChanged = await this.values.take(answer);
    this.#revision = revision;
    this.#isFresh = true;
    if (isChanged) changed();
  }
}
