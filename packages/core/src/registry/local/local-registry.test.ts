import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock/virtual-clock.js';
import type { Instance } from '../../endpoint/instance.js';
import { Logger, type LogFields } from '../../telemetry/logger.js';
import type { InstanceChange } from '../ports.js';
import type { FileStatus, FileSystem } from './file-system.js';
import { LocalContractStore } from './local-contract-store.js';
import { LocalDiscovery } from './local-discovery.js';
import { BEAT_MS, type LocalOptions } from './local-options.js';
import { LocalRegistrar } from './local-registrar.js';
import type { Owner, ProcessProbe } from './process-probe.js';

const query = { environment: '', app: 'default', service: 'catalog' };
const folder = '/r/_/default/catalog';
const user = process.getuid?.() ?? 0;

function instance(id: string, change: Partial<Instance> = {}): Instance {
  return { ...query, id, version: '1.0.0', hostName: 'h', status: 'UP', endpoints: [], metadata: {}, ...change };
}

interface File {
  status: FileStatus;
  text: string;
}

/** Files in memory whose times are the virtual clock's, and which fail on demand. */
class MemoryFiles implements FileSystem {
  readonly all = new Map<string, File>();
  readonly watchers = new Map<string, Set<() => void>>();
  /** The code that operations on paths with this text fail with. */
  failing: { operation: keyof FileSystem; path: string; code: string } | undefined;
  watchable = true;
  #ids = 0;

  constructor(private readonly clock: VirtualClock) {}

  async makeDirectory(path: string): Promise<void> {
    this.#guard('makeDirectory', path);
    if (path !== '/') await this.makeDirectory(dirname(path));
    if (!this.all.has(path)) this.put(path, '', { kind: 'directory', mode: 0o700 });
  }

  async list(path: string): Promise<readonly string[] | undefined> {
    this.#guard('list', path);
    return this.all.has(path)
      ? [...this.all.keys()].filter((each) => each !== '/' && dirname(each) === path).map((each) => basename(each))
      : undefined;
  }

  async status(path: string): Promise<FileStatus | undefined> {
    this.#guard('status', path);
    return this.all.get(path)?.status;
  }

  async read(path: string): Promise<string | undefined> {
    this.#guard('read', path);
    return this.all.get(path)?.text;
  }

  async write(path: string, text: string): Promise<void> {
    // A disk that fills up while a file is written leaves half of it.
    this.put(path, this.failing?.operation === 'write' ? text.slice(0, 20) : text);
    this.#guard('write', path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#guard('rename', to);
    this.all.set(to, this.all.get(from)!);
    this.all.delete(from);
    this.#tell(to);
  }

  async touch(path: string, modifiedMs: number): Promise<void> {
    this.#guard('touch', path);
    const file = this.all.get(path)!;
    file.status = { ...file.status, modifiedMs };
  }

  async remove(path: string): Promise<void> {
    this.#guard('remove', path);
    this.all.delete(path);
    this.#tell(path);
  }

  watch(path: string, changed: () => void): () => void {
    if (!this.watchable) throw Object.assign(new Error('no watches left'), { code: 'ENOSPC' });
    if (!this.all.has(path)) throw Object.assign(new Error('absent'), { code: 'ENOENT' });
    const set = this.watchers.get(path) ?? new Set();
    this.watchers.set(path, set.add(changed));
    return () => void set.delete(changed);
  }

  put(path: string, text: string, change: Partial<FileStatus> = {}): void {
    const status = {
      kind: 'file',
      id: ++this.#ids,
      size: text.length,
      modifiedMs: this.clock.now(),
      mode: 0o600,
      owner: user,
      ...change,
    } as const;
    this.all.set(path, { text, status });
  }

  get names(): string[] {
    return [...this.all]
      .filter(([, { status }]) => status.kind !== 'directory')
      .map(([path]) => basename(path))
      .sort();
  }

  #guard(operation: keyof FileSystem, path: string): void {
    const failing = this.failing;
    if (failing?.operation === operation && path.includes(failing.path)) {
      throw Object.assign(new Error(`${failing.code}: ${path}`), { code: failing.code });
    }
  }

  #tell(path: string): void {
    for (const changed of [...(this.watchers.get(dirname(path)) ?? [])]) changed();
  }
}

/** Processes that live and die by hand. */
class Processes {
  readonly states = new Map<number, 'dead' | 'unknown'>();
  #pids = 0;

  spawn(): ProcessProbe {
    const pid = ++this.#pids;
    return {
      self: () => ({ host: 'h', boot: 'b', space: 's', pid, started: `${pid}` }),
      stateOf: (owner: Owner) => this.states.get(owner.pid) ?? 'alive',
    };
  }
}

class Warnings extends Logger {
  readonly lines: { message: string; fields: LogFields | undefined }[] = [];
  debug(): void {}
  info(): void {}
  warn(message: string, fields?: LogFields): void {
    this.lines.push({ message, fields });
  }
  error(message: string, fields?: LogFields): void {
    this.warn(message, fields);
  }
  child(): Logger {
    return this;
  }
}

class World {
  readonly clock = new VirtualClock();
  readonly files = new MemoryFiles(this.clock);
  readonly processes = new Processes();
  readonly logger = new Warnings();
  readonly changes: InstanceChange[] = [];

  options(): LocalOptions {
    return { root: '/r', clock: this.clock, logger: this.logger, files: this.files, processes: this.processes.spawn() };
  }

  /** A provider in a process of its own; the first is process 1. */
  registrar(): LocalRegistrar {
    return new LocalRegistrar(this.options());
  }

  async consumer(): Promise<LocalDiscovery> {
    const discovery = new LocalDiscovery(this.options());
    discovery.watch(query, (change) => this.changes.push(change));
    await discovery.find(query);
    return discovery;
  }
}

const ids = (discovery: LocalDiscovery): string[] | undefined => discovery.peek(query)?.map(({ id }) => id);

describe('the local registry', () => {
  it('finds what is registered at once, and loses what is deregistered at once', async () => {
    const world = new World();
    await world.registrar().register(instance('a'));
    const consumer = await world.consumer();
    expect(ids(consumer)).toEqual(['a']);
    const b = await world.registrar().register(instance('b'));
    await world.clock.advance(0);
    expect(ids(consumer)).toEqual(['a', 'b']);
    await b.deregister();
    await b.deregister();
    await world.clock.advance(0);
    expect(ids(consumer)).toEqual(['a']);
    expect(world.files.names).toEqual(['a.json']);
  });

  it('finds a service that had no folder by looking again', async () => {
    const world = new World();
    const consumer = await world.consumer();
    expect(ids(consumer)).toEqual([]);
    await world.registrar().register(instance('a'));
    await world.clock.advance(500);
    expect(ids(consumer)).toEqual(['a']);
    await world.registrar().register(instance('b'));
    await world.clock.advance(0);
    expect(ids(consumer)).toEqual(['a', 'b']);
  });

  it('works without file events', async () => {
    const world = new World();
    world.files.watchable = false;
    await world.registrar().register(instance('a'));
    const consumer = await world.consumer();
    await world.registrar().register(instance('b'));
    await world.clock.advance(1500);
    expect(ids(consumer)).toEqual(['a', 'b']);
    expect(world.logger.lines.map(({ message }) => message)).toEqual([expect.stringContaining('cannot be watched')]);
  });

  it('keeps an instance while it beats, and drops it after three missed beats', async () => {
    const world = new World();
    await world.registrar().register(instance('a'));
    const consumer = await world.consumer();
    await world.clock.advance(60_000);
    expect(ids(consumer)).toEqual(['a']);
    // The owner hangs: alive, but silent.
    world.files.failing = { operation: 'touch', path: 'a.json', code: 'EIO' };
    await world.clock.advance(3 * BEAT_MS - 500);
    expect(ids(consumer)).toEqual(['a']);
    await world.clock.advance(2 * BEAT_MS);
    expect(ids(consumer)).toEqual([]);
    expect(world.files.names).toEqual(['a.json']);
    world.files.failing = undefined;
    await world.clock.advance(BEAT_MS + 500);
    expect(ids(consumer)).toEqual(['a']);
  });

  it('drops a killed owner by itself, and at once when suspected', async () => {
    const world = new World();
    await world.registrar().register(instance('a'));
    await world.registrar().register(instance('b'));
    await world.registrar().register(instance('c'));
    const consumer = await world.consumer();
    const [, b, c] = consumer.peek(query)!;
    world.processes.states.set(1, 'dead');
    await world.clock.advance(500);
    expect(ids(consumer)).toEqual(['b', 'c']);
    world.processes.states.set(2, 'dead');
    const answer = consumer.suspect(b!);
    expect(ids(consumer)).toEqual(['c']);
    expect(await answer).toBe(false);
    expect(await consumer.suspect(c!)).toBe(true);
    // Registrars of this test go on beating for the dead; a real one could not.
    expect(world.changes.at(-1)?.removed.map(({ id }) => id)).toEqual(['b']);
  });

  it('removes the files of the dead, and of strangers only after a long silence', async () => {
    const world = new World();
    for (const id of ['mine', 'strange']) {
      const registration = await world.registrar().register(instance(id));
      const { text } = world.files.all.get(`${folder}/${id}.json`)!;
      // As when it died without a word.
      await registration.deregister();
      world.files.put(`${folder}/${id}.json`, text);
    }
    world.processes.states.set(1, 'dead').set(2, 'unknown');
    const consumer = await world.consumer();
    expect(ids(consumer)).toEqual(['strange']);
    expect(world.files.names).toEqual(['strange.json']);
    await world.clock.advance(3 * BEAT_MS + 500);
    expect(ids(consumer)).toEqual([]);
    expect(world.files.names).toEqual(['strange.json']);
    await world.clock.advance(8 * BEAT_MS);
    expect(world.files.names).toEqual([]);
  });

  it('tells a change of status and metadata', async () => {
    const world = new World();
    const a = await world.registrar().register(instance('a'));
    const consumer = await world.consumer();
    await a.update({ metadata: { colour: 'red' } });
    await world.clock.advance(0);
    expect(consumer.peek(query)?.[0]?.metadata).toEqual({ colour: 'red' });
    expect(world.changes.at(-1)?.updated).toHaveLength(1);
    await a.update({ status: 'OUTOFSERVICE' });
    await world.clock.advance(0);
    expect(ids(consumer)).toEqual([]);
    await a.deregister();
    await expect(a.update({ status: 'UP' })).rejects.toMatchObject({ kind: 'FAILED_PRECONDITION' });
  });

  it('refuses to register on a full disk, naming the path, and leaves nothing behind', async () => {
    const world = new World();
    world.files.failing = { operation: 'write', path: '/r/', code: 'ENOSPC' };
    const refused = await world
      .registrar()
      .register(instance('a'))
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      kind: 'UNAVAILABLE',
      message: expect.stringMatching(/\/r\/_\/default\/catalog\/a\.json.*ENOSPC/) as string,
    });
    expect(world.files.names).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });

  it('keeps its file when a later write fails, warns once, and writes when there is room again', async () => {
    const world = new World();
    const a = await world.registrar().register(instance('a'));
    const consumer = await world.consumer();
    world.files.failing = { operation: 'write', path: '/r/', code: 'ENOSPC' };
    await expect(a.update({ metadata: { colour: 'red' } })).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    await world.clock.advance(2 * BEAT_MS);
    expect(ids(consumer)).toEqual(['a']);
    expect(world.logger.lines.filter(({ message }) => message.includes('beat failed'))).toHaveLength(1);
    world.files.failing = undefined;
    await world.clock.advance(BEAT_MS);
    expect(consumer.peek(query)?.[0]?.metadata).toEqual({ colour: 'red' });
  });

  it('writes its file again when another hand removed or spoilt it', async () => {
    const world = new World();
    await world.registrar().register(instance('a'));
    const consumer = await world.consumer();
    await world.files.remove(`${folder}/a.json`);
    await world.clock.advance(0);
    expect(ids(consumer)).toEqual([]);
    await world.clock.advance(BEAT_MS);
    expect(ids(consumer)).toEqual(['a']);
    world.files.put(`${folder}/a.json`, 'spoilt');
    await world.clock.advance(500);
    expect(ids(consumer)).toEqual(['a']);
    await world.clock.advance(BEAT_MS);
    expect(world.files.all.get(`${folder}/a.json`)?.text).toContain('"id": "a"');
    expect(world.changes.map(({ instances }) => instances.length)).toEqual([1, 0, 1]);
  });

  it('survives the removal of its whole folder without losing an instance', async () => {
    const world = new World();
    await world.registrar().register(instance('a'));
    const consumer = await world.consumer();
    world.files.all.clear();
    await world.clock.advance(10_000);
    expect(ids(consumer)).toEqual(['a']);
    expect(world.changes).toHaveLength(1);
  });

  it('serves the last good list while the folder cannot be read', async () => {
    const world = new World();
    await world.registrar().register(instance('a'));
    const consumer = await world.consumer();
    world.files.failing = { operation: 'list', path: folder, code: 'EIO' };
    await world.clock.advance(30_000);
    expect(ids(consumer)).toEqual(['a']);
    await expect(consumer.suspect(consumer.peek(query)![0]!)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(world.logger.lines).toHaveLength(1);
    world.files.failing = undefined;
    await world.clock.advance(500);
    expect(ids(consumer)).toEqual(['a']);
  });

  it('ignores what is no instance with one warning that names it, and never removes it', async () => {
    const world = new World();
    await world.registrar().register(instance('good'));
    const good = world.files.all.get(`${folder}/good.json`)!.text;
    const strange = [
      ['garbage.json', 'not json', {}],
      ['empty.json', '', {}],
      ['half.json', good.slice(0, 100), {}],
      ['list.json', '[]', {}],
      ['other.json', '{"format":"x"}', {}],
      ['elsewhere.json', good.replaceAll('"catalog"', '"orders"'), {}],
      [
        'port.json',
        good.replace('"endpoints": []', '"endpoints": [{"listener":"rest","host":"h","port":99999,"ssl":false}]'),
        {},
      ],
      ['pipe.json', good, { kind: 'other' }],
      ['theirs.json', good, { owner: user + 1 }],
      ['huge.json', good, { size: 10_000_000 }],
    ] as const;
    for (const [name, text, status] of strange)
      world.files.put(`${folder}/${name}`, text, { modifiedMs: 0, ...status });
    world.files.put(`${folder}/readme.txt`, 'hello');
    const consumer = await world.consumer();
    await world.clock.advance(120_000);
    expect(ids(consumer)).toEqual(['good']);
    const named = world.logger.lines.map(({ fields }) => basename(String(fields?.['path'])));
    expect(named.sort()).toEqual(strange.map(([name]) => name).sort());
    expect(world.files.names).toEqual([...strange.map(([name]) => name), 'good.json', 'readme.txt'].sort());
  });

  it('sweeps what a writer left that died before its rename', async () => {
    const world = new World();
    await world.registrar().register(instance('a'));
    world.files.put(`${folder}/.b.tmp`, '{');
    await world.consumer();
    expect(world.files.names).toContain('.b.tmp');
    await world.clock.advance(61_000);
    expect(world.files.names).toEqual(['a.json']);
  });

  it('refuses a root that others own, may enter, or put a link or a file in the place of', async () => {
    const roots: [Partial<FileStatus>, RegExp][] = [
      [{ owner: user + 1, mode: 0o700 }, /\/r: expected the owner to be user \d+, got \d+/],
      [{ mode: 0o755 }, /\/r: expected mode 0700, got 0755.*chmod 700/],
      [{ kind: 'other', mode: 0o700 }, /expected a directory/],
      [{ kind: 'file', mode: 0o700 }, /expected a directory/],
    ];
    for (const [status, message] of roots) {
      const world = new World();
      world.files.put('/r', '', { kind: 'directory', ...status });
      const refusal = expect.objectContaining({
        code: 'REGISTRY_UNAVAILABLE',
        message: expect.stringMatching(message) as string,
      }) as Error;
      await expect(world.registrar().register(instance('a'))).rejects.toThrowError(refusal);
      await expect(new LocalDiscovery(world.options()).find(query)).rejects.toThrowError(message);
      const contracts = new LocalContractStore(world.options());
      await expect(contracts.put({ ...query, version: '1' }, 'a', '{}')).rejects.toThrowError(refusal);
      await expect(contracts.get(query, 'a')).rejects.toThrowError(refusal);
    }
  });

  it('is not misled by a wall clock that jumps', async () => {
    const world = new World();
    await world.registrar().register(instance('a'));
    const consumer = await world.consumer();
    world.clock.now = () => Date.UTC(2036, 0, 1) + world.clock.elapsed();
    await world.clock.advance(BEAT_MS - 100);
    expect(ids(consumer)).toEqual(['a']);
    await world.clock.advance(30_000);
    expect(ids(consumer)).toEqual(['a']);
    expect(world.changes).toHaveLength(1);
  });

  it('leaves no timer and no watch behind', async () => {
    const world = new World();
    const registrar = world.registrar();
    await registrar.register(instance('a'));
    const consumer = await world.consumer();
    await world.clock.advance(5000);
    await consumer.close();
    await registrar.close();
    expect(world.clock.pending).toBe(0);
    expect([...world.files.watchers.values()].every((set) => set.size === 0)).toBe(true);
    expect(world.files.names).toEqual([]);
  });
});

describe('the contracts of the local registry', () => {
  it('gives the newest version that has the schema, and takes no contract for an instance', async () => {
    const world = new World();
    const contracts = new LocalContractStore(world.options());
    expect(await contracts.list(query)).toEqual([]);
    expect(await contracts.get(query, 'catalog')).toBeUndefined();
    await contracts.put({ ...query, version: '1.10.0' }, 'catalog', '{"v":"1.10"}');
    await contracts.put({ ...query, version: '1.9.0' }, 'catalog', '{"v":"1.9"}');
    await contracts.put({ ...query, version: '1.9.0' }, '../old', '{"v":"old"}');
    expect(await contracts.get({ ...query }, 'catalog')).toBe('{"v":"1.10"}');
    expect(await contracts.get(query, '../old')).toBe('{"v":"old"}');
    expect(await contracts.list(query)).toEqual(['../old', 'catalog']);
    expect(await contracts.list({ ...query, environment: 'other' })).toEqual([]);
    const consumer = await world.consumer();
    expect(ids(consumer)).toEqual([]);
    expect(world.logger.lines).toEqual([]);
  });

  it('names the path on a full disk', async () => {
    const world = new World();
    world.files.failing = { operation: 'write', path: 'contracts', code: 'ENOSPC' };
    const put = new LocalContractStore(world.options()).put({ ...query, version: '1' }, 'catalog', '{}');
    await expect(put).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.stringMatching(/contracts\/1\/catalog\.json.*ENOSPC/) as string,
    });
    expect(world.files.names).toEqual([]);
  });
});
