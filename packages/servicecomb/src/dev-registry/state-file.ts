import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock, Disposer } from '@ts-chassis/core';
import { serviceCombError } from '../codes.js';
import { RegistryFailure } from './registry-failure.js';
import { restore, snapshotOf } from './state/snapshot.js';
import type { RegistryState } from './state/registry-state.js';

/** How long changes are gathered before they are written. */
const GATHER_MS = 1000;

/** Keeps a state in a file, which is replaced as a whole and never seen half written. */
export class StateFile {
  readonly #path: string;
  #timer: Disposer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isChanged = false;

  constructor(
    path: string,
    private readonly state: RegistryState,
    private readonly clock: Clock,
  ) {
    this.#path = resolve(path);
  }

  /**
   * Puts back what the file has; nothing when there is no file yet.
   *
   * @throws ChassisError `DEV_REGISTRY_FILE_INVALID` for a file that is not a registry's: it is left as it is
   */
  load(): void {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return;
      throw unreadable(this.#path, error);
    }
    try {
      restore(this.state, text);
    } catch (error) {
      throw unreadable(this.#path, error);
    }
    this.#isChanged = false;
    this.#timer?.();
    this.#timer = undefined;
  }

  /** Something changed: it is written soon. */
  changed(): void {
    this.#isChanged = true;
    this.#timer ??= this.clock.after(GATHER_MS, () => {
      this.#timer = undefined;
      this.#write().catch((error: unknown) => process.emitWarning(`${this.#path}: ${String(error)}`));
    });
  }

  /** Writes what is not written yet; rejects when that cannot be. */
  async close(): Promise<void> {
    this.#timer?.();
    this.#timer = undefined;
    await this.#writing.catch(() => undefined);
    if (this.#isChanged) await this.#write();
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#replace());
    return this.#writing;
  }

  async #replace(): Promise<void> {
    this.#isChanged = false;
    try {
      // Two registries with one file would be a mistake, but not one that tears it.
      const fresh = `${this.#path}.${process.pid}.new`;
      await writeFile(fresh, snapshotOf(this.state));
      await rename(fresh, this.#path);
    } catch (error) {
      this.#isChanged = true;
      throw error;
    }
  }
}

function unreadable(path: string, cause: unknown): Error {
  const why = cause instanceof RegistryFailure ? cause.detail : (cause as Error).message;
  const message = `the development registry cannot take its state from ${path}: ${why}; delete the file to begin without it`;
  return serviceCombError('DEV_REGISTRY_FILE_INVALID', message, { cause });
}
