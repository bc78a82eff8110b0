import { watch } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHASSIS, emptyFolder, isAlive, outcome, putFiles } from './fixtures/chassis.js';
import { Program, root } from './fixtures/service.js';

let all: Awaited<ReturnType<typeof emptyFolder>>;
let folder: string;
let count = 0;

beforeAll(async () => {
  all = await emptyFolder();
});
afterAll(() => all?.remove());
beforeEach(async () => {
  folder = join(all.path, `case-${(count += 1)}`);
  await mkdir(folder);
});

const chassis = (...words: string[]) => outcome([process.execPath, CHASSIS, ...words], folder);

describe('chassis new', () => {
  it('makes a project that is ready to be installed', async () => {
    const { code, out, err } = await chassis('new', 'My Orders', '--yes', '--no-install');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('the project is called my-orders');
    expect(err).toMatch(/cd my-orders\n {2}npm install\n {2}npm run dev\n/);
    expect(await readdir(folder)).toEqual(['my-orders']);
    expect((await readdir(join(folder, 'my-orders'))).sort()).toEqual([
      '.gitignore',
      'README.md',
      'conf',
      'package.json',
      'src',
      'tsconfig.build.json',
      'tsconfig.json',
      'vitest.config.mts',
    ]);
    expect(JSON.parse(await readFile(join(folder, 'my-orders/package.json'), 'utf8'))).toMatchObject({
      ...{ name: 'my-orders', type: 'commonjs' },
      devDependencies: { typescript: '~6.0.3', '@swc/core': '1.16.18' },
    });
  });

  it('fills an empty folder', async () => {
    await mkdir(join(folder, 'there'));
    expect(await chassis('new', 'orders', '--dir', 'there', '--yes', '--no-install')).toMatchObject({ code: 0 });
    expect(await readdir(join(folder, 'there'))).toContain('package.json');
  });

  it('leaves a folder alone that has something in it', async () => {
    await putFiles(folder, { 'orders/mine.txt': 'mine' });
    const { code, err } = await chassis('new', 'orders', '--yes', '--no-install');
    expect(code).toBe(1);
    expect(err).toContain('orders is there already and not empty (mine.txt); nothing was changed');
    expect(await readdir(folder, { recursive: true })).toEqual(['orders', 'orders/mine.txt']);
  });

  it.each(['..', '/tmp/orders', 'ünïcode', 'http', 'a'.repeat(300), '-', '$(id)'])(
    'refuses the name %j',
    async (name) => {
      const { code, err } = await chassis('new', name, '--yes', '--no-install');
      expect(code).toBe(2);
      expect(err).toContain('cannot call a project');
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('says what it lacks of packed packages, and leaves nothing', async () => {
    await mkdir(join(folder, 'packed'));
    const { code, err } = await chassis('new', 'orders', '--yes', '--packages', 'packed');
    expect(code).toBe(1);
    expect(err).toMatch(/--packages: .*packed has no ts-chassis-\w+-<version>\.tgz for @ts-chassis/);
    expect(await readdir(folder)).toEqual(['packed']);
  });

  it('is what npm create runs', async () => {
    const create = join(root, 'packages/create-ts-chassis/bin/create-ts-chassis.js');
    expect(await outcome([process.execPath, create, 'orders', '--yes', '--no-install'], folder)).toMatchObject({
      code: 0,
    });
    expect(await readdir(folder)).toEqual(['orders']);
  });
});

/** An npm that half installs, starts somebody who goes on writing, minds no polite signal, and never ends. */
const STUBBORN_NPM = `#!/usr/bin/env node
const { spawn } = require('node:child_process');
const { mkdirSync, renameSync, writeFileSync } = require('node:fs');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
mkdirSync('node_modules/half', { recursive: true });
const writer = "const fs = require('node:fs'); let n = 0; setInterval(() => fs.writeFileSync('node_modules/half/' + n++, ''), 1)";
const child = spawn(process.execPath, ['-e', writer], { stdio: 'inherit' });
writeFileSync('told', JSON.stringify([process.pid, child.pid]));
renameSync('told', process.env.TOLD_FILE);
setInterval(() => {}, 1000);
`;

describe.skipIf(process.platform === 'win32')('chassis new, interrupted', () => {
  async function interrupted(
    signal: NodeJS.Signals,
  ): Promise<{ code: number | null; pids: number[]; program: Program }> {
    await mkdir(join(folder, 'bin'));
    await mkdir(join(folder, 'told'));
    await mkdir(join(folder, 'work'));
    await writeFile(join(folder, 'bin/npm'), STUBBORN_NPM);
    await chmod(join(folder, 'bin/npm'), 0o755);
    const told = join(folder, 'told/pids');
    const installing = new Promise<void>((resolve) => {
      const watcher = watch(join(folder, 'told'), () => {
        watcher.close();
        resolve();
      });
    });
    const program = new Program({
      command: [CHASSIS, 'new', 'orders', '--dir', 'a/b/orders', '--yes'],
      cwd: join(folder, 'work'),
      environment: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, TOLD_FILE: told },
    });
    await installing;
    const code = await program.stop(signal);
    return { code, program, pids: JSON.parse(await readFile(told, 'utf8')) as number[] };
  }

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s leaves nothing: no folder, no process', async (signal, expected) => {
    const { code, pids, program } = await interrupted(signal);
    expect(code).toBe(expected);
    expect(await readdir(join(folder, 'work'))).toEqual([]);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(program.errors.at(-1)).toMatch(/interrupted; nothing is left of .*orders/);
  });

  it('keeps the files when npm fails, and says what is missing', async () => {
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin/npm'), '#!/bin/sh\nmkdir node_modules; echo no such registry >&2; exit 7\n');
    await chmod(join(folder, 'bin/npm'), 0o755);
    const environment = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };
    const { code, err } = await outcome([process.execPath, CHASSIS, 'new', 'orders', '--yes'], folder, environment);
    expect(code).toBe(1);
    expect(err).toMatch(
      /npm install failed with exit code 7:\nno such registry\n.*its packages are not installed: run npm install there/,
    );
    expect(await readdir(join(folder, 'orders'))).toContain('package.json');
    expect(await readdir(join(folder, 'orders'))).not.toContain('node_modules');
  });
});
