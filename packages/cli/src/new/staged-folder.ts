import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CommandError, messageOf } from '../command-error.js';

/**
 * A folder that comes into being whole or not at all: it is filled under another name beside its place, on the same file system, and
 * takes its place by a rename.
 */
export class StagedFolder {
  readonly path: string;
  /** The nearest folder above that was there before. */
  readonly #above: string;

  /** @throws CommandError when its place is taken by anything but an empty folder, or no folder can be made there */
  constructor(readonly target: string) {
    const parent = dirname(target);
    this.path = join(parent, `.${basename(target)}.new-${process.pid}`);
    this.#above = folderAbove(parent);
    try {
      requireFree(target);
      mkdirSync(parent, { recursive: true });
      rmSync(this.path, { recursive: true, force: true });
      mkdirSync(this.path);
    } catch (cause) {
      removeEmpty(parent, this.#above);
      if (cause instanceof CommandError) throw cause;
      throw new CommandError(`cannot make the folder ${target}: ${messageOf(cause)}`, 1, { cause });
    }
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
    removeEmpty(dirname(this.target), this.#above);
  }
}

/** Removes folders upwards while nothing is in them. */
function removeEmpty(folder: string, until: string): void {
  if (folder === until) return;
  if (existsSync(folder)) {
    if (readdirSync(folder).length > 0) return;
    rmSync(folder, { recursive: true });
  }
  removeEmpty(dirname(folder), until);
}

/**
 * A folder itself when it is there, else the nearest one above it.
 *
 * @throws CommandError when something on the way to it is no folder
 */
function folderAbove(folder: string): string {
  if (folder === dirname(folder)) return folder;
  const above = folderAbove(dirname(folder));
  if (above !== dirname(folder) || !isThere(folder)) return above;
  const status = statSync(folder, { throwIfNoEntry: false });
  if (status?.isDirectory()) return folder;
  throw new CommandError(`${folder} is ${status ? 'no folder' : LEADS_NOWHERE}; choose another --dir`);
}

/** Whether anything has that name, if only a link that leads nowhere. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A name that cannot be: making the folder tells why.
    return false;
  }
}

const LEADS_NOWHERE = 'a link to something that is not there';

function requireFree(target: string): void {
  if (!lstatSync(target, { throwIfNoEntry: false })) return;
  const status = statSync(target, { throwIfNoEntry: false });
  if (!status) throw new CommandError(`${target} is ${LEADS_NOWHERE}; choose another name or --dir`);
  if (!status.isDirectory())
    throw new CommandError(`${target} is there already and is no folder; choose another name or --dir`);
  const entries = readdirSync(target);
  if (entries.length === 0) return;
  const shown = entries.slice(0, 3).join(', ') + (entries.length > 3 ? ', ...' : '');
  throw new CommandError(
    `${target} is there already and not empty (${shown}); nothing was changed; choose another name or --dir`,
  );
}
