import { authorityOf, systemClock, type Endpoint } from '@ts-chassis/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** How a service is started. */
export interface ServiceProcessOptions {
  /** Of its folders in `src` and `conf`. */
  readonly name: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Takes every line that it writes. */
  readonly line: (text: string) => void;
}

/** One service of the shop as a process of its own. */
export class ServiceProcess {
  readonly name: string;
  /** How it ended, in words: `exit code 0`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #endpoints: Promise<readonly Endpoint[]>;

  constructor({ name, arguments: given, environment, line }: ServiceProcessOptions) {
    this.name = name;
    const program = join(__dirname, '..', name, 'main.js');
    const directory = join(__dirname, '..', '..', 'conf', name);
    const child = spawn(process.execPath, [program, ...given], {
      env: { ...process.env, CHASSIS_CONF_DIR: directory, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // a group of its own: Ctrl-C reaches the launcher alone, which asks each service to stop once
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    for (const output of [child.stdout, child.stderr]) if (output) createInterface({ input: output }).on('line', line);
    this.ended = once(child, 'close').then(
      ([code, signal]) => (signal ? `signal ${String(signal)}` : `exit code ${String(code)}`),
      (error: Error) => `error ${error.message}`,
    );
    this.#endpoints = new Promise((resolve) => child.once('message', (endpoints) => resolve(endpoints as Endpoint[])));
  }

  /**
   * Resolves to its base address when it answers that it is ready.
   *
   * @throws Error when it is not ready in a minute
   */
  async ready(): Promise<string> {
    const [endpoint] = (await within(READY_WITHIN_MS, this.#endpoints)) ?? [];
    if (!endpoint) throw new Error(`${this.name} was not ready within ${READY_WITHIN_MS / 1000} s`);
    const url = `http://${authorityOf(endpoint)}`;
    const latest = systemClock.elapsed() + READY_WITHIN_MS;
    let answer = '';
    while (systemClock.elapsed() < latest) {
      answer = await askReady(url);
      if (answer === '') return url;
      await systemClock.sleep(LOOK_EVERY_MS);
    }
    throw new Error(`${this.name} was not ready within ${READY_WITHIN_MS / 1000} s: GET ${url}/readyz gave ${answer}`);
  }

  /** Asks it to stop: it finishes what it is doing. */
  stop(): void {
    this.#child.kill('SIGTERM');
  }

  /** Ends it at once. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Empty when it is ready, else what it answered. */
async function askReady(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/readyz`);
    const text = await response.text();
    return response.ok ? '' : `${response.status} ${text}`;
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, new Promise<undefined>((resolve) => systemClock.after(ms, () => resolve(undefined)))]);
}
