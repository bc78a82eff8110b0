import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../clock/index.js';
import { Logger } from '../../telemetry/logger.js';
import { createConfig, type ConfigStore } from '../create-config.js';
import { defineSection } from '../section.js';
import type { Layer } from '../source.js';
import type { ConfFile } from './conf-files.js';
import { FileSource, fileSource } from './file-source.js';

class Lines extends Logger {
  readonly lines: string[] = [];
  #waiting: ((line: string) => void)[] = [];
  debug(): void {}
  info(): void {}
  warn(message: string): void {
    this.lines.push(message);
    for (const tell of this.#waiting.splice(0)) tell(message);
  }
  error(message: string): void {
    this.warn(message);
  }
  child(): Logger {
    return this;
  }
  next(): Promise<string> {
    return new Promise((tell) => this.#waiting.push(tell));
  }
}

const Shop = defineSection<{ discount: number }>({
  key: 'shop',
  live: true,
  schema: { type: 'object', properties: { discount: { type: 'number', default: 0 } } },
});

let directory: string;
let logger: Lines;
const closing: ConfigStore[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conf-'));
  logger = new Lines();
});

afterEach(async () => {
  for (const store of closing.splice(0)) store.close();
  await rm(directory, { recursive: true, force: true });
});

const put = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text);
const load = (environment: NodeJS.ProcessEnv = {}): Promise<Layer> =>
  fileSource(directory, { logger, environment }).load();

/** Followed by the system's notice alone, unless a test looks more often. */
async function started(at = directory, pollMs = 3_600_000): Promise<ConfigStore> {
  const source = fileSource(at, { logger, pollMs, environment: {} });
  const store = createConfig({ sections: [Shop], sources: [source], clock: systemClock, logger });
  closing.push(store);
  await store.start();
  await store.startRemote([], 1000);
  return store;
}

/** Resolves to the next value of a key. */
function next(store: ConfigStore, key = 'shop.discount'): Promise<unknown> {
  return new Promise((tell) => {
    const stop = store.watch(key, ({ after }) => {
      stop();
      tell(after);
    });
  });
}

describe('files', () => {
  it('are merged in the order of their names, whatever they are called', async () => {
    await put('b.yaml', 'shop:\n  discount: 2\n  currency: USD\n');
    await put('a.yml', 'shop:\n  discount: 1\nlist:\n- x\n- {y: 1}\n');
    await put('p.yaml', 'twice: p');
    await put('q.yaml', 'twice: q');
    await put('c.json', '{"json": {"a": 1}, "shop": {"name": "c"}}');
    await put('.hidden.yaml', 'hidden: 1');
    await put('notes.txt', 'notes: 1');
    await put('.a.yml.swp', 'swap: 1');
    await mkdir(join(directory, 'd.yaml'));
    const layer = await load();
    expect(layer.values).toEqual({
      shop: { discount: 1, currency: 'USD', name: 'c' },
      list: ['x', { y: 1 }],
      json: { a: 1 },
      twice: 'p',
    });
    expect(logger.lines).toEqual([
      `${join(directory, 'b.yaml')}:2: shop.discount is already given by ${join(directory, 'a.yml')}, which keeps it`,
      `${join(directory, 'q.yaml')}:1: twice is already given by ${join(directory, 'p.yaml')}, which keeps it`,
    ]);
  });

  it('may give a value to a key and to one below it, which counts where dialects take them apart', async () => {
    const Limit = defineSection<{ rate: number; schemas: Record<string, number> }>({
      key: 'limit',
      live: true,
      schema: {
        type: 'object',
        properties: { rate: { type: 'number' }, schemas: { type: 'object', additionalProperties: { type: 'number' } } },
      },
      aliases: { 'qps.*': 'limit.rate', 'qps.*.*': 'limit.schemas.*' },
    });
    await put('a.yaml', 'qps:\n  catalog: 1\n  catalog.shelf: 2\nother:\n  a: 1\n  a.b: 2\n');
    const source = fileSource(directory, { logger, environment: {} });
    const store = createConfig({ sections: [Limit], sources: [source], clock: systemClock, logger });
    closing.push(store);
    await store.start();
    expect(store.section(Limit).rate).toBe(1);
    expect(store.raw('limit.schemas')).toEqual({ catalog: 2 });
    expect(store.raw('other.a')).toBe(1);
    const file = join(directory, 'a.yaml');
    expect(logger.lines).toEqual([
      `${file}:6: other.a.b stands below other.a, which has a value by ${file}:5; that wins`,
    ]);
  });

  it('know the line of every key', async () => {
    await put(
      'a.yaml',
      '# one\nshop:\n  discount: 1\n  books:\n    - name: x\n      pages: 3\n\n"dotted.key.here": 4\n',
    );
    const { place } = await load();
    const file = join(directory, 'a.yaml');
    expect(place('shop.discount')).toBe(`${file}:3`);
    expect(place('shop.books')).toBe(`${file}:4`);
    expect(place('shop.books[0].pages')).toBe(`${file}:6`);
    expect(place('shop')).toBe(`${file}:2`);
    expect(place('dotted.key.here')).toBe(`${file}:8`);
  });

  it('may be empty, absent, or hold only comments', async () => {
    await put('a.yaml', '');
    await put('b.yaml', '# nothing\n');
    expect((await load()).values).toEqual({});
    await rm(directory, { recursive: true });
    expect((await load()).values).toEqual({});
  });

  it('fill in placeholders and keep the characters of what YAML takes for numbers', async () => {
    await put('a.yaml', 'port: ${PORT||8080}\nversion: 1.10\nanchors: &a {x: 1}\nmore:\n  <<: *a\n  y: 2\n');
    const layer = await load({ PORT: '9090' });
    expect(layer.values).toEqual({ port: '9090', version: 1.1, anchors: { x: 1 }, more: { x: 1, y: 2 } });
    expect(layer.written?.('version')).toBe('1.10');
    expect(layer.written?.('port')).toBeUndefined();
  });

  it.each([
    ['a: [1', 1],
    ['a: 1\nb: {x: 1\n', 3],
    ['a: 1\na: 2\n', 2],
    ['a: 1\n\tb: 2\n', 2],
    ['- a\n- b\n', 1],
    ['just text', 1],
    ['a: 1\n---\nb: 2\n', 2],
    ['a: *nowhere\n', 1],
    ['{"a": 1,, }', 1],
  ])('that cannot be read are refused with their line: %j', async (text, line) => {
    await put('a.yaml', text);
    await expect(load()).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringContaining(`${join(directory, 'a.yaml')}:${line}: `) as string,
    });
  });

  it('are all named when several cannot be read', async () => {
    await put('a.yaml', 'a: [1');
    await put('b.yaml', 'b: {');
    await expect(load()).rejects.toThrow(/a\.yaml:1[^]*b\.yaml:1/);
  });

  it('in a directory that cannot be listed are refused', async () => {
    const loop = join(directory, 'loop');
    await symlink('loop', loop);
    await expect(fileSource(loop, { logger }).load()).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringContaining('cannot be listed') as string,
    });
  });

  it('cannot blow up by aliases', async () => {
    const levels = Array.from({ length: 30 }, (_, level) => `l${level + 1}: &l${level + 1} [*l${level}, *l${level}]`);
    await put('a.yaml', ['l0: &l0 [x]', ...levels].join('\n'));
    await expect(load()).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  });
});

describe('a change', () => {
  beforeEach(() => put('shop.yaml', 'shop: { discount: 1 }\n'));

  it('of a file in place is followed', async () => {
    const store = await started();
    const change = next(store);
    await put('shop.yaml', 'shop: { discount: 2 }\n');
    expect(await change).toBe(2);
    expect(store.section(Shop).discount).toBe(2);
  });

  it('by renaming another file over it is followed, again and again', async () => {
    const store = await started();
    for (const discount of [2, 3, 4]) {
      const change = next(store);
      await put('shop.yaml~new', `shop: { discount: ${discount} }\n`);
      await rename(join(directory, 'shop.yaml~new'), join(directory, 'shop.yaml'));
      expect(await change).toBe(discount);
    }
  });

  it('of a new and of a removed file is followed', async () => {
    const store = await started();
    const created = next(store, 'extra');
    await put('a.yaml', 'extra: 1\nshop: { discount: 9 }\n');
    expect(await created).toBe(1);
    expect(store.get('shop.discount', 0)).toBe(9);
    const removed = next(store);
    await unlink(join(directory, 'a.yaml'));
    expect(await removed).toBe(1);
  });

  it('by swapping symbolic links, as Kubernetes does, is followed', async () => {
    const root = await mkdtemp(join(tmpdir(), 'map-'));
    const version = async (name: string, discount: number): Promise<void> => {
      await mkdir(join(root, name));
      await writeFile(join(root, name, 'shop.yaml'), `shop: { discount: ${discount} }\n`);
      await symlink(name, join(root, '..data_tmp'));
      await rename(join(root, '..data_tmp'), join(root, '..data'));
    };
    await version('..first', 1);
    await symlink('..data/shop.yaml', join(root, 'shop.yaml'));
    const store = await started(root);
    expect(store.get('shop.discount', 0)).toBe(1);
    for (const [name, discount] of [
      ['..second', 2],
      ['..third', 3],
    ] as const) {
      const change = next(store);
      await version(name, discount);
      expect(await change).toBe(discount);
    }
    store.close();
    await rm(root, { recursive: true });
  });

  it('of the directory itself is followed', async () => {
    const root = await mkdtemp(join(tmpdir(), 'swap-'));
    const conf = join(root, 'conf');
    const store = await started(conf, 50);
    expect(store.get('shop.discount', 0)).toBe(0);
    const appeared = next(store);
    await mkdir(join(root, 'one'));
    await writeFile(join(root, 'one', 'shop.yaml'), 'shop: { discount: 1 }\n');
    await symlink('one', conf);
    expect(await appeared).toBe(1);
    const swapped = next(store);
    await mkdir(join(root, 'two'));
    await writeFile(join(root, 'two', 'shop.yaml'), 'shop: { discount: 2 }\n');
    await symlink('two', join(root, 'next'));
    await rename(join(root, 'next'), conf);
    expect(await swapped).toBe(2);
    store.close();
    await rm(root, { recursive: true });
  });

  it('is followed by looking alone, where the system gives no notice', async () => {
    const conf = join(directory, 'later');
    const store = await started(conf, 50);
    await mkdir(conf);
    const change = next(store);
    await writeFile(join(conf, 'shop.yaml'), 'shop: { discount: 2 }\n');
    expect(await change).toBe(2);
  });

  it('that cannot be read leaves the last good values and says file and line', async () => {
    const store = await started();
    const refused = logger.next();
    await put('shop.yaml', 'shop:\n  discount: [2\n');
    expect(await refused).toContain(`${join(directory, 'shop.yaml')}:3: `);
    expect(store.get('shop.discount', 0)).toBe(1);
    const change = next(store);
    await put('shop.yaml', 'shop: { discount: 3 }\n');
    expect(await change).toBe(3);
  });

  it('to a wrong value leaves the last good one and says file, line and key', async () => {
    const store = await started();
    const refused = logger.next();
    await put('shop.yaml', 'shop:\n  # per cent\n  discount: much\n');
    expect(await refused).toBe(
      `${join(directory, 'shop.yaml')}:3: shop.discount: expected a number, got "much"; shop keeps its last good values`,
    );
    expect(store.get('shop.discount', 0)).toBe(1);
  });

  it('to an empty file is taken over when the file stays empty', async () => {
    const store = await started(directory, 100);
    const change = next(store);
    await put('shop.yaml', '');
    expect(await change).toBeUndefined();
  });

  it('that cannot be had are tried again, though they look as before', async () => {
    const path = join(directory, 'a.yaml');
    let mark = 'first';
    const list = (): Promise<ConfFile[]> => Promise.resolve([{ path, mark, size: 1, identity: 1 }]);
    await put('a.yaml', 'shop: {discount: 1}');
    const source = new FileSource(directory, { logger, pollMs: 20 }, { name: 'files', priority: 4, list });
    const store = createConfig({ sections: [Shop], sources: [source], clock: systemClock, logger });
    closing.push(store);
    await store.start();
    await store.startRemote([], 1000);
    const said = logger.next();
    await unlink(path);
    mark = 'second';
    expect(await said).toContain('ENOENT');
    const changed = next(store);
    await put('a.yaml', 'shop: {discount: 2}');
    expect(await changed).toBe(2);
    expect(logger.lines).toHaveLength(1);
  });
});
