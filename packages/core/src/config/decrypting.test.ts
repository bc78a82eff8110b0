import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/index.js';
import { coreError } from '../errors/core-error.js';
import { SecretTexts } from '../security/secret-texts.js';
import { createConfig, type ConfigStore } from './create-config.js';
import { defineSection } from './section.js';
import { Given, Lines, Shop } from './store.fixture.js';

/** `?text` is decrypted to the same text in capitals by `shout`, and after a while by `slow`; all else is refused. */
class Ciphers {
  readonly secrets = new SecretTexts();
  readonly asked: string[] = [];
  readonly waiting: (() => void)[] = [];

  decrypt(cipher: string | undefined, text: string): string | Promise<string> {
    this.asked.push(`${cipher ?? 'chosen'} ${text}`);
    if (cipher === 'slow') {
      return new Promise((resolve, reject) => {
        this.waiting.push(() =>
          text.startsWith('?') ? resolve(text.slice(1).toUpperCase()) : reject(new Error('no')),
        );
      });
    }
    if (cipher === 'foreign') throw Object.assign(new Error(`cannot read ${text}`), { code: 'EKEY' });
    if (!text.startsWith('?')) throw coreError('CIPHER_FAILED', 'cannot read it');
    return text.slice(1).toUpperCase();
  }

  /** Lets the slow one answer all that it was asked. */
  async answer(): Promise<void> {
    for (const answer of this.waiting.splice(0)) answer();
    await new Promise((resolve) => void setImmediate(resolve));
  }
}

const Database = defineSection<{ password: string; hosts: readonly string[]; size: number }>({
  key: 'database',
  live: true,
  schema: {
    type: 'object',
    properties: {
      password: { type: 'string', default: '' },
      hosts: { type: 'array', items: { type: 'string' }, default: [] },
      size: { type: 'integer', minimum: 1, default: 1 },
    },
  },
  aliases: { 'db.pass': 'database.password' },
});

interface Setting {
  readonly store: ConfigStore;
  readonly ciphers: Ciphers;
  readonly files: Given;
  readonly remote: Given;
  readonly lines: string[];
}

class Remote extends Given {
  readonly remote = true;
}

function setting(values: Record<string, unknown>, remoteValues: Record<string, unknown> = {}): Setting {
  const ciphers = new Ciphers();
  const logger = new Lines();
  const files = new Given('files', 4, values);
  const remote = new Remote('remote', 0, remoteValues);
  const sections = [Shop, Database];
  const clock = new VirtualClock();
  const store = createConfig({ sections, sources: [files, remote], clock, logger, decryption: ciphers });
  return { store, ciphers, files, remote, lines: logger.lines };
}

async function started(values: Record<string, unknown>, remote?: Record<string, unknown>): Promise<Setting> {
  const made = setting(values, remote);
  await made.store.start();
  await made.store.startRemote([], 1000);
  return made;
}

describe('a value written as cipher(...)', () => {
  it('is decrypted wherever it stands: sections, free keys, lists, aliases, numbers, all sources', async () => {
    const { store } = await started(
      {
        database: { hosts: ['a', 'cipher(?b)'], size: 'cipher(?7)' },
        'db.pass': ' cipher(?one) ',
        own: { key: 'cipher(?two)', list: [{ deep: ['cipher(?three)'] }] },
      },
      { 'shop.currency': 'cipher(other:?usd)' },
    );
    expect(store.section(Database)).toEqual({ password: 'ONE', hosts: ['a', 'B'], size: 7 });
    expect(store.get('own.key', '')).toBe('TWO');
    expect(store.raw('own.list')).toEqual([{ deep: ['THREE'] }]);
    expect(store.section(Shop).currency).toBe('USD');
  });

  it('names its cipher before the first colon, or begins with a colon', async () => {
    const { ciphers } = await started({
      a: 'cipher(?x)',
      b: 'cipher(kms:?y:z)',
      c: 'cipher(:?z:1)',
      d: 'cipher(?(x))',
      e: 'cipher(my-own.2:?)',
      f: 'a cipher(?no)',
    });
    expect(ciphers.asked).toEqual(['chosen ?x', 'kms ?y:z', 'chosen ?z:1', 'chosen ?(x)', 'my-own.2 ?']);
  });

  it('stays as it is where there are no ciphers', async () => {
    const options = { sections: [], sources: [new Given('files', 4, { a: 'cipher(x)' })] };
    const store = createConfig({ ...options, clock: new VirtualClock(), logger: new Lines() });
    await store.start();
    expect(store.get('a', '')).toBe('cipher(x)');
  });

  it('refuses the start with every key, its place and the cipher, when it cannot be decrypted', async () => {
    const { store } = setting({ 'db.pass': 'cipher(bad)', 'own.key': 'cipher(kms:bad)', 'own.end': 'cipher(x' });
    await expect(store.start()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: [
        'the configuration is not valid, 3 faults:',
        'files:db.pass: db.pass (database.password): expected a text that the chosen cipher decrypts, got one that it does not: cannot read it',
        'files:own.key: own.key: expected a text that the cipher "kms" decrypts, got one that it does not: cannot read it',
        'files:own.end: own.end: expected cipher(...) that ends with ")", got one that does not end',
      ].join('\n  '),
    });
  });

  it('is not shown by the error of a cipher that is not ours', async () => {
    const { store } = setting({ a: 'cipher(foreign:what it was given)' });
    await expect(store.start()).rejects.toThrow(
      'got one that it does not: Error EKEY, whose message is not shown: only that of a ChassisError is',
    );
  });

  it('lets its section, or itself, keep the last good value at run time, and is told once until it is mended', async () => {
    const { store, files, lines } = await started({ 'database.password': 'cipher(?one)', 'own.key': 'cipher(?k1)' });
    const bad = {
      'database.password': 'cipher(bad)',
      'database.size': 3,
      'own.key': 'cipher(bad)',
      'shop.discount': 9,
    };
    files.change(bad);
    files.change(bad);
    expect(store.section(Database)).toEqual({ password: 'ONE', hosts: [], size: 1 });
    expect(store.get('own.key', '')).toBe('K1');
    expect(store.section(Shop).discount).toBe(9);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^files:database\.password: database\.password: .*; database keeps its last good values$/);
    expect(lines[1]).toMatch(/^files:own\.key: own\.key: .*; own\.key keeps its last good values$/);
    files.change({ 'database.password': 'cipher(?two)' });
    expect(store.section(Database).password).toBe('TWO');
  });

  it('is decrypted once while it stays as it is written', async () => {
    const { ciphers, files, store } = await started({ a: 'cipher(?x)', b: 'cipher(?x)' });
    files.change({ a: 'cipher(?x)', b: 'cipher(?y)' });
    expect(ciphers.asked).toEqual(['chosen ?x', 'chosen ?y']);
    expect(store.get('b', '')).toBe('Y');
  });

  it('reaches watchers and what follows it in clear, and tells them nothing when it only was encrypted anew', async () => {
    const { files, store } = await started({ a: 'cipher(?x)' });
    const seen: unknown[] = [];
    store.watch('a', ({ before, after }) => seen.push([before, after]));
    const live = store.live('a', '');
    files.change({ a: 'cipher(other:?x)' });
    files.change({ a: 'cipher(?y)' });
    expect(seen).toEqual([['X', 'Y']]);
    expect(live.value).toBe('Y');
  });
});

describe('a cipher that answers later', () => {
  it('is waited for by the start, and by that of remote sources before sections that are not live are settled', async () => {
    const { store, ciphers } = setting({ a: 'cipher(slow:?x)' }, { b: 'cipher(slow:?y)' });
    const starting = store.start();
    await new Promise((resolve) => void setImmediate(resolve));
    await ciphers.answer();
    await starting;
    expect(store.get('a', '')).toBe('X');
    const startingRemote = store.startRemote([], 1000);
    await new Promise((resolve) => void setImmediate(resolve));
    await ciphers.answer();
    await startingRemote;
    expect(store.get('b', '')).toBe('Y');
  });

  it('holds up its own source only, of which the last change counts', async () => {
    const { store, ciphers, files, remote } = await started({ a: '0' });
    files.change({ a: 'cipher(slow:?x)' });
    remote.change({ b: 1 });
    expect(store.get('b', 0)).toBe(1);
    expect(store.get('a', '')).toBe('0');
    files.change({ a: '2' });
    await ciphers.answer();
    expect(store.get('a', '')).toBe('2');
    files.change({ a: 'cipher(slow:?z)' });
    await ciphers.answer();
    expect(store.get('a', '')).toBe('Z');
  });

  it('asks a few at a time', async () => {
    const { ciphers, files, store } = await started({});
    const many = Array.from({ length: 100 }, (_, index) => [`k${index}`, `cipher(slow:?v${index})`] as const);
    files.change(Object.fromEntries(many));
    expect(ciphers.waiting).toHaveLength(16);
    while (ciphers.waiting.length > 0) await ciphers.answer();
    expect(store.get('k99', '')).toBe('V99');
  });

  it('cannot serve a set, which takes effect at once', async () => {
    const { store } = await started({});
    expect(() => store.set('a', 'cipher(slow:?x)')).toThrow(
      'memory: a: expected a cipher that decrypts at once, as everything has to that a program sets while it runs, got one that answers later',
    );
    expect(store.raw('a')).toBeUndefined();
  });
});

describe('set', () => {
  it('decrypts, and refuses what cannot be', async () => {
    const { store } = await started({});
    store.set('database.password', 'cipher(?one)');
    store.set('other', 1);
    expect(store.section(Database).password).toBe('ONE');
    expect(() => store.set('database.password', 'cipher(bad)')).toThrow(
      'expected a text that the chosen cipher decrypts',
    );
    expect(store.section(Database).password).toBe('ONE');
  });
});

describe('what was decrypted', () => {
  it('is redacted in entries, lists and the maps around too, and marked in its origin', async () => {
    const { store } = await started({
      database: { hosts: ['a', 'cipher(?bbbbbb)'], password: 'cipher(?cccccc)' },
      own: [{ deep: 'cipher(?dddddd)' }],
    });
    const entries = Object.fromEntries(store.entries().map(({ key, value }) => [key, value]));
    expect(entries).toMatchObject({
      'database.hosts': '[redacted]',
      'database.password': '[redacted]',
      own: '[redacted]',
    });
    expect(entries['database.size']).toBe(1);
    expect(store.origin('database.password')).toEqual({
      source: 'files',
      place: 'files:database.password',
      secret: true,
    });
    expect(store.origin('own')?.secret).toBe(true);
  });

  it('does not stand in what refuses it', async () => {
    const { store, files, lines } = await started({ 'database.size': 1, 'followed.size': 1 });
    const live = store.live('followed.size', 0);
    files.change({ 'database.size': 'cipher(?seven)', 'followed.size': 'cipher(?eight)' });
    expect(lines).toHaveLength(2);
    expect(() => store.set('database.size', 'cipher(?nine)')).toThrow('expected an integer, got [redacted]');
    expect(store.get('followed.size', 5)).toBe(1);
    expect(live.value).toBe(1);
    expect(lines.join('\n')).not.toMatch(/SEVEN|EIGHT|NINE/);
    expect(lines.join('\n')).toMatch(/database\.size: expected an integer, got \[redacted\]/);
    expect(lines.join('\n')).toMatch(/followed\.size: expected a number, got \[redacted\]/);
  });

  it('does not stand in what the reader of a section says of it', async () => {
    const Rules = defineSection<unknown>({
      key: 'rules',
      live: true,
      schema: { type: 'object', properties: { text: { type: 'string' } } },
      read: (values: { text: string }, key, refuse) => {
        if (values.text) refuse({ key: `${key}.text`, expected: 'nothing', got: values.text, line: 2 });
        return values;
      },
    });
    const { store } = setting({ 'rules.text': 'cipher(?secret words)' });
    expect(() => store.declare(Rules)).not.toThrow();
    await expect(store.start()).rejects.toThrow('rules.text: expected nothing, got [redacted]');
    await expect(store.start()).rejects.not.toThrow('SECRET');
  });
});

describe('many values', () => {
  it('are decrypted with turns for other work between', async () => {
    const { store, files } = await started({});
    const many = Array.from({ length: 10_000 }, (_, index) => [`k${index}`, `cipher(?v${index})`] as const);
    let turns = 0;
    files.change(Object.fromEntries(many));
    expect(store.raw('k0')).toBeUndefined();
    while (store.raw('k9999') === undefined) {
      await new Promise((resolve) => void setImmediate(resolve));
      turns += 1;
    }
    expect(store.get('k0', '')).toBe('V0');
    expect(turns).toBeGreaterThan(2);
  });
});
