import type { Disposer } from '../../clock/clock.js';

/**
 * What is known of a file without opening it; links are not followed.
 *
 * @example
 * ```ts
 * const status: FileStatus = { kind: 'file', id: 42, size: 512, modifiedMs: 0, mode: 0o600, owner: 1000 };
 * ```
 */
export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'other';
  /** Differs between two files that are there at the same time. */
  readonly id: number;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
  /** Permission bits. */
  readonly mode: number;
  /** User id; 0 where the platform has none. */
  readonly owner: number;
}

/**
 * The file operations of the local registry: a port, so that a full or broken disk can be had at will. Failures are Node's errors with
 * `code`; what is merely absent is no failure where a method says so.
 *
 * @example
 * ```ts
 * const full: FileSystem = { ...nodeFileSystem, write: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) };
 * ```
 */
export interface FileSystem {
  /** Makes a directory and those above it, for its owner alone (0700); one that is there stays as it is. */
  makeDirectory(path: string): Promise<void>;
  /** Names in a directory; undefined when there is none. */
  list(path: string): Promise<readonly string[] | undefined>;
  /** Undefined when there is nothing. */
  status(path: string): Promise<FileStatus | undefined>;
  /** The text; undefined when there is no file. */
  read(path: string): Promise<string | undefined>;
  /** Writes a file whole, for its owner alone (0600). */
  write(path: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Sets the time of modification, in milliseconds since the epoch. */
  touch(path: string, modifiedMs: number): Promise<void>;
  /** Removes a file; one that is gone is no failure. */
  remove(path: string): Promise<void>;
  /**
   * Calls back when files come, go or are replaced in a directory; never keeps the process alive. `failed` is called when watching
   * ends by itself.
   *
   * @throws when the directory cannot be watched
   */
  watch(path: string, changed: () => void, failed: (error: unknown) => void): Disposer;
}
