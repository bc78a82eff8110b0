import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandError } from '../command-error.js';
import type { Project } from './find-project.js';

/** Where the main file of a project is looked for. */
const USUAL = ['src/main.ts', 'src/index.ts', 'dist/main.js', 'src/main.js'];

/**
 * The main file of a project, absolute.
 *
 * @param named - as typed, relative to `cwd`
 * @throws CommandError when it is not there
 */
export function entryOf({ folder }: Project, cwd: string, named: string | undefined): string {
  if (named !== undefined) {
    const file = resolve(cwd, named);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
    throw new CommandError(`expected the main file of the application, got ${named}, which is not there`);
  }
  const found = USUAL.map((path) => join(folder, path)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new CommandError(`found no main file in ${folder} (${USUAL.join(', ')}); name it behind the command`);
}
