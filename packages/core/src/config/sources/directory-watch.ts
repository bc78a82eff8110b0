import { watch, type FSWatcher } from 'node:fs';
import type { Clock, Disposer } from '../../clock/index.js';
import type { Layer } from '../source.js';

/** What a directory looks like: its marks differ whenever a file may have changed. */
export interface Look {
  readonly marks: string;
  /** A file that had something in it has nothing: most likely someone is about to write it. */
  readonly emptied: boolean;
  /** All that is new are files in the place of others, which were written before they were put there. */
  readonly replaced?: boolean;
}

/** What a {@link DirectoryWatch} needs. */
export interface DirectoryWatchOptions<T = Layer> {
  readonly clock: Clock;
  readonly pollMs: number;
  readonly settleMs: number;
  /** As `settleMs`, when files were only replaced; default the same. */
  readonly replacedMs?: number;
  /** Undefined while everything is as it was last read. */
  look(): Promise<Look | undefined>;
  changed(): Promise<T>;
  readonly listener: (next: T | Error) => void;
}

/**
 * Follows a directory by the system's notice, which loses sight of a directory that is swapped or not yet there, and by looking again at
 * intervals, which loses nothing but time. Reads when two looks in a row see the same, so that no half-written file is read.
 */
export class DirectoryWatch<T = Layer> {
  #watcher: FSWatcher | undefined;
  #timer: Disposer = () => {};
  #looking = false;
  #again = false;
  #closed = false;
  /** What the last look saw and was not yet read. */
  #seen: Look | undefined;
  #seenAt = 0;

  constructor(
    private readonly directory: string,
    private readonly options: DirectoryWatchOptions<T>,
  ) {
    this.#listen();
    this.#lookSoon();
  }

  close(): void {
    this.#closed = true;
    this.#timer();
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #listen(): void {
    if (this.#closed) return;
    try {
      this.#watcher = watch(this.directory, { persistent: false });
      this.#watcher.on('change', () => this.#lookSoon());
      this.#watcher.on('error', () => this.#deaf());
    } catch {
      // Not there yet, or the system has no more to give: the intervals see to it.
      this.#watcher = undefined;
    }
  }

  #deaf(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #lookSoon(): void {
    if (this.#closed) return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    void this.#look().then((waitMs) => {
      this.#looking = false;
      if (this.#closed) return;
      const again = this.#again;
      this.#again = false;
      this.#timer();
      const { clock, settleMs } = this.options;
      this.#timer = clock.after(again ? Math.min(settleMs, waitMs) : waitMs, () => this.#lookSoon());
    });
  }

  /** Looks once; resolves to the time until the next look. */
  async #look(): Promise<number> {
    const { pollMs, listener } = this.options;
    try {
      if (!this.#watcher) this.#listen();
      const look = await this.options.look();
      const waitMs = this.#unsettledMs(look);
      if (!look || waitMs > 0) return waitMs || pollMs;
      this.#seen = undefined;
      // The directory itself may have been swapped for another.
      this.#deaf();
      this.#listen();
      const next = await this.options.changed();
      if (!this.#closed) listener(next);
    } catch (error) {
      if (!this.#closed) listener(error as Error);
    }
    return pollMs;
  }

  /** How much longer what was seen must stay as it is before it is read. */
  #unsettledMs(look: Look | undefined): number {
    const { clock, pollMs, settleMs, replacedMs = settleMs } = this.options;
    if (look?.marks !== this.#seen?.marks) this.#seenAt = clock.elapsed();
    this.#seen = look;
    if (!look) return 0;
    const enoughMs = look.emptied ? pollMs : look.replaced ? replacedMs : settleMs;
    return Math.max(0, Math.ceil(this.#seenAt + enoughMs - clock.elapsed()));
  }
}
