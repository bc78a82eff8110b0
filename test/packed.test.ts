import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(__dirname, '..');
const run = promisify(execFile);
const packed = ['@ts-chassis/core', '@ts-chassis/rest'];
let folder: string;

/** What npm tells the scripts it runs would make another npm believe that it works on this repository. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_package_|npm_lifecycle_|npm_config_local_prefix$|INIT_CWD$|NODE_OPTIONS$|VITEST)/.test(name),
    ),
  );
}

async function npm(arguments_: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await run('npm', [...arguments_, '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd,
    env: cleanEnvironment(),
    shell: process.platform === 'win32',
  });
  return stdout;
}

/** Compiles one file of the empty project against the packed declarations, with the strictest flags a user may have. */
async function compile(file: string, source: string): Promise<void> {
  await writeFile(join(folder, file), source);
  const options = {
    target: 'ES2022',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: [file] }));
  try {
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  } catch (error) {
    throw new Error(`${file} does not compile:\n${(error as { stdout: string }).stdout}`, { cause: error });
  }
}

async function output(file: string): Promise<string> {
  const { stdout } = await run(process.execPath, [join(folder, file)], { env: cleanEnvironment(), timeout: 60_000 });
  return stdout.trim();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ts-chassis-packed-'));
  const archives = join(folder, 'archives');
  await mkdir(archives);
  await npm(['pack', '--pack-destination', archives, ...packed.flatMap((name) => ['--workspace', name])], root);
  const files = await readdir(archives);
  expect(files).toHaveLength(packed.length);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'commonjs' }));
  await npm(['install', '--prefer-offline', ...files.map((file) => `./archives/${file}`)], folder);
}, 300_000);

afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

describe('packed core and rest in an empty project', () => {
  it('install one core and no vendor that nobody asked for', async () => {
    const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    const installed = Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13));
    expect(installed.filter((name) => name === '@ts-chassis/core')).toHaveLength(1);
    for (const vendor of ['@grpc/grpc-js', 'prom-client', 'jaeger-client', 'typescript', 'vitest']) {
      expect(installed).not.toContain(vendor);
    }
  });

  it.each(packed)('%s ships what it needs and nothing else', async (name) => {
    const files = await readdir(join(folder, 'node_modules', name), { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'package.json', join('dist', 'index.d.ts')]));
    expect(files.filter((file) => /\.test\.|tsbuildinfo|tsconfig/.test(file))).toEqual([]);
  });

  it('give ES modules the names that CommonJS sees', async () => {
    await writeFile(
      join(folder, 'names.mjs'),
      `import { createRequire } from 'node:module';
       const require = createRequire(import.meta.url);
       for (const name of ${JSON.stringify(packed)}) {
         const seen = new Set(Object.keys(await import(name)));
         console.log(JSON.stringify(Object.keys(require(name)).filter((key) => !seen.has(key))));
       }`,
    );
    expect(await output('names.mjs')).toBe('[]\n[]');
  });

  it('compile and run in a program of their own', async () => {
    await compile(
      'program.ts',
      `import { ChassisError, VirtualClock, type Clock } from '@ts-chassis/core';
       class Waiter {
         constructor(private readonly clock: Clock) {}
         async wait(): Promise<number> { const began = this.clock.elapsed(); await this.clock.sleep(250); return this.clock.elapsed() - began; }
       }
       const clock = new VirtualClock();
       const waited = new Waiter(clock).wait();
       void clock.advance(250).then(async () => {
         console.log(await waited, new ChassisError('NOT_FOUND', 'no book').kind);
       });`,
    );
    expect(await output('program.js')).toBe('250 NOT_FOUND');
  });
});
