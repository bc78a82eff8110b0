import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@ts-chassis/core';
import {
  clientOf,
  createApplication,
  Field,
  Module,
  readSchema,
  Returns,
  Schema,
  silentLogger,
  type Application,
  type Client,
  type Plugin,
  type Services,
} from '@ts-chassis/core';
import * as restPackage from '@ts-chassis/rest';
import { Body, Get, Headers, Param, Post, Query, rest } from '@ts-chassis/rest';
import { serviceCenter } from '@ts-chassis/servicecomb';
import { startDevRegistry, type DevRegistry } from '@ts-chassis/servicecomb/dev-registry';
import * as ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHASSIS, emptyFolder, outcome, type Outcome } from './fixtures/chassis.js';
import { root } from './fixtures/service.js';

class Author {
  @Field() name!: string;
}

class Book {
  @Field() isbn!: string;
  @Field({ type: [Author] }) authors!: Author[];
  @Field({ map: Number, optional: true }) prices?: Record<string, number>;
}

@Schema({ id: 'catalog', path: '/catalog' })
class Catalog {
  @Get('/books/:isbn')
  @Returns(Book)
  async find(
    @Param('isbn') isbn: string,
    @Query('copies') copies: number,
    @Headers('x-reader') reader: string,
  ): Promise<Book> {
    return { isbn, authors: [{ name: reader }], prices: { copies } };
  }

  @Post('/books')
  @Returns(Book)
  async add(@Body() book: Book): Promise<Book> {
    return book;
  }
}

@Module({ schemas: [Catalog] })
class Serves {}

let registry: DevRegistry;
let folder: Awaited<ReturnType<typeof emptyFolder>>;
const apps: Application[] = [];

async function start(name: string, modules: (typeof Serves)[], plugins: Plugin[] = []): Promise<Application> {
  const app = createApplication({
    ...{ name, modules, logger: silentLogger, signals: false },
    plugins: [rest(), serviceCenter(), ...plugins],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.registry.address': registry.url,
        'servicecomb.lifecycle.drainDelay': 0,
      },
    },
  });
  await app.start();
  apps.push(app);
  return app;
}

const client = (...words: string[]): Promise<Outcome> =>
  outcome([process.execPath, CHASSIS, 'client', ...words], folder.path);

/** What the compiler says against a file. */
function complaints(file: string): readonly string[] {
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, experimentalDecorators: true, emitDecoratorMetadata: true },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16, types: ['node'] },
  };
  const found = ts.getPreEmitDiagnostics(ts.createProgram([file], options));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** The classes of a contract. */
function classesOf(source: string): Readonly<Record<string, new () => object>> {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      ...{ experimentalDecorators: true, emitDecoratorMetadata: true },
      ...{ module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    },
  });
  const classes = {};
  const known: Record<string, unknown> = { '@ts-chassis/core': core, '@ts-chassis/rest': restPackage };
  // oxlint-disable-next-line no-implied-eval -- runs what was generated
  new Function('exports', 'require', outputText)(classes, (name: string) => known[name]);
  return classes;
}

beforeAll(async () => {
  registry = await startDevRegistry({ port: 0 });
  folder = await emptyFolder();
  await writeFile(join(folder.path, 'package.json'), '{}');
  await symlink(join(root, 'node_modules'), join(folder.path, 'node_modules'), 'dir');
  await start('catalog', [Serves]);
});

afterAll(async () => {
  for (const app of apps.reverse()) await app.stop();
  await registry?.close();
  await folder?.remove();
});

it('makes of stored contracts a typed client that calls', async () => {
  const file = join(folder.path, 'catalog.contract.ts');
  const made = await client('--registry', registry.url, '--service', 'catalog', '--out', file);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(complaints(file)).toEqual([]);
  const contract = classesOf(await readFile(file, 'utf8'))['Catalog']!;
  let services: Services | undefined;
  await start(
    'consumer',
    [],
    [{ name: 'spy', install: (host) => host.onStart('spy', (started) => void (services = started)) }],
  );
  const target = { schema: readSchema(contract), service: 'catalog', options: {} };
  const catalog = clientOf(services!.consumer, target) as unknown as Client<Catalog>;
  const book = { isbn: '42', authors: [{ name: 'Ada' }], prices: { copies: 3 } };
  expect(await catalog.find('42', 3, 'Ada')).toEqual(book);
  expect(await catalog.add(book)).toEqual(book);
});

it('makes one of a document in a file', async () => {
  const yaml = join(folder.path, 'library.yaml');
  await writeFile(
    yaml,
    'swagger: "2.0"\npaths:\n  /books:\n    get:\n      operationId: list\n      responses: { "200": { schema: { type: string } } }\n',
  );
  const { code, out } = await client('--openapi', yaml);
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('list(): Promise<string>') });
});

it('says what is missing', async () => {
  const of = (service: string, ...more: string[]): Promise<Outcome> =>
    client('--registry', registry.url, '--service', service, ...more);
  expect((await of('nobody')).err).toMatch(/knows no service default:nobody/);
  expect((await of('catalog', '--schema', 'x')).err).toMatch(/no contract "x", there are catalog/);
  expect((await client('--registry', registry.url)).err).toMatch(/--service <name>/);
  expect((await client('--registry', 'nowhere', '--service', 'a')).err).toMatch(/must be an address/);
  expect((await client('--registry', 'http://127.0.0.1:1', '--service', 'a')).err).toMatch(/127\.0\.0\.1:1/);
  expect(await client()).toMatchObject({ code: 1, err: expect.stringContaining('--registry <address>') });
});
