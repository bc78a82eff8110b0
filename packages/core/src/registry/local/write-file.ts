import { join } from 'node:path';
import { coreError } from '../../errors/core-error.js';
import type { FileSystem } from './file-system.js';

/** A file that appears whole or not at all: written beside its place, then renamed. */
export async function writeWhole(
  files: FileSystem,
  folder: string,
  { name, temporary, text, modifiedMs }: { name: string; temporary: string; text: string; modifiedMs?: number },
): Promise<void> {
  const beside = join(folder, temporary);
  try {
    await files.write(beside, text);
    if (modifiedMs !== undefined) await files.touch(beside, modifiedMs);
    await files.rename(beside, join(folder, name));
  } catch (error) {
    // What is half-written would only take room; when even removing fails, readers of the folder do it later.
    await files.remove(beside).catch(() => {});
    throw error;
  }
}

/** A failure of the disk as the registry's own, naming the path. */
export function unavailable(path: string, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  return coreError('REGISTRY_UNAVAILABLE', `local registry: ${path} cannot be used: ${code ?? message}`, { cause });
}
