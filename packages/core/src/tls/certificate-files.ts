import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { coreError } from '../errors/core-error.js';
import type { SslKeys } from './ssl-section.js';

/** A file that a key of `ssl` names. */
export interface NamedFile {
  /** The whole key. */
  readonly key: string;
  readonly path: string;
}

/** The keys of `ssl` that name files. */
export type FileField = 'caFile' | 'certFile' | 'keyFile' | 'certPwdFile';

/**
 * The files of a key; several stand with commas between them.
 *
 * @param keyOf - the whole key of a field
 */
export function filesOf(
  options: Pick<SslKeys, FileField>,
  field: FileField,
  keyOf: (field: keyof SslKeys) => string,
): readonly NamedFile[] {
  const names = (options[field] ?? '').split(',').map((name) => name.trim());
  return names.filter((name) => name !== '').map((name) => ({ key: keyOf(field), path: resolve(name) }));
}

/** @throws ChassisError `TLS_INVALID`, as a rejection */
export async function textOfFile(file: NamedFile): Promise<string> {
  try {
    return await readFile(file.path, 'utf8');
  } catch (error) {
    throw invalidFile(file, 'a file that can be read', (error as NodeJS.ErrnoException).code ?? 'an error', error);
  }
}

/** What is wrong with a file; never what is in it. */
// oxlint-disable-next-line max-params -- what, where, expected and got
export function invalidFile({ key, path }: NamedFile, expected: string, got: string, cause?: unknown): Error {
  return coreError('TLS_INVALID', `${key}: ${path}: expected ${expected}, got ${got}`, { cause });
}
