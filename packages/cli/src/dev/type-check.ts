import { spawn } from 'node:child_process';
import { CommandError } from '../command-error.js';
import type { Project } from '../project/find-project.js';

/**
 * Checks the types of a project beside the program that runs, on every change.
 *
 * @returns ends it
 * @throws CommandError when TypeScript is not installed
 */
export function checkTypes({ folder, require }: Project): () => void {
  let compiler: string;
  try {
    compiler = require.resolve('typescript/bin/tsc');
  } catch (cause) {
    throw new CommandError(`--typecheck: typescript is not installed in ${folder}`, 1, { cause });
  }
  const child = spawn(process.execPath, [compiler, '--noEmit', '--watch', '--preserveWatchOutput'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return () => void child.kill();
}
