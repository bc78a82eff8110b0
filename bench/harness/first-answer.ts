/** Polls a port until the first 200 comes back. */
import { connect } from 'node:net';
import type { ServerProcess } from './server-process.js';

const pollMs = 2;
const giveUpMs = 60_000;

/** The first bytes of the answer; empty when nobody listens yet. */
function attempt(port: number, path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (text: string) => {
      socket.destroy();
      resolve(text);
    };
    socket.on('error', () => end(''));
    socket.on('connect', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`),
    );
    socket.on('data', (chunk) => end(chunk.toString('latin1', 0, 12)));
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function untilFirstAnswer({ child, port }: ServerProcess, path: string): Promise<void> {
  const begun = performance.now();
  while (performance.now() - begun < giveUpMs) {
    if ((await attempt(port, path)) === 'HTTP/1.1 200') return;
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.at(-1)} ended with code ${child.exitCode}`);
    await pause(pollMs);
  }
  throw new Error(`${child.spawnargs.at(-1)} gave no answer 200 within ${giveUpMs} ms`);
}
