/** A server under measurement: its own process on its own processor. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pinned, serverProcessor } from './machine.js';

export interface ServerOptions {
  readonly node: string;
  readonly script: string;
  /** Runs alone, in the place of Node and the script. */
  readonly program?: string;
  readonly nodeArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly processor?: number;
  /** Opens a message channel, for a server that was started with the probe. */
  readonly channel?: boolean;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Spawns without waiting for an answer. `taskset` replaces itself by the program, so the process id is the program's. */
export async function spawnServer(options: ServerOptions): Promise<ServerProcess> {
  const port = await freePort();
  const script = [options.node, ...(options.nodeArguments ?? []), options.script];
  const command = pinned(options.processor ?? serverProcessor, options.program ? [options.program] : script);
  const child = spawn(command[0] as string, command.slice(1), {
    stdio: ['ignore', 'pipe', 'inherit', ...(options.channel ? (['ipc'] as const) : [])],
    env: { ...process.env, NODE_ENV: 'production', PORT: String(port), ...options.environment },
  });
  return { child, pid: child.pid as number, port };
}

/** Spawns and waits for the line `listening`. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const server = await spawnServer(options);
  const lines = createInterface({ input: server.child.stdout as Readable });
  for await (const line of lines) {
    if (line.startsWith('listening')) {
      (server.child.stdout as Readable).resume();
      return server;
    }
  }
  throw new Error(`${options.script} ended before it was listening`);
}

export async function stopServer(server: ServerProcess): Promise<void> {
  if (server.child.exitCode !== null || server.child.signalCode !== null) return;
  const exited = once(server.child, 'exit');
  server.child.kill('SIGKILL');
  await exited;
}
