import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const dist = join(__dirname, '../packages/core/dist');

/** A server with a life of its own; `steps` is put between its socket and the line that says it is ready. */
const program = (steps: string): string => `
  const { createServer } = require('node:net');
  const { systemClock } = require(${JSON.stringify(join(dist, 'clock/index.js'))});
  const { createLogger, writeLines } = require(${JSON.stringify(join(dist, 'telemetry/index.js'))});
  const { createLifecycle } = require(${JSON.stringify(join(dist, 'lifecycle/lifecycle.js'))});
  const { listenToSignals } = require(${JSON.stringify(join(dist, 'lifecycle/listen-to-signals.js'))});
  const clock = systemClock;
  const logger = createLogger({ clock, write: writeLines(() => process.stderr) });
  const output = createLogger({ clock, level: () => 'debug' });
  const server = createServer();
  const lifecycle = createLifecycle({ clock, logger, steps: [
    { name: 'listen', start: () => void server.listen(0), stop: () => { output.info('closed'); server.close(); } },
    ${steps}
  ] });
  listenToSignals(lifecycle, { logger });
  lifecycle.start().then(() => output.info('ready'), (error) => output.error('start failed', { error }));
`;

const children: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(steps: string) {
  const child = spawn(process.execPath, ['-e', program(steps)], { stdio: 'pipe' });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (data) => (said.out += String(data)));
  child.stderr.on('data', (data) => (said.err += String(data)));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  /** Waits for a text on either stream. */
  const says = async (text: string): Promise<void> => {
    while (!said.out.includes(text) && !said.err.includes(text)) {
      await Promise.race([
        once(child.stdout, 'data'),
        once(child.stderr, 'data'),
        exited.then(() => missing(text, said)),
      ]);
    }
  };
  return { child, said, exited, says };
}

function missing(text: string, said: { out: string; err: string }): never {
  throw new Error(`the process ended without saying "${text}"\n${said.out}\n${said.err}`);
}

const hanging = (ms: number): string =>
  `{ name: 'pool of doom', stop: () => new Promise(() => {}), stopTimeoutMs: ${ms} },`;

describe('a process that listens to signals', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops in order and exits 0 on %s', async (signal) => {
    const { child, said, exited, says } = run(`{ name: 'hook', stop: () => output.info('hook ran') },`);
    await says('"ready"');
    child.kill(signal);
    expect(await exited).toBe(0);
    expect(said.out.indexOf('hook ran')).toBeGreaterThan(0);
    expect(said.out.indexOf('closed')).toBeGreaterThan(said.out.indexOf('hook ran'));
    expect(said.err).toContain(`"signal":"${signal}"`);
  });

  it('names a step that hangs on its standard error, goes on, and exits 1', async () => {
    const { child, said, exited, says } = run(hanging(150));
    await says('"ready"');
    child.kill('SIGTERM');
    expect(await exited).toBe(1);
    expect(said.err).toContain('stop step \\"pool of doom\\" did not end in 150 ms');
    expect(said.out).toContain('closed');
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('exits at once with a second %s', async (signal, code) => {
    const { child, said, exited, says } = run(hanging(3_600_000));
    await says('"ready"');
    child.kill('SIGTERM');
    await says('signal: stopping');
    child.kill(signal);
    expect(await exited).toBe(code);
    expect(said.err).toContain('pool of doom');
    expect(said.out).not.toContain('closed');
  });

  it('gives up a start that is under way', async () => {
    const { child, exited, says } = run(
      `{ name: 'connect', start: (signal) => { output.info('connecting'); return clock.sleep(3_600_000, signal); } },`,
    );
    await says('connecting');
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });

  it('goes on logging to an output that nobody reads any more', async () => {
    const { child, said, exited, says } = run(
      `{ name: 'talk', stop: async () => { for (let i = 0; i < 50; i += 1) { output.info('x'); await clock.sleep(1); } } },`,
    );
    await says('"ready"');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(said.err).not.toContain('EPIPE');
  });
});
