import { createServer } from 'node:net';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHASSIS, emptyFolder, freePort, outcome, putFiles, type Outcome } from './fixtures/chassis.js';
import { Program, root } from './fixtures/service.js';

/** A first project, from packed packages in an empty folder, as a user makes it. */
let all: Awaited<ReturnType<typeof emptyFolder>>;
let project: string;
let esm: string;
const programs: Program[] = [];

const packages = ['core', 'rest', 'metrics', 'tracing', 'testing', 'cli'].map((name) => `@ts-chassis/${name}`);

beforeAll(async () => {
  all = await emptyFolder();
  const packed = join(all.path, 'packed');
  await mkdir(packed);
  const pack = ['npm', 'pack', '--ignore-scripts', '--pack-destination', packed];
  expect(await outcome([...pack, ...packages.flatMap((name) => ['--workspace', name])], root)).toMatchObject({
    code: 0,
  });
  const environment = { CHASSIS_PACKAGES: packed, npm_config_prefer_offline: 'true' };
  const create = (...words: string[]): Promise<Outcome> =>
    outcome([process.execPath, CHASSIS, 'new', ...words, '--sample', 'crud', '--yes'], all.path, environment);
  // Tools that go by names take what is below a folder called "esm" for ES modules.
  expect(await create('demo', '--dir', 'esm/demo')).toMatchObject({ code: 0 });
  project = join(all.path, 'esm/demo');
  expect(await create('demo-esm', '--esm', '--no-install')).toMatchObject({ code: 0 });
  esm = join(all.path, 'demo-esm');
  await symlink(join(project, 'node_modules'), join(esm, 'node_modules'), 'dir');
}, 300_000);

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.stop()));
});
afterAll(() => all?.remove());

const bin = (folder: string, name: string): string => join(folder, 'node_modules/.bin', name);
const chassis = (...words: string[]): Promise<Outcome> =>
  outcome([process.execPath, bin(project, 'chassis'), ...words], project, { PORT: '0' });
const edit = async (file: string, from: string, to: string): Promise<void> => {
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
};

/** Starts a program of a project; resolves to its address when it is ready. */
async function serve(folder: string, command: readonly string[]): Promise<{ base: string; program: Program }> {
  const port = await freePort();
  const program = new Program({ command, cwd: folder, environment: { PORT: String(port) } });
  programs.push(program);
  await program.line(({ message }) => message === 'ready');
  return { program, base: `http://127.0.0.1:${port}` };
}

async function addNote(base: string): Promise<void> {
  const answer = await fetch(`${base}/notes`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ text: 'first' }),
  });
  expect(answer.status).toBe(201);
  expect(await (await fetch(`${base}/notes`)).json()).toEqual([await answer.json()]);
}

describe('a new project', () => {
  it('passes its tests and its type check', async () => {
    expect(await outcome(['npm', 'test'], project)).toMatchObject({
      code: 0,
      out: expect.stringContaining('passed') as string,
    });
    expect(await outcome(['npm', 'run', 'typecheck'], project)).toMatchObject({ code: 0 });
  });

  it('runs in development and follows its sources', async () => {
    const { base, program } = await serve(project, [bin(project, 'chassis'), 'dev']);
    await addNote(base);
    const metrics = await (await fetch(`${base}/metrics`)).text();
    expect(metrics).toMatch(/http_server_request_duration_seconds_count\{[^}]*http_route="\/notes"[^}]*\} 1/);
    const from = program.lines.length;
    await edit(join(project, 'src/notes/notes.contract.ts'), 'minLength: 1', 'minLength: 3');
    await program.line(({ message }) => message === 'ready', from);
    const refused = await fetch(`${base}/notes`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ text: 'ab' }),
    });
    expect(refused.status).toBe(400);
  });

  it('runs by plain ts-node, and compiled', async () => {
    const plain = await serve(project, [bin(project, 'ts-node'), 'src/main.ts']);
    await addNote(plain.base);
    expect(await outcome(['npm', 'run', 'build'], project)).toMatchObject({ code: 0 });
    const compiled = await serve(project, ['dist/main.js']);
    await addNote(compiled.base);
  });

  it('describes itself without opening a port', async () => {
    const modern = await chassis('openapi');
    expect(JSON.parse(modern.out)).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'demo' },
      paths: { '/notes/{id}': {} },
    });
    expect(await chassis('openapi', '--format', '2', '--out', 'docs/api.json')).toMatchObject({ code: 0, out: '' });
    expect(JSON.parse(await readFile(join(project, 'docs/api.json'), 'utf8'))).toMatchObject({ swagger: '2.0' });
    const routes = await chassis('inspect', 'routes');
    expect(routes.out).toMatch(/^LISTENER +METHOD +PATH +RPC +OPERATION\nrest +GET +\/notes +- +notes.list\n/);
    const chains = JSON.parse((await chassis('inspect', 'chain', '--search', 'notes.add', '--json')).out) as {
      links: { name: string }[];
    }[];
    const names = chains.flatMap(({ links }) => links.map(({ name }) => name));
    expect(chains).toHaveLength(1);
    expect(names.filter((name) => ['tracing-provider', 'monitoring', 'bind', 'call'].includes(name))).toEqual([
      ...['tracing-provider', 'monitoring', 'bind', 'call'],
    ]);
    const config = await chassis('inspect', 'config', '--', '--shop.password=hunter2', '--servicecomb.log.level=error');
    expect(config.out).toMatch(/servicecomb\.log\.level +"error" +\S+/);
    expect(config.out).toMatch(/shop\.password +"\[redacted\]"/);
  });

  it('is healthy, and the doctor says what is not', async () => {
    expect(await chassis('doctor')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing is wrong') as string,
    });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await edit(
      join(project, 'conf/chassis.yaml'),
      'listenAddress: 127.0.0.1:${PORT||8080}',
      `listenAdress: 127.0.0.1:8080\n      listenAddress: 127.0.0.1:${port}`,
    );
    const { code, out } = await chassis('doctor', '--json');
    await edit(
      join(project, 'conf/chassis.yaml'),
      `listenAdress: 127.0.0.1:8080\n      listenAddress: 127.0.0.1:${port}`,
      'listenAddress: 127.0.0.1:${PORT||8080}',
    );
    await new Promise((resolve) => server.close(resolve));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      findings: [
        {
          level: 'warning',
          check: 'configuration',
          message: expect.stringMatching(/listenAdress.*listenAddress/) as string,
        },
        { level: 'error', check: 'port', message: `127.0.0.1:${port} (listener rest) is in use` },
      ],
    });
  });

  it('grows by parts that pass their tests', async () => {
    for (const words of [
      ['schema', 'books'],
      ['handler', 'audit'],
      ['handler', 'sign', '--side', 'consumer'],
      ['consumer', 'stock'],
    ])
      expect(await chassis('generate', ...words)).toMatchObject({ code: 0, err: '' });
    expect(await outcome(['npm', 'run', 'typecheck'], project)).toMatchObject({
      code: 0,
      out: expect.any(String) as string,
    });
    const { code, out } = await outcome(['npm', 'test'], project);
    expect(code, out).toBe(0);
    expect(out).toMatch(/Test Files.*5 passed/);
    const chain = await chassis('inspect', 'chain', '--search', 'stock.find');
    expect(chain.out).toMatch(/consumer stock\.find of stock\n[^]*sign +everywhere +SignHandler/);
  });

  it('tells what a main file lacks for tools', async () => {
    const main = { 'src/bare.ts': 'export const x = 1;', 'src/eager.ts': '' };
    const eager = await readFile(join(project, 'src/main.ts'), 'utf8');
    await putFiles(project, { ...main, 'src/eager.ts': eager.replace('if (require.main === module) ', '') });
    const bare = await chassis('inspect', 'routes', 'src/bare.ts');
    expect(bare).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('src/bare.ts exports no application') as string,
    });
    const started = await chassis('openapi', 'src/eager.ts');
    expect(started).toMatchObject({ code: 1, out: '' });
    expect(started.err).toContain('src/eager.ts starts its application when it is imported');
  });
});

describe('a new project of ES modules', () => {
  it('passes its tests, runs by the loader of ts-node, and compiled', async () => {
    expect(await outcome(['npm', 'test'], esm)).toMatchObject({ code: 0 });
    await addNote((await serve(esm, ['--loader', 'ts-node/esm', 'src/main.ts'])).base);
    expect(await outcome(['npm', 'run', 'build'], esm)).toMatchObject({ code: 0 });
    await addNote((await serve(esm, ['dist/main.js'])).base);
  });

  it('is run and shown by the same commands', async () => {
    await addNote((await serve(esm, [bin(esm, 'chassis'), 'dev'])).base);
    const { out } = await outcome([process.execPath, bin(esm, 'chassis'), 'openapi'], esm);
    expect(JSON.parse(out)).toMatchObject({ info: { title: 'demo-esm' } });
  });
});

describe.skipIf(process.platform === 'win32')('chassis new with the real npm', () => {
  it('leaves nothing when it is interrupted in the middle', async () => {
    const folder = join(all.path, 'interrupted');
    await mkdir(folder);
    const program = new Program({
      command: [CHASSIS, 'new', 'demo', '--yes'],
      cwd: folder,
      environment: { CHASSIS_PACKAGES: join(all.path, 'packed'), npm_config_prefer_offline: 'true' },
    });
    // npm has begun to write when its folder is there.
    const isWriting = async (): Promise<boolean> =>
      (await readdir(folder, { recursive: true })).some((path) => path.includes('node_modules'));
    while (!(await isWriting())) await new Promise(setImmediate);
    expect(await program.stop('SIGINT')).toBe(130);
    expect(await readdir(folder)).toEqual([]);
  });
});
