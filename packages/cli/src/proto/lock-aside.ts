import { existsSync, readFileSync } from 'node:fs';
import { writeWhole } from '../project/write-whole.js';

/** A lock file that keeps no number, so that an application can be loaded that the real one refuses. */
const EMPTY_LOCK = '{ "version": 1, "services": {} }\n';

/** Runs something while a lock file refuses nothing; what stood in it is there again afterwards. */
export async function withLockAside<T>(file: string, run: () => Promise<T>): Promise<T> {
  if (!existsSync(file)) return run();
  const text = readFileSync(file, 'utf8');
  writeWhole(file, EMPTY_LOCK);
  try {
    return await run();
  } finally {
    writeWhole(file, text);
  }
}
