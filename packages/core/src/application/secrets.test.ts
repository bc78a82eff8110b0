import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { defineSection } from '../config/index.js';
import { Live } from '../config/config.js';
import { memorySource } from '../config/sources/memory-source.js';
import { Value } from '../config/value.js';
import { Injectable } from '../container/injectable.js';
import { Module } from '../container/module.js';
import type { Cipher } from '../security/cipher.js';
import { aesGcm } from '../security/aes-gcm.js';
import { encryptValue } from '../security/encrypt-value.js';
import { SecretTexts } from '../security/secret-texts.js';
import { createLogger } from '../telemetry/create-logger.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { createApplication, type Application } from './application.js';
import type { ApplicationOptions } from './options.js';
import type { CipherContext } from './plugin.js';

const KEYS = `k2:${Buffer.alloc(32, 2).toString('base64')},k1:${Buffer.alloc(32, 1).toString('base64')}`;
const cipher = aesGcm({ environment: { CHASSIS_CIPHER_KEYS: KEYS } });
const sealed = (text: string): Promise<string> => encryptValue(text, { cipher, name: 'aes-gcm' });
/** Both begin with what is easily found. */
const FIRST = 'swordfish-1';
const SECOND = 'swordfish-2';

const Database = defineSection<{ user: string; pass: string; size: number }>({
  key: 'database',
  live: true,
  schema: {
    type: 'object',
    properties: {
      user: { type: 'string', default: '' },
      pass: { type: 'string', default: '' },
      size: { type: 'integer', default: 1 },
    },
  },
});

@Injectable()
class Store {
  constructor(
    @Value('store.phrase') readonly phrase: string,
    @Value('store.phrase', { default: '' }) readonly live: Live<string>,
  ) {}
}
@Module({ providers: [Store] })
class StoreModule {}

@Injectable()
class Sized {
  constructor(@Value('store.size') readonly size: number) {}
}
@Module({ providers: [Sized] })
class SizeModule {}

const started: Application[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.stop()));
});

interface Run {
  readonly app: Application;
  readonly lines: string[];
}

/** An application whose log, at the most talkative, is kept as it is: nothing is blotted out of it as of the default one. */
function application(values: Record<string, unknown>, more: Partial<ApplicationOptions> = {}): Run {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const logger = createLogger({ clock: new VirtualClock(), level: () => 'debug', write });
  const app = createApplication({
    modules: [StoreModule],
    ...{ signals: false, logger },
    ...more,
    configuration: {
      ...{ directory: false, commandLine: false, environment: { CHASSIS_CIPHER_KEYS: KEYS } },
      values,
      sections: [Database],
      ...more.configuration,
    },
  });
  started.push(app);
  return { app, lines };
}

describe('a secret of the configuration', () => {
  it('reaches who asks for it, and nothing that is shown, through start, reload and refusal', async () => {
    const values = { 'store.phrase': await sealed(FIRST), 'database.pass': await sealed(`${FIRST}!`) };
    const { app, lines } = application({ ...values, 'servicecomb.log.level': 'debug' });
    await app.start();
    const seen: unknown[] = [];
    app.config.watch('**', ({ key, after }) => seen.push([key, after]));
    const store = app.get(Store);
    expect([store.phrase, store.live.value]).toEqual([FIRST, FIRST]);
    expect(app.config.section(Database).pass).toBe(`${FIRST}!`);

    app.config.set('store.phrase', await sealed(SECOND));
    expect(store.live.value).toBe(SECOND);
    expect(seen).toEqual([['store.phrase', SECOND]]);
    const wrong = await sealed('swordfish-3');
    let refusal: unknown;
    try {
      app.config.set('database.size', wrong);
    } catch (error) {
      refusal = error;
    }
    expect(String(refusal)).toContain('database.size: expected an integer, got [redacted]');
    expect(() => app.config.set('database.pass', `${wrong.slice(0, -2)}A)`)).toThrow('it was changed, or encrypted by');
    expect(app.config.section(Database).pass).toBe(`${FIRST}!`);

    const dump = JSON.stringify([app.inspect(), lines, app.timings, app.document(), refusal]);
    expect(dump).toContain('store.phrase');
    expect(dump).not.toContain('swordfish');
    expect(app.inspect().configuration.find(({ key }) => key === 'database.pass')?.value).toBe('[redacted]');
    expect(app.inspect().configuration.find(({ key }) => key === 'database.size')?.value).toBe(1);
  });

  it('is not told by a class that wants something else', async () => {
    const { app } = application({ 'store.phrase.inner': await sealed(FIRST) });
    await expect(app.start()).rejects.toThrow(/configuration key store\.phrase, expected string, got a map/);
    const { app: other } = application(
      { 'store.phrase': 'x', 'store.size': await sealed(FIRST) },
      { modules: [SizeModule] },
    );
    await expect(other.start()).rejects.toThrow(
      'configuration key store.size, expected number, got [redacted] at memory',
    );
  });

  it('refuses the start when it cannot be decrypted, naming key, file, line and cipher', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chassis-secrets-'));
    try {
      const other = aesGcm({ environment: { CHASSIS_CIPHER_KEYS: `k9:${Buffer.alloc(32, 9).toString('base64')}` } });
      const value = await encryptValue(FIRST, { cipher: other, name: 'aes-gcm' });
      await writeFile(join(folder, 'chassis.yaml'), `store:\n  phrase: ${value}\n`);
      const configuration = {
        directory: folder,
        commandLine: false,
        environment: { CHASSIS_CIPHER_KEYS: KEYS },
      } as const;
      const { app } = application({}, { configuration });
      await expect(app.start()).rejects.toThrow(
        /chassis\.yaml:2: store\.phrase: expected a text that the cipher "aes-gcm" decrypts, got one that it does not: the text cannot be decrypted by aes-gcm: it needs the key "k9", which variable CHASSIS_CIPHER_KEYS does not hold; it holds k2, k1$/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ['cipher(aes-gmc:x)', 'no cipher is called "aes-gmc"; expected one of default, aes-gcm; did you mean "aes-gcm"?'],
    [
      'cipher(aes-gcm:x)',
      'the text cannot be decrypted by aes-gcm: expected 1.{key id}.{base64url}, whole and unchanged',
    ],
  ])('%s refuses the start', async (value, message) => {
    const { app } = application({ 'store.phrase': value });
    await expect(app.start()).rejects.toThrow(message);
  });

  it('needs keys, and says where it looked for them', async () => {
    const value = await sealed(FIRST);
    const { app } = application(
      {},
      {
        configuration: {
          ...{ directory: false, commandLine: false, environment: false },
          values: { 'store.phrase': value },
        },
      },
    );
    await expect(app.start()).rejects.toThrow('variable CHASSIS_CIPHER_KEYS: expected lines {id}:{32 bytes in base64}');
  });
});

describe('servicecomb.cipher.plugin', () => {
  it('is used where no cipher is named', async () => {
    const bare = (await sealed(FIRST)).replace('aes-gcm:', '');
    const { app } = application({ 'store.phrase': bare, 'servicecomb.cipher.plugin': 'aes-gcm' });
    await app.start();
    expect(app.get(Store).phrase).toBe(FIRST);
    expect(await app.encryptValue('x')).toMatch(/^cipher\(aes-gcm:1\.k2\./);
  });

  it('leaves the text as it is by default, hidden all the same', async () => {
    const { app } = application({ 'store.phrase': `cipher(${FIRST})` });
    await app.start();
    expect(app.get(Store).phrase).toBe(FIRST);
    expect(JSON.stringify(app.inspect())).not.toContain(FIRST);
  });

  it('refuses the start when it names none that is there, used or not', async () => {
    const { app } = application({ 'servicecomb.cipher.plugin': 'aes' });
    await expect(app.start()).rejects.toThrow(
      'memory: servicecomb.cipher.plugin: no cipher is called "aes"; expected one of default, aes-gcm',
    );
  });

  it('counts as the local sources say it', async () => {
    const said = { 'servicecomb.cipher.aesGcm.keyEnv': 'OTHER', 'store.phrase': await sealed(SECOND) };
    const center = { name: 'center', priority: 0, remote: true, load: () => memorySource(said).load() };
    const environment = { CHASSIS_CIPHER_KEYS: KEYS };
    const local = { directory: false, commandLine: false, environment } as const;
    const values = { 'store.phrase': 'plain' };
    const { app } = application({}, { configuration: { ...local, values, sources: [center], sections: [Database] } });
    await app.start();
    expect(app.get(Store).phrase).toBe(SECOND);
  });
});

describe('a cipher of a plug-in', () => {
  it('is made once, of the local configuration as it is written, before anything else is there', async () => {
    const contexts: CipherContext[] = [];
    const shifted: Cipher = { encrypt: (text) => `<${text}>`, decrypt: (text) => Promise.resolve(text.slice(1, -1)) };
    const plugin = {
      name: 'shift',
      install: (host: Parameters<NonNullable<ApplicationOptions['plugins']>[number]['install']>[0]) =>
        host.cipher('shift', (context) => {
          contexts.push(context);
          return shifted;
        }),
    };
    const values = { 'store.phrase': 'cipher(shift:<one>)', 'database.pass': 'cipher(shift:<two>)', 'shift.by': 3 };
    const { app } = application(values, { plugins: [plugin] });
    await app.start();
    expect(contexts).toHaveLength(1);
    expect(contexts[0]!.config.get('shift.by', 0)).toBe(3);
    expect(contexts[0]!.config.raw('store.phrase')).toBe('cipher(shift:<one>)');
    expect(contexts[0]!.environment).toEqual({ CHASSIS_CIPHER_KEYS: KEYS });
    expect(app.get(Store).phrase).toBe('one');
    expect(await app.encryptValue('x', { cipher: 'shift' })).toBe('cipher(shift:<x>)');
  });
});

describe('the log of an application', () => {
  it('blots out a secret that the program itself writes', () => {
    const secrets = new SecretTexts();
    const lines: string[] = [];
    const options = { clock: new VirtualClock(), write: (line: string) => void lines.push(line) };
    const logger = createLogger({ ...options, hide: (line) => secrets.hide(line) });
    secrets.add('a "quoted"\nsecret');
    logger.error('connecting with a "quoted"\nsecret', {
      text: 'a "quoted"\nsecret',
      error: new Error('a "quoted"\nsecret'),
    });
    expect(lines.join('')).toContain('connecting with [redacted]');
    expect(lines.join('')).not.toContain('quoted');
  });
});
