import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHASSIS, emptyFolder, outcome } from './fixtures/chassis.js';
import { Program, root } from './fixtures/service.js';

describe('chassis registry', () => {
  let folder: Awaited<ReturnType<typeof emptyFolder>>;
  const programs: Program[] = [];
  beforeEach(async () => {
    folder = await emptyFolder();
  });
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.stop()));
    await folder.remove();
  });

  async function start(...words: string[]): Promise<{ program: Program; base: string }> {
    const program = new Program({ command: [CHASSIS, 'registry', '--port', '0', ...words] });
    programs.push(program);
    const { message } = await program.line((line) => line.message.startsWith('http:'));
    return { program, base: `${message}/v4/default/registry` };
  }

  it('serves until Ctrl-C, and knows again what was in its file', async () => {
    const file = join(folder.path, 'registry.json');
    const first = await start('--file', file);
    const body = JSON.stringify({ service: { serviceName: 'catalog', appId: 'shop', version: '1.0.0' } });
    const made = await fetch(`${first.base}/microservices`, { method: 'POST', body });
    const { serviceId } = (await made.json()) as { serviceId: string };
    first.program.child.kill('SIGINT');
    expect(await first.program.ended).toEqual({ code: 0, signal: null });
    expect(await readFile(file, 'utf8')).toContain(serviceId);

    const second = await start('--file', file);
    const asked = await fetch(`${second.base}/microservices/${serviceId}`);
    expect(await asked.json()).toMatchObject({ service: { serviceName: 'catalog' } });
    second.program.child.kill('SIGTERM');
    expect(await second.program.ended).toEqual({ code: 143, signal: null });
  });

  it('says so when its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      expect(await outcome([process.execPath, CHASSIS, 'registry', '--port', String(port)], root)).toMatchObject({
        code: 1,
        err: expect.stringContaining('EADDRINUSE') as string,
      });
    } finally {
      other.close();
    }
  });
});
