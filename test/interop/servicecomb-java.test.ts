import {
  createApplication,
  Field,
  Invoker,
  Module,
  NotFound,
  Returns,
  Schema,
  silentLogger,
  type Application,
  type Invocation,
} from '@ts-chassis/core';
import { Body, Context, Get, Param, Post, Query, rest } from '@ts-chassis/rest';
import { serviceCenter } from '@ts-chassis/servicecomb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { javaChassis, until } from '../../scripts/servers/servers.mjs';
import { lane } from './lane.js';
import { JAVA, type CasesOf } from './servicecomb/matrix.js';
import { REGISTRY_LANES } from './servicecomb/registries.js';

class Book {
  @Field() isbn!: string;
  @Field() copies!: number;
  @Field({ type: [String] }) readers!: string[];
}

@Schema({ id: 'catalog', path: '/catalog', javaInterface: 'com.example.Catalog' })
class Catalog {
  @Get('/books/:isbn')
  @Returns(Book)
  find(@Param('isbn') isbn: string, @Query('copies') copies: number, @Context() invocation?: Invocation): Book {
    if (isbn === 'none') throw NotFound('no book none');
    return { isbn, copies, readers: [invocation?.source.service ?? '', invocation?.headers.get('x-reader') ?? ''] };
  }

  @Post('/books')
  @Returns(Book)
  add(@Body() book: Book): Book {
    return { ...book, copies: book.copies + 1 };
  }
}

@Schema({ id: 'plain', path: '/plain' })
class Plain {
  @Get('/greeting')
  @Returns(String)
  greet(@Query('name') name: string): string {
    return `Hello ${name}`;
  }
}

@Module({ schemas: [Catalog, Plain] })
class Everything {}

/** One registry with a service of each side. */
interface Stage {
  readonly registry: string;
  readonly app: Application;
  readonly java: Awaited<ReturnType<typeof javaChassis.start>>;
}

async function startService(registry: string): Promise<Application> {
  const app = createApplication({
    ...{ name: 'ts-provider', logger: silentLogger, signals: false, modules: [Everything] },
    plugins: [rest(), serviceCenter()],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.service.app': 'interop',
        'servicecomb.service.version': '1.0.0',
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.protocols.rest.trust': 'peers',
        'servicecomb.registry.address': registry,
        'servicecomb.contracts.javaPackage': 'com.example.made',
        'servicecomb.lifecycle.drainDelay': 0,
      },
    },
  });
  await app.start();
  return app;
}

/** The interface of Java that a stored contract names. */
async function interfaceOf(registry: string, schemaId: string): Promise<unknown> {
  const root = `${registry}/v4/default/registry`;
  const get = async (path: string): Promise<Record<string, string>> =>
    (await fetch(`${root}/${path}`)).json() as Promise<Record<string, string>>;
  const { serviceId } = await get('existence?type=microservice&appId=interop&serviceName=ts-provider&version=1.0.0');
  const { schema } = await get(`microservices/${serviceId}/schemas/${schemaId}`);
  return (JSON.parse(schema!) as { info: Readonly<Record<string, unknown>> }).info['x-java-interface'];
}

const cases: CasesOf<typeof JAVA, Stage> = {
  async 'java-ts'({ java, registry }) {
    const root = 'servicecomb://ts-provider';
    const found = await java.call({ url: `${root}/catalog/books/42?copies=3`, headers: { 'x-reader': 'Ada' } });
    expect(found).toEqual({ status: 200, body: { isbn: '42', copies: 3, readers: ['java-peer', 'Ada'] } });
    const book = { isbn: '42', copies: 3, readers: ['Björn'] };
    const added = await java.call({ url: `${root}/catalog/books`, method: 'POST', body: book });
    expect(added).toEqual({ status: 200, body: { ...book, copies: 4 } });
    const missing = await java.call({ url: `${root}/catalog/books/none?copies=1` });
    expect(missing).toMatchObject({ status: 404, error: expect.stringContaining('no book none') });
    const greeted = await java.call({ url: `${root}/plain/greeting?name=Ada` });
    expect(greeted).toEqual({ status: 200, body: 'Hello Ada' });
    // through an interface of Java
    const typed = await java.typed({ service: 'ts-provider', schema: 'catalog', isbn: '7', copies: 2 });
    expect(typed).toEqual({ status: 200, body: { isbn: '7', copies: 2, readers: ['java-peer', ''] } });
    expect(await interfaceOf(registry, 'catalog')).toBe('com.example.Catalog');
    expect(await interfaceOf(registry, 'plain')).toBe('com.example.made.plain');
  },

  async 'ts-java'({ app }) {
    const invoker = app.get(Invoker);
    const call = (isbn: string): Promise<unknown> =>
      invoker.invoke('java-peer', 'library', 'find', { isbn, copies: 2, 'x-reader': 'Ada' });
    await until('Java chassis, as TypeScript sees it', async () => call('42').then(() => true));
    expect(await call('42')).toEqual({ isbn: '42', copies: 2, readers: ['Ada'] });
    const book = { isbn: '42', copies: 3, readers: ['Björn'] };
    expect(await invoker.invoke('java-peer', 'library', 'add', { book })).toEqual({ ...book, copies: 4 });
    await expect(call('none')).rejects.toMatchObject({ kind: 'NOT_FOUND' });
  },
};

for (const { name, needs, key, start } of REGISTRY_LANES) {
  const rows = JAVA.filter((row) => row[key] === 'yes');
  lane(`Java chassis, by ${name}`, [...needs, javaChassis], () => {
    const running: { stop(): Promise<unknown> }[] = [];
    let stage: Stage;

    beforeAll(async () => {
      const registry = await start();
      running.push(registry);
      const app = await startService(registry.url);
      running.push(app);
      const java = await javaChassis.start({ registry: registry.url, service: 'java-peer' });
      running.push(java);
      stage = { registry: registry.url, app, java };
    });
    afterAll(async () => {
      for (const each of running.reverse()) await each.stop();
    });

    for (const { id, what } of rows) it(`${id}: ${what}`, () => cases[id](stage));
  });
}
