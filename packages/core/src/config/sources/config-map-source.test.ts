import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../telemetry/logger.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { createConfig } from '../create-config.js';
import { defineSection } from '../section.js';
import type { Layer } from '../source.js';
import { configMapSource } from './config-map-source.js';

const folders: string[] = [];
const KEY_STORE = Buffer.from([0xfe, 0xed, 0, 1]);

/** A mount as the kubelet makes it: a folder for each version, `..data` pointing at the present one, a link for each key. */
class Mount {
  #versions = 0;

  static async make(files: Readonly<Record<string, string | Buffer>>): Promise<Mount> {
    const mount = new Mount(await mkdtemp(join(tmpdir(), 'config-map-')));
    folders.push(mount.directory);
    await mount.swap(files);
    return mount;
  }

  private constructor(readonly directory: string) {}

  async swap(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    this.#versions += 1;
    const version = `..2026_11_23_04_00_00.${this.#versions}`;
    await mkdir(join(this.directory, version));
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.directory, version, name), text);
    await symlink(version, join(this.directory, '..data_tmp'));
    await rename(join(this.directory, '..data_tmp'), join(this.directory, '..data'));
    for (const name of Object.keys(files)) {
      await symlink(join('..data', name), join(this.directory, name)).catch(() => undefined);
    }
    if (this.#versions > 1) {
      const before = `..2026_11_23_04_00_00.${this.#versions - 1}`;
      await rm(join(this.directory, before), { recursive: true });
    }
  }
}

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** The layers that come, one after the other. */
function following(source: ReturnType<typeof configMapSource>): {
  next(): Promise<Layer | Error>;
  stop(): void;
} {
  const come: (Layer | Error)[] = [];
  let tell = (): void => {};
  const stop = source.watch!((layer) => {
    come.push(layer);
    tell();
  });
  return {
    stop,
    next: async () => {
      if (come.length === 0) await new Promise<void>((resolve) => (tell = resolve));
      return come.shift()!;
    },
  };
}

describe('a mounted ConfigMap', () => {
  test('each file is a key, and those of YAML, JSON and properties are trees', async () => {
    const mount = await Mount.make({
      'shop.yaml': 'shop:\n  discount: 5\n',
      'more.json': '{"shop": {"name": "corner"}}',
      'mail.properties': '# who\nmail.from=shop@example.com\nmail.retries: 3\n',
      'servicecomb.rateLimiting.limit': 'match: all\nrate: 10\n',
      greeting: 'hello',
    });
    const { values, place, textLine } = await configMapSource(mount.directory).load();
    expect(values).toMatchObject({
      shop: { discount: 5, name: 'corner' },
      mail: { from: 'shop@example.com', retries: '3' },
      servicecomb: { rateLimiting: { limit: 'match: all\nrate: 10' } },
      greeting: 'hello',
    });
    expect(place('shop.discount')).toBe(`${join(mount.directory, 'shop.yaml')}:2`);
    expect(place('mail.retries')).toBe(`${join(mount.directory, 'mail.properties')}:3`);
    expect(textLine!('servicecomb.rateLimiting.limit')).toBe(1);
  });

  test('files with a dot in front, folders and what is no text are left out; no directory is empty', async () => {
    const mount = await Mount.make({ '.hidden': 'x', 'store.jks': KEY_STORE, 'store.properties': KEY_STORE, a: '1' });
    await mkdir(join(mount.directory, '..data', 'folder'));
    expect((await configMapSource(mount.directory).load()).values).toEqual({ a: '1' });
    expect((await configMapSource(join(mount.directory, 'absent')).load()).values).toEqual({});
  });

  test('a directory that is no mount is read as it stands', async () => {
    const mount = await Mount.make({});
    await rm(join(mount.directory, '..data'));
    await writeFile(join(mount.directory, 'shop.discount'), '7\n');
    expect((await configMapSource(mount.directory).load()).values).toEqual({ shop: { discount: '7' } });
  });

  test('a swap of ..data is one change, with what was added and without what is gone', async () => {
    const mount = await Mount.make({ a: '1', b: '1' });
    const source = configMapSource(mount.directory, { pollMs: 20 });
    await source.load();
    const watched = following(source);
    await mount.swap({ a: '2', c: '2' });
    expect(((await watched.next()) as Layer).values).toEqual({ a: '2', c: '2' });
    await mount.swap({ a: '3' });
    expect(((await watched.next()) as Layer).values).toEqual({ a: '3' });
    watched.stop();
  });

  test('swaps without an end never show keys of two versions together', async () => {
    const files = (version: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key${index}`, String(version)]));
    const mount = await Mount.make(files(0));
    const source = configMapSource(mount.directory);
    let swapping = true;
    const swaps = (async () => {
      for (let version = 1; swapping; version += 1) await mount.swap(files(version));
    })();
    for (let read = 0; read < 30; read += 1) {
      const layer = await source.load().catch(() => undefined);
      if (layer) expect(new Set(Object.values(layer.values)).size).toBe(1);
    }
    swapping = false;
    await swaps;
  });

  test('a file that cannot be read leaves all of the last good values, and says where', async () => {
    const mount = await Mount.make({ 'shop.yaml': 'discount: 5', a: '1' });
    const source = configMapSource(mount.directory, { pollMs: 20 });
    await source.load();
    const watched = following(source);
    await mount.swap({ 'shop.yaml': 'discount: [', a: '2' });
    const failure = await watched.next();
    expect(failure).toMatchObject({ code: 'CONFIG_UNREADABLE' });
    expect((failure as Error).message).toContain(join(mount.directory, 'shop.yaml'));
    await mount.swap({ 'shop.yaml': 'discount: 6', a: '3' });
    expect(((await watched.next()) as Layer).values).toEqual({ discount: 6, a: '3' });
    watched.stop();
  });

  test('a file that vanishes while it is read is looked for again', async () => {
    const mount = await Mount.make({ a: '1', b: '1' });
    await rm(join(mount.directory, '..data'));
    await rm(join(mount.directory, 'a'));
    await writeFile(join(mount.directory, 'a'), '1');
    await rm(join(mount.directory, 'b'));
    await writeFile(join(mount.directory, 'b'), '1');
    const loads = Array.from({ length: 50 }, () => configMapSource(mount.directory).load());
    await rm(join(mount.directory, 'a'));
    for (const { values } of await Promise.all(loads)) expect(values).toMatchObject({ b: '1' });
  });

  test('it stands among other sources by its name and priority, and what does not fit is refused with its place', async () => {
    const mount = await Mount.make({ 'shop.discount': '5\n' });
    const section = defineSection({
      key: 'shop',
      live: true,
      schema: { type: 'object', properties: { discount: { type: 'number', default: 0 } } },
    });
    const lines: string[] = [];
    const logger = { ...silentLogger, info: () => {}, warn: (line: string) => void lines.push(line) };
    const source = configMapSource(mount.directory, { name: 'shop-map', priority: 3, pollMs: 20 });
    const store = createConfig({
      ...{ sections: [section], sources: [source], clock: new VirtualClock() },
      logger: logger as unknown as typeof silentLogger,
    });
    await store.start();
    await store.startRemote([], 1000);
    expect(store.get('shop.discount', 0)).toBe(5);
    expect(store.origin('shop.discount')?.source).toBe('shop-map');
    const refused = new Promise<void>((resolve) => {
      logger.warn = (line) => {
        lines.push(line);
        resolve();
      };
    });
    await mount.swap({ 'shop.discount': 'much' });
    await refused;
    expect(lines.join()).toContain(`${join(mount.directory, 'shop.discount')}:1`);
    expect(store.get('shop.discount', 0)).toBe(5);
    const changed = new Promise<void>((resolve) => store.watch('shop.discount', () => resolve()));
    await mount.swap({ 'shop.discount': '8' });
    await changed;
    expect(store.get('shop.discount', 0)).toBe(8);
    store.close();
  });
});
