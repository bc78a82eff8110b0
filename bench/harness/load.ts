/** Puts load on a server from the other processor: wrk where it is installed, else our own generator. */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasWrk, loadProcessor, pinned } from './machine.js';
import type { Route } from './workload.js';

const run = promisify(execFile);

export interface LoadResult {
  readonly requests: number;
  /** Requests per second. */
  readonly rate: number;
  /** Answers outside 2xx, broken connections and timeouts. */
  readonly errors: number;
}

export const connections = 50;
export const loadTool = hasWrk() ? 'wrk' : 'load/generator';

const scripts = new Map<string, string>();

function luaScript(route: Route): string {
  const known = scripts.get(route.name);
  if (known) return known;
  const path = join(mkdtempSync(join(tmpdir(), 'bench-')), `${route.name}.lua`);
  const body = JSON.stringify(route.body);
  writeFileSync(
    path,
    `wrk.method = "${route.method}"\nwrk.body = ${body}\nwrk.headers["content-type"] = "application/json"\n`,
  );
  scripts.set(route.name, path);
  return path;
}

function numberAfter(pattern: RegExp, text: string): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

function readWrk(text: string): LoadResult {
  const socketErrors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  const broken = (socketErrors?.slice(1) ?? []).reduce((sum, count) => sum + Number(count), 0);
  return {
    requests: numberAfter(/(\d+) requests in/, text),
    rate: numberAfter(/Requests\/sec:\s+([\d.]+)/, text),
    errors: broken + numberAfter(/Non-2xx or 3xx responses: (\d+)/, text),
  };
}

async function runWrk(port: number, route: Route, seconds: number): Promise<LoadResult> {
  const script = route.body === undefined ? [] : ['-s', luaScript(route)];
  const target = `http://127.0.0.1:${port}${route.path}`;
  const command = pinned(loadProcessor, ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, ...script, target]);
  const { stdout } = await run(command[0] as string, command.slice(1));
  return readWrk(stdout);
}

async function runGenerator(port: number, route: Route, seconds: number): Promise<LoadResult> {
  const script = join(__dirname, '..', 'load', 'generator.js');
  const parameters = [port, connections, seconds, route.method, route.path, route.body ?? ''].map(String);
  const command = pinned(loadProcessor, [process.execPath, script, ...parameters]);
  const { stdout } = await run(command[0] as string, command.slice(1));
  return JSON.parse(stdout) as LoadResult;
}

export function load(port: number, route: Route, seconds: number): Promise<LoadResult> {
  return loadTool === 'wrk' ? runWrk(port, route, seconds) : runGenerator(port, route, seconds);
}
