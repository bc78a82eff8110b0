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
import { serviceCenter as serviceCenterPlugin } from '@ts-chassis/servicecomb';
import { startDevRegistry } from '@ts-chassis/servicecomb/dev-registry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { javaChassis, serviceCenter, until } from '../../scripts/servers/servers.mjs';
import { lane } from './lane.js';

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

/** Where both register. */
const registries = {
  'service-center': async () => {
    const { url, stop } = await serviceCenter.start();
    return { url, stop };
  },
  'the development registry': async () => {
    const registry = await startDevRegistry({ port: 0 });
    return { url: registry.url, stop: () => registry.close() };
  },
};

lane('Java chassis', [serviceCenter, javaChassis], () => {
  describe.each(Object.entries(registries))('through %s', (_name, start) => over(start));
});

function over(startRegistry: (typeof registries)['service-center']): void {
  const started: { stop(): Promise<unknown> }[] = [];
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let java: Awaited<ReturnType<typeof javaChassis.start>>;
  let app: Application;

  beforeAll(async () => {
    registry = await startRegistry();
    started.push(registry);
    app = createApplication({
      ...{ name: 'ts-provider', logger: silentLogger, signals: false, modules: [Everything] },
      plugins: [rest(), serviceCenterPlugin()],
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: {
          'servicecomb.service.app': 'interop',
          'servicecomb.service.version': '1.0.0',
          'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
          'servicecomb.protocols.rest.trust': 'peers',
          'servicecomb.registry.address': registry.url,
          'servicecomb.contracts.javaPackage': 'com.example.made',
          'servicecomb.lifecycle.drainDelay': 0,
        },
      },
    });
    await app.start();
    started.push(app);
    java = await javaChassis.start({ registry: registry.url, service: 'java-peer' });
    started.push(java);
  });

  afterAll(async () => {
    for (const running of started.reverse()) await running.stop();
  });

  it('calls TypeScript by the contract that it finds in the registry', async () => {
    const found = await java.call({
      url: 'servicecomb://ts-provider/catalog/books/42?copies=3',
      headers: { 'x-reader': 'Ada' },
    });
    expect(found).toEqual({ status: 200, body: { isbn: '42', copies: 3, readers: ['java-peer', 'Ada'] } });
    const book = { isbn: '42', copies: 3, readers: ['Björn'] };
    const added = await java.call({ url: 'servicecomb://ts-provider/catalog/books', method: 'POST', body: book });
    expect(added).toEqual({ status: 200, body: { ...book, copies: 4 } });
    expect(await java.call({ url: 'servicecomb://ts-provider/plain/greeting?name=Ada' })).toEqual({
      status: 200,
      body: 'Hello Ada',
    });
  });

  it('is told what went wrong', async () => {
    const missing = await java.call({ url: 'servicecomb://ts-provider/catalog/books/none?copies=1' });
    expect(missing).toMatchObject({ status: 404, error: expect.stringContaining('no book none') });
  });

  it('calls TypeScript through an interface of Java', async () => {
    const order = { service: 'ts-provider', schema: 'catalog', isbn: '7', copies: 2 };
    expect(await java.typed(order)).toEqual({
      status: 200,
      body: { isbn: '7', copies: 2, readers: ['java-peer', ''] },
    });
  });

  it('is called by TypeScript, by the contract that it stored', async () => {
    const invoker = app.get(Invoker);
    const call = (isbn: string): Promise<unknown> =>
      invoker.invoke('java-peer', 'library', 'find', { isbn, copies: 2, 'x-reader': 'Ada' });
    await until('Java chassis is found', async () => call('42').then(() => true));
    expect(await call('42')).toEqual({ isbn: '42', copies: 2, readers: ['Ada'] });
    const book = { isbn: '42', copies: 3, readers: ['Björn'] };
    expect(await invoker.invoke('java-peer', 'library', 'add', { book })).toEqual({ ...book, copies: 4 });
    await expect(call('none')).rejects.toMatchObject({ kind: 'NOT_FOUND' });
  });

  it('finds the interfaces of Java in the contracts', async () => {
    const root = `${registry.url}/v4/default/registry`;
    const query = 'type=microservice&appId=interop&serviceName=ts-provider&version=1.0.0';
    const get = async (path: string): Promise<Record<string, string>> =>
      (await fetch(`${root}/${path}`)).json() as Promise<Record<string, string>>;
    const { serviceId } = await get(`existence?${query}`);
    const interfaces = ['catalog', 'plain'].map(async (id) => {
      const { schema } = await get(`microservices/${serviceId}/schemas/${id}`);
      const { info } = JSON.parse(schema!) as { info: Readonly<Record<string, unknown>> };
      return info['x-java-interface'];
    });
    expect(await Promise.all(interfaces)).toEqual(['com.example.Catalog', 'com.example.made.plain']);
  });
}
