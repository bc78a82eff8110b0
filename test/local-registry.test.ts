import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import {
  builtInRegistries,
  systemClock,
  type Discovery,
  type Instance,
  type InstanceChange,
  type RegistryContext,
} from '@ts-chassis/core';
import { registryConformance, registryContext, type RegistrySubject } from '@ts-chassis/testing';

const query = { environment: '', app: 'default', service: 'catalog' };
const endpoints = [{ listener: 'rest', host: '127.0.0.1', port: 8101, ssl: false }];

function instance(id: string): Instance {
  return { ...query, id, version: '1.0.0', hostName: 'h', status: 'UP', endpoints, metadata: {} };
}

/** An application of its own, that runs what was built. */
class Application {
  readonly child: ChildProcess;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(addresses: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const program = join(__dirname, 'fixtures/registry-process.cjs');
    this.child = fork(program, addresses, { env: { ...process.env, ...environment }, stdio: 'ignore' });
    all.add(this);
  }

  /** One operation after the other; rejects with the failure that the other process met. */
  ask(operation: string, argument?: unknown): Promise<unknown> {
    const answer = this.#turn.then(async () => {
      const replied = once(this.child, 'message');
      this.child.send({ operation, argument });
      const [reply] = (await replied) as [{ result?: unknown; error?: object }];
      if (reply.error) throw reply.error;
      return reply.result;
    });
    this.#turn = answer.catch(() => {});
    return answer;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
  }
}

const all = new Set<Application>();
const folders = new Set<string>();
afterEach(async () => {
  for (const application of all) await application.end('SIGKILL');
  all.clear();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  folders.clear();
});

async function emptyRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'local-registry-'));
  folders.add(root);
  return root;
}

function contextOf(root: string): RegistryContext {
  const identity = { ...query, version: '1.0.0' };
  return registryContext({ clock: systemClock, identity, addresses: [pathToFileURL(root).href] });
}

const consumerOf = (root: string): Discovery => builtInRegistries.discoveries.get('local')!(contextOf(root));

async function subject(): Promise<RegistrySubject> {
  const root = await emptyRoot();
  const owners = new Map<string, Application>();
  return {
    announce: async (each) => {
      const owner = new Application([pathToFileURL(root).href]);
      owners.set(each.id, owner);
      await owner.ask('register', each);
      return {
        update: async (change) => void (await owner.ask('update', change)),
        deregister: async () => void (await owner.ask('deregister')),
      };
    },
    discovery: () => consumerOf(root),
    crash: ({ id }) => owners.get(id)!.end('SIGKILL'),
    // A folder that others may enter is not used, for reading or writing.
    outage: (out) => chmod(root, out ? 0o755 : 0o700),
    close: async () => {
      for (const owner of owners.values()) if (owner.child.connected) await owner.ask('close');
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
  };
}

registryConformance('local, a process for each instance', subject, {
  abilities: ['instances', 'identity', 'addresses'],
  parts: ['crash', 'outage'],
  runner: { describe, it },
  many: 6,
});

describe('the local registry between processes', () => {
  it('notices a process killed without a word within a second, and its successor too', async () => {
    const root = await emptyRoot();
    const addresses = [pathToFileURL(root).href];
    const [first, second] = [new Application(addresses), new Application(addresses)];
    await first.ask('register', instance('first'));
    const consumer = consumerOf(root);
    await consumer.find(query);
    const next = (): Promise<InstanceChange> =>
      new Promise((resolve) => {
        const stop = consumer.watch(query, (change) => {
          stop();
          resolve(change);
        });
      });
    let change = next();
    await first.end('SIGKILL');
    let began = performance.now();
    expect((await change).removed.map(({ id }) => id)).toEqual(['first']);
    expect(performance.now() - began).toBeLessThan(1000);
    change = next();
    began = performance.now();
    await second.ask('register', instance('second'));
    expect((await change).added.map(({ id }) => id)).toEqual(['second']);
    expect(performance.now() - began).toBeLessThan(1000);
    await consumer.close();
  });

  it('knows at once, when asked, that a process was killed, and leaves no file of it', async () => {
    const root = await emptyRoot();
    const owner = new Application([pathToFileURL(root).href]);
    await owner.ask('register', instance('a'));
    const consumer = consumerOf(root);
    const [found] = await consumer.find(query);
    expect(await consumer.suspect(found!)).toBe(true);
    await owner.end('SIGKILL');
    const answer = consumer.suspect(found!);
    expect(consumer.peek(query)).toEqual([]);
    expect(await answer).toBe(false);
    expect(await consumer.find(query)).toEqual([]);
    await consumer.close();
    expect(await readdir(join(root, '_/default/catalog'))).toEqual([]);
  });

  it('lets a process end by itself once it is closed, with its file gone', async () => {
    const root = await emptyRoot();
    const application = new Application([pathToFileURL(root).href]);
    await application.ask('register', instance('a'));
    expect(await application.ask('find', query)).toHaveLength(1);
    await application.ask('close');
    const exited = once(application.child, 'exit');
    application.child.disconnect();
    expect(await exited).toEqual([0, null]);
    expect(await readdir(join(root, '_/default/catalog'))).toEqual([]);
  });

  it('keeps its files in a folder of the user that nobody else may enter', async () => {
    const temporary = await emptyRoot();
    const root = join(temporary, `ts-chassis-${process.getuid?.()}`);
    const application = new Application([], { TMPDIR: temporary });
    await application.ask('register', instance('a'));
    expect(await readdir(temporary)).toEqual([`ts-chassis-${process.getuid?.()}`]);
    const { mode } = await stat(root);
    expect(mode & 0o777).toBe(0o700);
    const file = await stat(join(root, '_/default/catalog/a.json'));
    expect(file.mode & 0o777).toBe(0o600);
    await chmod(root, 0o777);
    const refused = new Application([], { TMPDIR: temporary }).ask('register', instance('b'));
    await expect(refused).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.stringContaining('expected mode 0700, got 0777') as string,
    });
  });

  it('goes on beside links, pipes, folders and garbage, and leaves them alone', async () => {
    const root = await emptyRoot();
    const folder = join(root, '_/default/catalog');
    const owner = new Application([pathToFileURL(root).href]);
    await owner.ask('register', instance('good'));
    execFileSync('mkfifo', [join(folder, 'pipe.json')]);
    await symlink(join(folder, 'good.json'), join(folder, 'link.json'));
    await mkdir(join(folder, 'folder.json'));
    await writeFile(join(folder, 'garbage.json'), Buffer.from([0xff, 0xfe, 0x00]));
    const consumer = consumerOf(root);
    expect((await consumer.find(query)).map(({ id }) => id)).toEqual(['good']);
    await consumer.close();
    expect((await readdir(folder)).sort()).toEqual([
      'folder.json',
      'garbage.json',
      'good.json',
      'link.json',
      'pipe.json',
    ]);
  });

  it('refuses addresses that are no folder of this machine', async () => {
    const context = contextOf('/');
    for (const addresses of [['http://sc:30100'], ['file:relative'], ['file:///a', 'file:///b']]) {
      const make = (): unknown => builtInRegistries.discoveries.get('local')!({ ...context, addresses });
      expect(make).toThrowError(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
    }
  });
});
