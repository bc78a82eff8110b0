import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CommandError } from '../command-error.js';

/**
 * A folder that comes into being whole or not at all: it is filled under another name beside its place, on the same file system, and
 * takes its place by a rename.
 */
export class StagedFolder {
  readonly path: string;
  /** The outermost folder above that had to be made. */
  readonly #made: string | undefined;

  /** @throws CommandError when its place is taken by anything but an empty folder */
  constructor(readonly target: string) {
    requireFree(target);
    this.path = join(dirname(target), `.${basename(target)}.new-${process.pid}`);
    this.#made = mkdirSync(dirname(target), { recursive: true });
    rmSync(this.path, { recursive: true, force: true });
    mkdirSync(this.path);
  }

  /** Takes away something in it. */
  remove(name: string): void {
    rmSync(join(this.path, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  /** Puts it in its place. */
  commit(): void {
    requireFree(this.target);
    if (!existsSync(this.target)) return renameSync(this.path, this.target);
    // Somebody's shell may stand in the empty folder, so that stays, and what belongs in it moves.
    for (const entry of readdirSync(this.path)) renameSync(join(this.path, entry), join(this.target, entry));
    rmSync(this.path, { recursive: true });
  }

  /** Takes everything away again. */
  discard(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    if (this.#made) removeEmpty(dirname(this.target), dirname(this.#made));
  }
}

/** Removes folders upwards while nothing is in them. */
function removeEmpty(folder: string, until: string): void {
  if (folder === until || !existsSync(folder) || readdirSync(folder).length > 0) return;
  rmSync(folder, { recursive: true });
  removeEmpty(dirname(folder), until);
}

function requireFree(target: string): void {
  const status = statSync(target, { throwIfNoEntry: false });
  if (!status) return;
  if (!status.isDirectory())
    throw new CommandError(`${target} is there already and is no folder; choose another name or --dir`);
  const entries = readdirSync(target);
  if (entries.length === 0) return;
  const shown = entries.slice(0, 3).join(', ') + (entries.length > 3 ? ', ...' : '');
  throw new CommandError(
    `${target} is there already and not empty (${shown}); nothing was changed; choose another name or --dir`,
  );
}
