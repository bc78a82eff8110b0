import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Within which names of strangers are looked up. */
export interface FileFolder {
  /** Absolute. */
  readonly root: string;
  /** Whether names that begin with a dot are found; default no. */
  readonly dotfiles: boolean;
  /** Whether links may lead out of the folder; default no. */
  readonly followsLinks: boolean;
}

/** What stands under a name. */
export interface Located {
  readonly kind: 'file' | 'folder';
  /** Absolute. */
  readonly path: string;
}

/** What the system says where nothing is, or nothing that may be seen. */
const NOTHING = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES', 'EPERM', 'EINVAL']);

/**
 * Looks up a name that a stranger gave: steps parted by slashes, decoded. What leads out of the folder (`..`, an absolute path, a link), has a NUL
 * or a backslash in it, begins with a dot, or is neither file nor folder (a pipe, a device) is not there.
 *
 * @returns undefined when nothing is there
 */
export async function locateFile(name: string, folder: FileFolder): Promise<Located | undefined> {
  const steps = name.split('/');
  if (steps.at(-1) === '') steps.pop();
  if (!steps.every((step) => isPlain(step, folder.dotfiles))) return undefined;
  const path = join(folder.root, ...steps);
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) return undefined;
    if (found.isFile() && name.endsWith('/')) return undefined;
    if (!folder.followsLinks && !isInside(await realpath(path), await realpath(folder.root))) return undefined;
    return { kind: found.isFile() ? 'file' : 'folder', path };
  } catch (error) {
    if (NOTHING.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Whether a path that is trusted leads to a regular file. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (NOTHING.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function isPlain(step: string, dotfiles: boolean): boolean {
  if (step === '' || step === '.' || step === '..') return false;
  return (
    !step.includes('\0') && !step.includes('\\') && (dotfiles || !step.startsWith('.')) && !/^[A-Za-z]:/.test(step)
  );
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
