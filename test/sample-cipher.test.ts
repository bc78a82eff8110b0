import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHASSIS, outcome, withoutTools } from './fixtures/chassis.js';
import { root, Service } from './fixtures/service.js';

const folder = join(root, 'samples/cipher');
let own: string;
let sample: Service;
let address: string;

beforeAll(async () => {
  own = await mkdtemp(join(tmpdir(), 'chassis-cipher-'));
  await cp(join(folder, 'conf'), join(own, 'conf'), { recursive: true });
  await cp(join(folder, 'demo.keys'), join(own, 'keys'));
  const environment = { PORT: '0', CHASSIS_CONF_DIR: join(own, 'conf'), SAFE_KEYS: join(own, 'keys') };
  sample = new Service({ command: [join(folder, 'dist/main.js')], environment, cwd: folder });
  address = await sample.ready();
});

afterAll(async () => {
  await sample?.stop();
  await rm(own, { recursive: true, force: true });
});

async function opens(password: string): Promise<boolean> {
  const answer = await fetch(`${address}/safe/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password }),
  });
  return ((await answer.json()) as { open: boolean }).open;
}

/** `chassis encrypt` with a value piped in. */
async function encrypt(value: string, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const environment = { CHASSIS_CONF_DIR: join(own, 'conf'), SAFE_KEYS: join(own, 'keys') };
  const child = spawn(process.execPath, [CHASSIS, 'encrypt', ...words], {
    cwd: folder,
    env: { ...withoutTools(), ...environment },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(value);
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

/** Writes a file of the sample as an editor does: whole. */
async function change(path: string, edit: (text: string) => string): Promise<void> {
  const file = join(own, path);
  await writeFile(`${file}.new`, edit(await readFile(file, 'utf8')));
  await rename(`${file}.new`, file);
}

const withPassword = (value: string) => (text: string) => text.replace(/password: .*/, `password: ${value}`);

/** Logs the password, and cannot start because of it. */
const CARELESS = `
const { createApplication } = require('@ts-chassis/core');
const { rest } = require('@ts-chassis/rest');
void createApplication({
  plugins: [rest(), {
    name: 'careless',
    install: (host) => host.onStart('connect', ({ config, logger }) => {
      const password = config.get('safe.password', '');
      logger.info('connecting with ' + password, { phrase: password });
      throw new Error('cannot connect with ' + password);
    }),
  }],
}).run();`;

describe('the sample cipher', () => {
  it('opens for the password that stands encrypted in its configuration', async () => {
    expect([await opens('open sesame'), await opens('open barley')]).toEqual([true, false]);
  });

  it('follows a password that the command line encrypted, with a key or as the application is configured', async () => {
    const byKey = await encrypt('open barley\n', '--key-file', join(own, 'keys'));
    expect(byKey).toMatchObject({ code: 0, err: '' });
    expect(byKey.out).toMatch(/^cipher\(aes-gcm:1\.2026-11\.[\w-]+\)\n$/);
    let from = sample.lines.length;
    await change('conf/chassis.yaml', withPassword(byKey.out.trim()));
    await sample.says('configuration changed', from);
    expect([await opens('open sesame'), await opens('open barley')]).toEqual([false, true]);

    await change('keys', (text) => `2027-01:${randomBytes(32).toString('base64')}\n${text}`);
    const byApplication = await encrypt('open rye', 'dist/main.js');
    expect(byApplication.out).toMatch(/^cipher\(aes-gcm:1\.2027-01\.[\w-]+\)\n$/);
    from = sample.lines.length;
    await change('conf/chassis.yaml', withPassword(byApplication.out.trim()));
    await sample.says('configuration changed', from);
    expect(await opens('open rye')).toBe(true);
  });

  it('keeps the last password when the next cannot be decrypted, and says where it stands', async () => {
    const from = sample.lines.length;
    await change('conf/chassis.yaml', withPassword('cipher(aes-gcm:1.2031-01.AAAA)'));
    const { message } = await sample.says('keeps its last good values', from);
    expect(message).toMatch(
      /chassis\.yaml:13: safe\.password: expected a text that the cipher "aes-gcm" decrypts, .*"2031-01"/,
    );
    expect(await opens('open rye')).toBe(true);
  });

  it('blots it out of what the program itself logs, and of what refuses its start', async () => {
    const environment = { CHASSIS_CONF_DIR: join(folder, 'conf'), SAFE_KEYS: join(own, 'keys') };
    const { code, out, err } = await outcome([process.execPath, '-e', CARELESS], folder, environment);
    expect(code).toBe(1);
    expect(`${out}${err}`).toContain('[redacted]');
    expect(`${out}${err}`).not.toContain('open sesame');
  });

  it('shows the password nowhere', async () => {
    const { out } = await encrypt('open oats', '--key-file', join(own, 'keys'));
    await change('conf/chassis.yaml', withPassword(out.trim()));
    const environment = { CHASSIS_CONF_DIR: join(own, 'conf'), SAFE_KEYS: join(own, 'keys') };
    const command = [process.execPath, CHASSIS, 'inspect', 'config', 'dist/main.js', '--search', 'safe'];
    const inspected = await outcome(command, folder, environment);
    expect(inspected.out).toMatch(/safe\.password\s+"\[redacted\]"/);
    expect(`${inspected.out}${inspected.err}${sample.text}`).not.toMatch(/open (sesame|barley|rye|oats)/);
  });
});
