import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const keeper = fileURLToPath(new URL('keeper.mjs', import.meta.url));
const LOOK_EVERY_MS = 100;
const LOG_LINES = 40;

/** A TCP port of the loopback that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A UDP port of the loopback that was free a moment ago. */
export async function freeDatagramPort() {
  const socket = createSocket('udp4');
  await new Promise((resolve, reject) => socket.once('error', reject).bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise((resolve) => socket.close(resolve));
  return port;
}

/** Looks again and again until something that is not undefined is found; an Error with what was seen last when it takes too long. */
export async function until(what, look, { withinMs = 30_000, everyMs = LOOK_EVERY_MS } = {}) {
  const latest = Date.now() + withinMs;
  let last = 'nothing';
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = String(error?.cause ?? error);
    }
    if (Date.now() > latest) throw new Error(`${what}: not within ${withinMs / 1000} s; last seen: ${last}`);
    await sleep(everyMs);
  }
}

/** A real server as a process of its own. */
export class Server {
  /** Its working folder, for its files; gone when it has stopped well, unless it was given. */
  folder;
  #name;
  #keeps;
  #child;
  #ended;
  #log;

  constructor(name, { folder } = {}) {
    this.#name = name;
    this.#keeps = folder !== undefined;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'ts-chassis-server-'));
    this.#log = join(this.folder, 'server.log');
  }

  /** Starts it and waits until `ready`, an address of its own, answers with success, or accepts connections when it is `tcp:`. */
  async start(command, given, { ready, withinMs = 90_000, environment = {} }) {
    const child = spawn(process.execPath, [keeper, this.#log, command, ...given], {
      stdio: ['pipe', 'ignore', 'inherit'],
      cwd: this.folder,
      env: { ...process.env, ...environment },
    });
    this.#child = child;
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    const over = this.#ended.then((code) => Promise.reject(new Error(`it ended with ${code} before it was ready`)));
    const answers = until(`${this.#name}: ${ready}`, () => answersWell(ready), { withinMs });
    // whichever loses the race below may still fail, which then means nothing
    answers.catch(() => {});
    over.catch(() => {});
    try {
      await Promise.race([answers, over]);
    } catch (error) {
      const log = this.log;
      await this.stop();
      throw new Error(`${this.#name} did not start: ${error.message}\nits log ended with:\n${log}`, { cause: error });
    }
    return this;
  }

  /** The end of what it wrote. */
  get log() {
    try {
      return readFileSync(this.#log, 'utf8').split('\n').slice(-LOG_LINES).join('\n');
    } catch {
      return '(nothing was written)';
    }
  }

  /** Ends it as a machine that fails would (SIGKILL); its folder stays, so that it can start there again. */
  async kill() {
    this.#child?.stdin.write('kill');
    await this.#ended;
  }

  /** Ends it; resolves when it has ended. Stopping it again does nothing. */
  async stop() {
    this.#child?.stdin.end();
    await this.#ended;
    if (!this.#keeps) rmSync(this.folder, { recursive: true, force: true });
  }
}

async function answersWell(url) {
  if (url.startsWith('tcp:')) return connects(new URL(url));
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return true;
}

async function connects({ hostname, port }) {
  const socket = connect(Number(port), hostname);
  try {
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return true;
  } finally {
    socket.destroy();
  }
}
