import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cache, isCached, programPath, runInstaller } from './cache.mjs';

const version = '4.32.5';
const name = `schemathesis-${version}`;
const program = join('venv', 'bin', 'st');

/** Schemathesis in a Python environment of its own. */
export const schemathesis = {
  name,

  missing() {
    if (isCached(name, program) || programPath('python3')) return undefined;
    return `Schemathesis ${version} is not installed, and python3, which runs it, is not there`;
  },

  async install() {
    if (isCached(name, program)) return;
    // made where it stays: the programs of an environment know their own path
    const folder = join(cache, name, 'venv');
    await runInstaller('python3', ['-m', 'venv', '--clear', folder]);
    const given = ['install', '-q', '--disable-pip-version-check', `schemathesis==${version}`];
    await runInstaller(join(folder, 'bin', 'pip'), given);
  },

  /** Runs `st` in a folder; resolves to its exit code and what it said. */
  async run(given, { cwd }) {
    const child = spawn(join(cache, name, program), given, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { code, output };
  },
};
