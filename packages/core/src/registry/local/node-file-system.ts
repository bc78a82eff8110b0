import { watch, type Stats } from 'node:fs';
import { lstat, mkdir, open, readFile, readdir, rename, rm, utimes } from 'node:fs/promises';
import type { FileStatus, FileSystem } from './file-system.js';

/**
 * The machine's own files.
 *
 * @example
 * ```ts
 * const names = await nodeFileSystem.list('conf');
 * ```
 */
export const nodeFileSystem: FileSystem = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  list: (path) => absentAs(readdir(path)),
  status: async (path) => {
    const stats = await absentAs(lstat(path));
    return stats && statusOf(stats);
  },
  read: (path) => absentAs(readFile(path, 'utf8')),
  async write(path, text) {
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  },
  rename,
  async touch(path, modifiedMs) {
    await utimes(path, modifiedMs / 1000, modifiedMs / 1000);
  },
  async remove(path) {
    await rm(path, { force: true });
  },
  watch(path, changed, failed) {
    const watcher = watch(path, { persistent: false }, (event) => {
      // A beat only touches its file; what comes, goes or is replaced is a rename.
      if (event === 'rename') changed();
    });
    watcher.on('error', (error) => {
      watcher.close();
      failed(error);
    });
    return () => watcher.close();
  },
};

function statusOf(stats: Stats): FileStatus {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
    id: stats.ino,
    size: stats.size,
    modifiedMs: Math.round(stats.mtimeMs),
    mode: stats.mode & 0o777,
    owner: stats.uid,
  };
}

async function absentAs<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
