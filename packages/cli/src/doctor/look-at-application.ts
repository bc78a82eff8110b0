import { spawn } from 'node:child_process';
import type { Inspection } from '@ts-chassis/core';
import { commandFile } from '../own-package.js';
import { realTimers } from '../time/timers.js';

/** What a look at the application gave. */
export interface Look {
  /** Undefined when it cannot be prepared. */
  readonly inspection: Inspection | undefined;
  /** Why not. */
  readonly refusal: string | undefined;
  /** What it warned of meanwhile. */
  readonly warnings: readonly string[];
}

/** How long an application may take to be prepared, in milliseconds. */
const PATIENCE_MS = 60_000;

/** Prepares an application in a process of its own, so that neither its state nor its crash is ours. */
export function lookAtApplication(entry: string, cwd: string, environment: NodeJS.ProcessEnv): Promise<Look> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [commandFile(), 'inspection', entry], {
      cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const stop = realTimers.after(PATIENCE_MS, () => {
      err += `chassis: it was not prepared within ${PATIENCE_MS} ms\n`;
      child.kill('SIGKILL');
    });
    child.once('close', (code) => {
      stop();
      resolve(lookOf(code === 0 ? out : undefined, err));
    });
  });
}

/** Takes apart what the process printed: log lines are JSON, the refusal is ours. */
export function lookOf(out: string | undefined, err: string): Look {
  const lines = err.split('\n').filter((line) => line.trim() !== '');
  const logged = lines.flatMap((line) => logLineOf(line) ?? []);
  const rest = lines.filter((line) => !logLineOf(line));
  return {
    inspection: out === undefined ? undefined : (JSON.parse(out) as Inspection),
    refusal:
      out === undefined
        ? rest
            .join('\n')
            .replace(/^chassis: /, '')
            .trim() || 'it ended without a word'
        : undefined,
    warnings: logged.filter(({ level }) => level === 'warn' || level === 'error').map(shown),
  };
}

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

function logLineOf(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(line) as Partial<LogLine>;
    return typeof parsed.level === 'string' && typeof parsed.message === 'string' ? (parsed as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

/** A log line in one: the message, and the lists that belong to it. */
function shown({ message, ...fields }: LogLine): string {
  const lists = Object.values(fields).filter((value) => Array.isArray(value));
  return lists.length === 0 ? message : `${message}: ${lists.flat().join(', ')}`;
}
