import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { spawn } from 'node:child_process';

/** Where what was installed stays between runs. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ts-chassis');

/** The path of a program that the shell would find, or undefined. */
export function programPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** Whether a file is in the cache already. */
export function isCached(...path) {
  return existsSync(join(cache, ...path));
}

/**
 * Makes `cache/name` by filling a folder beside it, which takes its place when all went well: an installation that is
 * interrupted leaves nothing that looks like one, and of two at a time the first to end stays. `proof` is a file of it.
 */
export async function fill(name, proof, make) {
  const folder = join(cache, name);
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(`${folder}.`);
  try {
    await make(fresh);
    if (existsSync(join(folder, proof))) return;
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Runs an installer; an Error with the end of what it said when it fails. */
export async function runInstaller(command, given, { cwd = cache, environment = {} } = {}) {
  mkdirSync(cwd, { recursive: true });
  const child = spawn(command, given, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const take = (chunk) => {
    said = (said + chunk).slice(-4000);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${[command, ...given].join(' ')} ended with ${code}:\n${said}`);
  return said;
}

/** Installs packages of the distribution, one installation at a time: a second waits for the first. */
export async function installDebian(...packages) {
  const options = ['-o', 'DPkg::Lock::Timeout=600'];
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  await runInstaller('apt-get', ['update', '-q', ...options], { environment });
  const given = ['install', '-y', '-q', '--no-install-recommends', ...options, ...packages];
  await runInstaller('apt-get', given, { environment });
}

/** What stands in the way of `installDebian`, or undefined. */
export function missingForDebian(packages) {
  if (!programPath('apt-get')) return `${packages} is not installed, and there is no apt-get to install it with`;
  if (process.getuid?.() !== 0) return `${packages} is not installed; as root: apt-get install ${packages}`;
  return undefined;
}
