import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Disposer } from '../clock/clock.js';
import { DirectoryWatch, type Look } from '../config/sources/directory-watch.js';
import type { Logger } from '../telemetry/logger.js';
import { isSameMaterial, type Material } from './read-material.js';

/** What a {@link FollowedMaterial} needs. */
export interface FollowOptions {
  readonly files: readonly string[];
  read(): Promise<Material>;
  /** For looking at files: the machine's own, since files change in real time. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** What it is for, in the log. */
  readonly tag: string;
}

const POLL_MS = 1000;
/** Writers take this long between two writes of one file. */
const SETTLE_MS = 50;

/**
 * Material that follows its files, through renames and swaps of symbolic links (Kubernetes secrets) too. What cannot be used, such as a
 * certificate whose key is yet to be written, leaves what is in use, is warned of once, and is tried again: what was in the way (a cipher that asks
 * elsewhere) may be gone though no file changes.
 */
export class FollowedMaterial {
  #current: Material;
  /** What the files were when they were last read. */
  #marks: string;
  /** Why they could not be used; undefined while they can. */
  #failure: string | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #watches: readonly DirectoryWatch<void>[];
  readonly #options: FollowOptions;

  private constructor(options: FollowOptions, first: { readonly material: Material; readonly marks: string }) {
    this.#options = options;
    this.#current = first.material;
    this.#marks = first.marks;
    const directories = new Set(options.files.map((file) => dirname(file)));
    this.#watches = [...directories].map((directory) => this.#watch(directory));
  }

  /** @throws ChassisError `TLS_INVALID`, as a rejection, when the files cannot be used now */
  static async open(options: FollowOptions): Promise<FollowedMaterial> {
    // looked at before they are read: what is written in between is read again
    const { marks } = await lookAt(options.files);
    return new FollowedMaterial(options, { material: await options.read(), marks });
  }

  get current(): Material {
    return this.#current;
  }

  onChange(run: () => void): Disposer {
    // the same function may be given twice
    const listener = (): void => run();
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
    this.#listeners.clear();
  }

  #watch(directory: string): DirectoryWatch<void> {
    const { clock, logger, tag } = this.#options;
    return new DirectoryWatch<void>(directory, {
      ...{ clock, pollMs: POLL_MS, settleMs: SETTLE_MS },
      look: () => this.#look(),
      changed: () => this.#reload(),
      listener: (outcome) => {
        if (outcome instanceof Error)
          logger.warn('TLS files changed and cannot be used: what was read before stays', {
            tag,
            reason: outcome.message,
          });
      },
    });
  }

  async #look(): Promise<Look | undefined> {
    const look = await lookAt(this.#options.files);
    return look.marks === this.#marks && this.#failure === undefined ? undefined : look;
  }

  async #reload(): Promise<void> {
    const { marks } = await lookAt(this.#options.files);
    // another directory's watch came first
    const isChanged = marks !== this.#marks;
    if (!isChanged && this.#failure === undefined) return;
    this.#marks = marks;
    const material = await this.#read(isChanged);
    if (!material || isSameMaterial(material, this.#current)) return;
    this.#current = material;
    const { logger, tag } = this.#options;
    const [pair] = material.pairs;
    logger.info('TLS files changed: new connections use them', {
      tag,
      ...(pair && { validTo: pair.certificates.parsed[0]!.validTo }),
    });
    for (const listener of [...this.#listeners]) listener();
  }

  /** Undefined for what failed before in the same way. */
  async #read(isChanged: boolean): Promise<Material | undefined> {
    try {
      const material = await this.#options.read();
      this.#failure = undefined;
      return material;
    } catch (error) {
      const { message } = error as Error;
      const isTold = !isChanged && message === this.#failure;
      this.#failure = message;
      if (isTold) return undefined;
      throw error;
    }
  }
}

async function lookAt(files: readonly string[]): Promise<Look> {
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return {
    marks: found.map((one) => (one ? `${one.dev}:${one.ino}:${one.mtimeMs}:${one.size}` : 'absent')).join(),
    emptied: found.some((one) => one?.size === 0),
  };
}
