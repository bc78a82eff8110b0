/** Node of another major line, from the `node` package of npm, kept in the user's cache folder and shared with continuous integration. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

function cacheFolder(major: number): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'ts-chassis', `node-${major}`);
}

/** The program of that line; installs it when it is missing. Undefined when that fails, with a line that says so. */
export function nodeBinary(major: number): string | undefined {
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  const folder = cacheFolder(major);
  const program = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    const install = ['install', '--prefix', folder, '--no-audit', '--no-fund', `node@${major}`];
    spawnSync('npm', install, { stdio: 'ignore' });
  }
  if (existsSync(program)) return program;
  console.log(`Node ${major} could not be installed; its rows are left out`);
  return undefined;
}

export function nodeVersion(program: string): string {
  return spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim();
}
