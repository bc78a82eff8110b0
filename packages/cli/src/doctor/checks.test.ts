import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProject } from '../project/find-project.js';
import { checkCopies } from './check-copies.js';
import { checkNode, version } from './check-node.js';
import { checkRunners } from './check-runners.js';
import { checkTypeScript } from './check-typescript.js';
import type { Check, Finding } from './finding.js';
import { lookOf } from './look-at-application.js';

const root = join(__dirname, '../../../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chassis-doctor-'));
  put('package.json', {});
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, content: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify(content));
}
const putPackage = (path: string, version: string): void => put(`${path}/package.json`, { version });

async function findings(check: Check, environment: NodeJS.ProcessEnv = {}): Promise<readonly Finding[]> {
  return check.run({ project: findProject(folder), entry: undefined, cwd: folder, environment });
}

describe('node', () => {
  it('is new enough', () => {
    expect(['20.19.0', '20.20.2', '22.0.0', '24.1.0'].flatMap(version)).toEqual([]);
    expect(version('20.18.9')).toMatchObject([{ level: 'error' }]);
    expect(version('18.20.0')).toMatchObject([{ level: 'error' }]);
  });

  it('is not told to drop types', async () => {
    expect(await findings(checkNode, { NODE_OPTIONS: '--import tsx' })).toMatchObject([
      { level: 'error', message: expect.stringContaining('tsx') as string },
    ]);
    expect(await findings(checkNode, { NODE_OPTIONS: '--max-old-space-size=512' })).toEqual([]);
  });
});

describe('runner', () => {
  const scripts = (script: string): Promise<readonly Finding[]> => {
    put('package.json', { scripts: { dev: script } });
    return findings(checkRunners);
  };

  it.each([
    'tsx watch src/main.ts',
    'NODE_ENV=development npx tsx src/main.ts',
    'node --import tsx src/main.ts',
    'node --experimental-strip-types src/main.ts',
    'node src/main.ts',
    'node --watch src/main.ts',
  ])('warns of %s', async (script) => {
    expect(await scripts(script)).toMatchObject([{ level: 'warning', check: 'runner' }]);
  });

  it.each([
    'chassis dev',
    'ts-node src/main.ts',
    'node --loader ts-node/esm src/main.ts',
    'node dist/main.js',
    'node scripts/tsx.js',
    'vitest run src/a.test.ts',
  ])('accepts %s', async (script) => {
    expect(await scripts(script)).toEqual([]);
  });
});

describe('typescript', () => {
  const link = (): void => {
    mkdirSync(join(folder, 'node_modules/@swc'), { recursive: true });
    for (const name of ['typescript', 'ts-node', '@swc/core'])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
  };
  const good = { module: 'nodenext', experimentalDecorators: true, emitDecoratorMetadata: true };

  it('of version 7 does not work with ts-node', async () => {
    putPackage('node_modules/typescript', '7.0.2');
    putPackage('node_modules/ts-node', '10.9.2');
    expect(await findings(checkTypeScript)).toMatchObject([
      {
        level: 'error',
        message: expect.stringContaining('typescript 7.0.2') as string,
        fix: expect.stringContaining('~6.0') as string,
      },
    ]);
  });

  it('keeps types', async () => {
    link();
    put('tsconfig.json', { compilerOptions: good, 'ts-node': { swc: true } });
    expect(await findings(checkTypeScript)).toEqual([]);
    put('tsconfig.json', { compilerOptions: { ...good, emitDecoratorMetadata: false } });
    expect(await findings(checkTypeScript)).toMatchObject([
      { level: 'error', fix: 'set "emitDecoratorMetadata": true' },
    ]);
  });

  it('keeps types that are set in a file that is extended', async () => {
    link();
    put('base.json', { compilerOptions: good });
    put('tsconfig.json', { extends: './base.json' });
    expect(await findings(checkTypeScript)).toEqual([]);
  });

  it('is not asked to make ES modules by swc where CommonJS is wanted', async () => {
    link();
    put('tsconfig.json', { compilerOptions: { ...good, module: 'node20' }, 'ts-node': { swc: true } });
    expect(await findings(checkTypeScript)).toMatchObject([{ level: 'warning', fix: 'set "module": "nodenext"' }]);
  });
});

describe('packages', () => {
  it('are there once and of one version', async () => {
    putPackage('node_modules/@ts-chassis/core', '0.1.0');
    putPackage('node_modules/@ts-chassis/rest', '0.1.0');
    putPackage('node_modules/reflect-metadata', '0.2.2');
    expect(await findings(checkCopies)).toEqual([]);
  });

  it('are found twice wherever they are', async () => {
    putPackage('node_modules/@ts-chassis/core', '0.1.0');
    putPackage('node_modules/@ts-chassis/rest/node_modules/@ts-chassis/core', '0.1.0');
    putPackage('node_modules/reflect-metadata', '0.2.2');
    putPackage('node_modules/other/node_modules/reflect-metadata', '0.1.14');
    const found = await findings(checkCopies);
    expect(found.map(({ level }) => level)).toEqual(['error', 'warning']);
    expect(found[0]?.message).toContain('@ts-chassis/core is installed 2 times');
    expect(found[0]?.message).toContain(join('rest/node_modules/@ts-chassis/core'));
  });

  it('are counted once when they are linked', async () => {
    putPackage('packages/core', '0.1.0');
    mkdirSync(join(folder, 'node_modules/@ts-chassis'), { recursive: true });
    symlinkSync(join(folder, 'packages/core'), join(folder, 'node_modules/@ts-chassis/core'), 'dir');
    expect(await findings(checkCopies)).toEqual([]);
  });

  it('of several versions, or none, are an error', async () => {
    expect(await findings(checkCopies)).toMatchObject([
      { message: expect.stringContaining('is not installed') as string },
    ]);
    putPackage('node_modules/@ts-chassis/core', '0.1.0');
    putPackage('node_modules/@ts-chassis/rest', '0.2.0');
    expect(await findings(checkCopies)).toMatchObject([
      { level: 'error', message: expect.stringContaining('different versions') as string },
    ]);
  });
});

describe('lookOf', () => {
  it('tells warnings of the log from the refusal', () => {
    const warning = JSON.stringify({ level: 'warn', message: 'conf/a.yaml:3: unknown key x' });
    const listed = JSON.stringify({ level: 'warn', message: 'undeclared', operations: ['a.b', 'c.d'] });
    const info = JSON.stringify({ level: 'info', message: 'fine' });
    expect(lookOf(undefined, `${warning}\n${info}\n${listed}\nchassis: cannot load it\nmore\n`)).toEqual({
      inspection: undefined,
      refusal: 'cannot load it\nmore',
      warnings: ['conf/a.yaml:3: unknown key x', 'undeclared: a.b, c.d'],
    });
    expect(lookOf('{"routes":[]}', '')).toEqual({ inspection: { routes: [] }, refusal: undefined, warnings: [] });
  });
});
