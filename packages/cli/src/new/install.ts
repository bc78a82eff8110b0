import { spawn, type ChildProcess } from 'node:child_process';
import { CommandError } from '../command-error.js';
import type { PackageManager } from './project-options.js';

const ARGUMENTS: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ['install', '--no-audit', '--no-fund', '--loglevel=error'],
  pnpm: ['install', '--reporter=silent'],
  yarn: ['install', '--silent'],
};

/**
 * Installs what the project in a folder asks for. Resolves when the package manager and all that it started are gone.
 *
 * @param signal - ends the package manager
 * @throws CommandError with the last that it said
 */
export async function install(folder: string, manager: PackageManager, signal: AbortSignal): Promise<void> {
  const child = spawn(manager, ARGUMENTS[manager], {
    cwd: folder,
    env: withoutNpm(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be ended with all that it started.
    detached: process.platform !== 'win32',
    shell: process.platform === 'win32',
  });
  const end = (): void => endGroup(child);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    const { code, said } = await outcome(child, manager);
    if (signal.aborted || code === 0) return;
    throw new CommandError(`${manager} ${ARGUMENTS[manager][0]} failed with exit code ${code}:\n${tail(said)}`);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function outcome(child: ChildProcess, manager: string): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-20_000));
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', (cause) => {
      reject(new CommandError(`cannot run ${manager}: ${cause.message}; is it installed?`, 1, { cause }));
    });
    // `close` waits for whoever still holds the pipes: nobody writes into the folder after it.
    child.once('close', (code) => resolve({ code, said }));
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}

/** What npm tells the programs it runs would make another npm work on the wrong project. */
function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(npm_package_|npm_lifecycle_|npm_command$|npm_config_local_prefix$|INIT_CWD$)/.test(name),
    ),
  );
}

function tail(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n');
}
