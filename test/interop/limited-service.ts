import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../../scripts/servers/servers.mjs';

/** A process of a service that is limited on a shared server. */
export interface LimitedService {
  /** What it logged. */
  readonly log: readonly { readonly message: string }[];
  /** @returns the status */
  call(): Promise<number>;
  stop(): Promise<void>;
}

export async function startLimited(url: string, limit: { rate: number; burst: number }): Promise<LimitedService> {
  const program = join(__dirname, '../fixtures/limited-process.cjs');
  const child = spawn(process.execPath, [program, url, String(limit.rate), String(limit.burst)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = once(child, 'close');
  const log: { message: string; port?: number }[] = [];
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{')) log.push(JSON.parse(line) as { message: string });
  });
  const port = await until(
    'the limited service',
    () => log.find((line) => line.port !== undefined && !line.message)?.port,
  );
  return {
    log,
    async call() {
      const answer = await fetch(`http://127.0.0.1:${port}/books/`);
      await answer.arrayBuffer();
      return answer.status;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
