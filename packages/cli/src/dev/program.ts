import { spawn, type ChildProcess } from 'node:child_process';
import { commandFile } from '../own-package.js';
import { GO } from './held-command.js';

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A user's program in a process of its own: loaded, then running, then gone. */
export interface Program {
  /** Begins; until then only the compiler is loaded. */
  go(): void;
  /** Asks it to end. */
  end(): void;
  /** Ends it and all that it started, at once. */
  kill(): void;
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ended>;
}

/** What is run. */
export interface ProgramOptions {
  /** Absolute. */
  readonly entry: string;
  readonly cwd: string;
  /** Options of Node.js. */
  readonly node: readonly string[];
  readonly rest: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Whether the program may read from the terminal. */
  readonly input: boolean;
}

/** Loads a program. */
export function loadProgram({ entry, cwd, node, rest, environment, input }: ProgramOptions): Program {
  const child = spawn(process.execPath, [...node, commandFile(), 'held', entry, '--', ...rest], {
    cwd,
    env: environment,
    stdio: [input ? 'inherit' : 'ignore', 'inherit', 'inherit', 'ipc'],
    // A group of its own: Ctrl-C reaches it once, through us, and it can be ended with all that it started.
    detached: process.platform !== 'win32',
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 1, signal: null }));
  });
  return {
    ended,
    go: () => void (child.connected && child.send(GO, () => undefined)),
    end: () => void child.kill('SIGTERM'),
    kill: () => killGroup(child),
  };
}

function killGroup(child: ChildProcess): void {
  try {
    if (process.platform !== 'win32' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
