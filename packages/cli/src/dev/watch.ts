import type { FSWatcher } from 'chokidar';
import { basename } from 'node:path';

/** What is watched. */
export interface WatchOptions {
  /** Files and folders, absolute. */
  readonly paths: readonly string[];
  /** Told of each changed file. */
  changed(path: string): void;
  failed(error: unknown): void;
}

/** Names that mean nothing to a program: packages, what editors keep beside a file, tests. */
const IGNORED = /^(?:node_modules|dist|\..*|.*~|.*\.sw[a-z]|4913|.*\.(?:test|spec)\.[cm]?[jt]sx?)$/;

/** Whether a change of a file is none of the program's. */
export function isIgnored(path: string): boolean {
  return IGNORED.test(basename(path));
}

/** Watches until the result is closed; resolves when it really does. */
export async function watchFiles({ paths, changed, failed }: WatchOptions): Promise<FSWatcher> {
  const { watch } = await import('chokidar');
  const roots = new Set(paths);
  const watcher = watch([...paths], { ignoreInitial: true, ignored: (path) => !roots.has(path) && isIgnored(path) });
  for (const event of ['add', 'change', 'unlink'] as const) watcher.on(event, changed);
  watcher.on('error', failed);
  return new Promise((resolve) => {
    watcher.once('ready', () => resolve(watcher));
  });
}
