import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as auth from '@ts-chassis/auth';
import * as cli from '@ts-chassis/cli';
import * as core from '@ts-chassis/core';
import * as governance from '@ts-chassis/governance';
import * as grpc from '@ts-chassis/grpc';
import * as limitRedis from '@ts-chassis/limit-redis';
import * as servicecomb from '@ts-chassis/servicecomb';
import * as devRegistry from '@ts-chassis/servicecomb/dev-registry';
import * as metrics from '@ts-chassis/metrics';
import * as rest from '@ts-chassis/rest';
import * as testing from '@ts-chassis/testing';
import * as tracing from '@ts-chassis/tracing';
import * as create from 'create-ts-chassis';
import { describe, expect, it } from 'vitest';

const root = join(__dirname, '..');
const run = promisify(execFile);
const sources: Record<string, object> = {
  ...{ auth, cli, core, governance, grpc, metrics, rest, testing, tracing },
  'create-ts-chassis': create,
  'limit-redis': limitRedis,
  servicecomb,
};
const names = readdirSync(join(root, 'packages'));
const built = (path: string): string => readFileSync(join(root, 'packages', path), 'utf8');

/** What a program printed that was run beside core, with the built packages. */
async function output(program: string, ...options: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...options, '-e', program], {
    cwd: join(root, 'packages/rest'),
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return stdout.trim();
}

describe.each(names)('the built %s', (name) => {
  it('is one file of the sources as they are now', async () => {
    const { isBundled } = (await import(pathToFileURL(join(root, 'scripts/bundle/bundle.mjs')).href)) as {
      isBundled(folder: string): boolean;
    };
    expect(isBundled(`packages/${name}`), 'run npm run build').toBe(true);
    // With its notes beside the file, a compiler that is started by itself would write what changed, and not the index.
    expect(existsSync(join(root, 'packages', name, 'dist/.tsbuildinfo'))).toBe(false);
  });

  it('exports what the sources do, under the same names', () => {
    expect(told(require(join(root, 'packages', name, 'dist/index.js')) as object)).toEqual(told(sources[name]!));
  });
});

function told(exports: object): string[] {
  return Object.entries(exports)
    .map(([key, value]) => `${key}: ${typeof value === 'function' ? value.name : typeof value}`)
    .sort();
}

describe('the development registry', () => {
  it('is a bundle of its own, which exports what its sources do', () => {
    const file = join(root, 'packages/servicecomb/dist/dev-registry/index.js');
    expect(told(require(file) as object)).toEqual(told(devRegistry));
    expect(readFileSync(file, 'utf8')).not.toMatch(/\brequire\("\./);
  });

  it('is not loaded with the plug-in', async () => {
    const program = `require('@ts-chassis/servicecomb'); console.log(Object.keys(require.cache).join())`;
    expect(await output(program)).not.toContain('dev-registry');
    expect(built('servicecomb/dist/index.js')).not.toContain('WebSocketServer');
  });
});

describe('a service', () => {
  it('loads one file of each package and reflect-metadata, and no library that it may never need', async () => {
    const loaded = await output(`
      const { createApplication, Module, Schema } = require('@ts-chassis/core');
      const { Get, Param, rest } = require('@ts-chassis/rest');
      class Hello { hello() { return Promise.resolve('hello'); } }
      const place = [Hello.prototype, 'hello'];
      Reflect.defineMetadata('design:paramtypes', [String], ...place);
      Reflect.defineMetadata('design:returntype', Promise, ...place);
      Param('name')(...place, 0);
      Get('/:name')(...place, Object.getOwnPropertyDescriptor(...place));
      Schema({ id: 'hello', path: '/hello' })(Hello);
      class Hellos {}
      Module({ schemas: [Hello] })(Hellos);
      const values = { 'servicecomb.registry.type': 'static', 'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0', 'servicecomb.log.level': 'error' };
      const app = createApplication({ name: 'hello', modules: [Hellos], plugins: [rest()], configuration: { directory: false, values } });
      app.start()
        .then(() => fetch('http://127.0.0.1:' + app.endpoints[0].port + '/hello/you'))
        .then(async (answer) => { await app.stop(); console.log(JSON.stringify([answer.status, ...Object.keys(require.cache)])); });`);
    const [status, ...files] = JSON.parse(loaded) as [number, ...string[]];
    expect(status).toBe(200);
    expect(files.map((file) => relative(root, file)).sort()).toEqual([
      'node_modules/reflect-metadata/ReflectLite.js',
      'packages/core/dist/index.js',
      'packages/rest/dist/index.js',
    ]);
  });

  it('loads the parser of files, one file more, when there is a file to be read', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ts-chassis-conf-'));
    try {
      await writeFile(
        join(directory, 'hello.yaml'),
        'servicecomb: { registry: { type: static }, log: { level: error } }',
      );
      const loaded = await output(`
        const { createApplication } = require('@ts-chassis/core');
        const app = createApplication({ name: 'hello', configuration: { directory: ${JSON.stringify(directory)} } });
        app.start().then(() => app.stop()).then(() => console.log(JSON.stringify(Object.keys(require.cache))));`);
      expect((JSON.parse(loaded) as string[]).map((file) => relative(root, file)).sort()).toEqual([
        'node_modules/reflect-metadata/ReflectLite.js',
        'packages/core/dist/config/sources/yaml-library.js',
        'packages/core/dist/index.js',
      ]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('is told the lines of the sources in stacks, when Node.js is asked for them', async () => {
    const failing = `try { require('@ts-chassis/core').parseEndpoint('::'); } catch (error) { console.log(error.stack); }`;
    const stack = await output(failing, '--enable-source-maps');
    const file = 'packages/core/src/endpoint/endpoint.ts';
    const line = new RegExp(`${file}:(\\d+):`).exec(stack.replaceAll('\\', '/'))?.[1];
    expect(line, stack).toBeDefined();
    expect(readFileSync(join(root, file), 'utf8').split('\n')[Number(line) - 1]).toContain('throw');
  });
});

describe('the libraries that core carries', () => {
  const license = (name: string, terms: string): RegExp =>
    new RegExp(`\\n${name} \\d+\\.\\d+\\.\\d+\\n\\n[^]*?${terms}`);

  it('keep the licences of everything in them', () => {
    const index = built('core/dist/index.js');
    for (const name of ['inversify', '@inversifyjs/core', '@inversifyjs/container', '@inversifyjs/common'])
      expect(index).toMatch(license(name, 'Permission is hereby granted'));
    const yaml = built('core/dist/config/sources/yaml-library.js');
    expect(yaml).toMatch(license('yaml', 'Permission to use, copy, modify, and/or distribute this software'));
    expect(yaml).not.toMatch(/\brequire\(/);
  });

  it('are needed by no user: neither installed nor for types', () => {
    const { dependencies } = JSON.parse(built('core/package.json')) as { dependencies: object };
    expect(Object.keys(dependencies)).not.toEqual(expect.arrayContaining(['inversify']));
    expect(Object.keys(dependencies)).not.toEqual(expect.arrayContaining(['yaml']));
    const dist = join(root, 'packages/core/dist');
    const naming = readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.d.ts') && !file.endsWith('yaml-library.d.ts'))
      .filter((file) => /(?:from |import\()['"](?:@?inversify|yaml['"])/.test(readFileSync(join(dist, file), 'utf8')));
    expect(naming).toEqual([]);
  });
});
