import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome } from './fixtures/chassis.js';
import { Program, root } from './fixtures/service.js';

const folder = join(root, 'samples/private-protocol');
let sample: Program;
let temporary: string;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'ts-chassis-sample-'));
  const environment = { PORT: '0', TMPDIR: temporary };
  sample = new Program({ command: [join(folder, 'dist/main.js')], environment, cwd: folder });
  await sample.line(({ message }) => /ready|started/i.test(message));
});

afterAll(async () => {
  await sample.stop();
  await rm(temporary, { recursive: true, force: true });
});

const ask = (city: string): ReturnType<typeof outcome> =>
  outcome([process.execPath, join(folder, 'dist/ask.js'), city], folder, { TMPDIR: temporary });

describe('the sample private-protocol', () => {
  it('finds the service and asks it, once and for a stream', async () => {
    const { code, out } = await ask('Cairo');
    expect(code).toBe(0);
    expect(out).toMatch(/city: 'Cairo',\s+day: 1970-01-02T00:00:00\.000Z,\s+celsius: 32/);
    expect(out).toMatch(/1970-01-02 32\n1970-01-03 33\n1970-01-04 34\n/);
  });

  it('tells what the service refuses', async () => {
    const { code, err } = await ask('Atlantis');
    expect(code).not.toBe(0);
    expect(err).toMatch('no weather in Atlantis');
  });
});
