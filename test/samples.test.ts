import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program, root } from './fixtures/service.js';

const folder = join(root, 'samples');
const all = readdirSync(folder);
/** Those with a README of their own and one command; the README of the repository leads through the other two. */
const small = all.filter((name) => name !== 'hello' && name !== 'shop');
const PORT = /\$\{(\w*PORT)\|\|(\d+)\}/g;

/** The ports of a sample: the variable that names each, and its default. */
function portsOf(sample: string): readonly (readonly [variable: string, port: string])[] {
  const conf = join(folder, sample, 'conf');
  const files = readdirSync(conf, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const named = files.flatMap((file) =>
    [...readFileSync(join(conf, file), 'utf8').matchAll(PORT)].map(([, variable, port]) => [variable!, port!] as const),
  );
  // two services that name a third one's port by one variable mean one port
  return [...new Map(named)];
}

describe('every sample', () => {
  let temporary: string;

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'ts-chassis-samples-'));
  });

  afterAll(() => rm(temporary, { recursive: true, force: true }));

  it.each(small)('starts by the command of its README and ends on Ctrl-C: %s', async (sample) => {
    const ports = portsOf(sample);
    const readme = readFileSync(join(folder, sample, 'README.md'), 'utf8');
    const command = ['start', '-w', `@ts-chassis/sample-${sample}`];
    expect(readme).toContain(`npm ${command.join(' ')}\n`);
    for (const [address] of readme.matchAll(/127\.0\.0\.1:\d+/g)) {
      expect(ports.map(([, port]) => `127.0.0.1:${port}`)).toContain(address);
    }
    const environment = {
      ...Object.fromEntries(ports.map(([variable]) => [variable, '0'])),
      ...{ TMPDIR: temporary, CERTIFICATES: join(temporary, sample) },
    };
    const program = new Program({ program: 'npm', command, environment, detached: true });
    const services = readdirSync(join(folder, sample, 'conf'), { withFileTypes: true }).filter((each) =>
      each.isDirectory(),
    );
    await program.line(() => readyOnes(program) === Math.max(1, services.length));
    process.kill(-program.child.pid!, 'SIGINT');
    await program.ended;
    expect(program.text).toContain('signal: stopping');
    expect(program.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('has ports of its own, so that several may run', () => {
    const ports = all.flatMap((sample) => portsOf(sample).map(([, port]) => port));
    expect(ports.filter((port, index) => ports.indexOf(port) !== index)).toEqual([]);
  });

  it('is named by the README of the repository', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    for (const sample of all) expect(readme).toContain(`](samples/${sample}`);
  });
});

function readyOnes({ lines }: Program): number {
  return lines.filter(({ message }) => message === 'ready').length;
}
