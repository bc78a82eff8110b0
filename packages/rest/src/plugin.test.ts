import {
  ChassisError,
  createApplication,
  Field,
  Implements,
  Injectable,
  Module,
  NotFound,
  remote,
  Remote,
  Returns,
  Schema,
  type Application,
  type Client,
} from '@ts-chassis/core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RestClient } from './client/rest-client.js';
import { Body, Param, Query } from './decorators/parameters.js';
import { HttpCode } from './decorators/reply.js';
import { Get, Post } from './decorators/routes.js';
import { rest } from './plugin.js';

class NewBook {
  @Field({ pattern: '^[0-9]{13}$' }) isbn!: string;
  @Field({ minLength: 1 }) title!: string;
}

class Book extends NewBook {
  @Field() pages!: number;
}

@Schema({ id: 'catalog', path: '/books' })
class Catalog {
  @Get('/:isbn')
  @Returns(Book)
  find(@Param('isbn') _isbn: string): Promise<Book> {
    return remote();
  }

  @Post()
  @HttpCode(201)
  @Returns(Book)
  add(@Body() _book: NewBook): Promise<Book> {
    return remote();
  }

  @Get()
  @Returns(Book, { stream: true })
  list(@Query('limit', { integer: true, default: 2 }) _limit?: number): AsyncIterable<Book> {
    return remote();
  }
}

@Implements(Catalog)
class CatalogService extends Catalog {
  override find(isbn: string): Promise<Book> {
    if (isbn === '0') throw NotFound('no book 0', { details: { isbn } });
    return Promise.resolve({ isbn, title: 'Moby Dick', pages: 635, secret: 'stays here' } as Book);
  }

  override add(book: NewBook): Promise<Book> {
    return Promise.resolve({ ...book, pages: 1 });
  }

  override async *list(limit = 0): AsyncIterable<Book> {
    for (let index = 0; index < limit; index++) yield { isbn: String(index), title: 'x', pages: index };
  }
}

@Schema({ id: 'orders', path: '/orders' })
@Injectable()
class Orders {
  constructor(
    @Remote(Catalog, { service: 'catalog' }) private readonly catalog: Client<Catalog>,
    private readonly client: RestClient,
  ) {}

  @Get('/titles/:isbn')
  @Returns(String)
  async title(@Param('isbn') isbn: string): Promise<string> {
    return (await this.catalog.find(isbn)).title;
  }

  @Get('/listed')
  @Returns([Book])
  async listed(): Promise<Book[]> {
    const books: Book[] = [];
    for await (const book of this.catalog.list(3)) books.push(book);
    return books;
  }

  @Get('/fetched/:isbn')
  @Returns(Number)
  async fetched(@Param('isbn') isbn: string): Promise<number> {
    return (await this.client.fetch('http://catalog/books/{isbn}', { path: { isbn } })).status;
  }
}

@Module({ schemas: [CatalogService] })
class CatalogModule {}

@Module({ schemas: [Orders] })
class OrdersModule {}

const folder = mkdtempSync(join(tmpdir(), 'rest-plugin-'));
const running: Application[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string, module: new () => object, values: Record<string, unknown> = {}): Promise<string> {
  const app = createApplication({
    name,
    modules: [module],
    plugins: [rest()],
    signals: false,
    configuration: {
      directory: false,
      environment: false,
      commandLine: false,
      values: {
        'servicecomb.registry.address': `file://${folder}`,
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.protocols.rest.trust': 'peers',
        'servicecomb.log.level': 'error',
        ...values,
      },
    },
  });
  running.push(app);
  await app.start();
  return `http://127.0.0.1:${app.endpoints.find(({ listener }) => listener === 'rest')!.port}`;
}

describe('the plug-in rest()', () => {
  it('lets annotated services find and call each other', async () => {
    const catalog = await start('catalog', CatalogModule);
    const orders = await start('orders', OrdersModule);
    const found = await fetch(`${catalog}/books/42`);
    expect(await found.json()).toEqual({ isbn: '42', title: 'Moby Dick', pages: 635 });
    expect(await (await fetch(`${orders}/orders/titles/42`)).json()).toBe('Moby Dick');
    expect(await (await fetch(`${orders}/orders/listed`)).json()).toHaveLength(3);
    expect(await (await fetch(`${orders}/orders/fetched/42`)).json()).toBe(200);
    expect(await (await fetch(`${orders}/orders/fetched/0`)).json()).toBe(404);
    const missing = await fetch(`${orders}/orders/titles/0`);
    expect([missing.status, await missing.json()]).toEqual([404, expect.objectContaining({ details: { isbn: '0' } })]);
    const bad = await fetch(`${catalog}/books`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"isbn":1,"extra":true}',
    });
    expect([bad.status, ((await bad.json()) as { errors: unknown[] }).errors.length]).toEqual([400, 2]);
    const added = await fetch(`${catalog}/books`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ isbn: '9780262033848', title: 'x', extra: true }),
    });
    expect([added.status, await added.json()]).toEqual([201, { isbn: '9780262033848', title: 'x', pages: 1 }]);
    expect(await (await fetch(`${catalog}/books?limit=1`)).json()).toHaveLength(1);
    expect((await fetch(`${catalog}/nothing`)).status).toBe(404);
  });

  it('takes its limits from the configuration, live', async () => {
    const catalog = await start('catalog', CatalogModule, { 'servicecomb.transport.maxBodyBytes.rest': 10 });
    const post = async (): Promise<number> =>
      (
        await fetch(`${catalog}/books`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ isbn: '9780262033848', title: 'x' }),
        })
      ).status;
    expect(await post()).toBe(413);
    running[0]!.config.set('servicecomb.transport.maxBodyBytes.rest', 1000);
    expect(await post()).toBe(201);
  });

  it('takes the limits of a listener before those of its protocol', async () => {
    const catalog = await start('catalog', CatalogModule, {
      'servicecomb.transport.maxHeaderBytes.rest': 20_000,
      'servicecomb.transport.maxHeaderBytes.rest-admin': 300,
      'servicecomb.protocols.rest-admin.listenAddress': '127.0.0.1:0',
      'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
    });
    const admin = running[0]!.endpoints.find(({ listener }) => listener === 'rest-admin')!;
    const status = async (origin: string): Promise<number> =>
      (await fetch(`${origin}/nothing`, { headers: { 'x-long': 'x'.repeat(1000) } })).status;
    expect([await status(catalog), await status(`http://127.0.0.1:${admin.port}`)]).toEqual([404, 431]);
  });

  it.each([
    [
      'servicecomb.protocols.rest.trust',
      'mtls',
      'servicecomb.protocols.rest.trust: mtls needs ssl.rest.Provider.verifyPeer: true, got no TLS',
    ],
    [
      'ssl.rest.Provider.certFile',
      'server.crt',
      'ssl.rest.Provider.keyFile: expected a file, since other keys under `ssl` or under this tag turn TLS on',
    ],
    ['ssl.protocol', 'TLSv1.3', 'ssl.rest.Provider.certFile: expected a file'],
  ])('refuses to serve plain HTTP where %s asks for TLS', async (key, value, message) => {
    const error = await start('catalog', CatalogModule, { [key]: value }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TLS_INVALID', message: expect.stringContaining(message) as string });
  });

  it('names the classes and methods of two routes on one path', async () => {
    @Schema({ id: 'other' })
    class OtherBooks {
      @Get('/books/:id')
      @Returns(String)
      read(@Param('id') id: string): string {
        return id;
      }
    }
    @Module({ schemas: [OtherBooks, CatalogService] })
    class BothModule {}
    const error = await start('catalog', BothModule).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain(
      'listener rest, catalog.find (CatalogService.find): GET /books/{isbn} is routed twice, also to other.read (OtherBooks.read)',
    );
  });

  it('names listener and address when the port is in use', async () => {
    const catalog = await start('catalog', CatalogModule);
    const error = await start('second', CatalogModule, {
      'servicecomb.protocols.rest.listenAddress': catalog.slice(7),
    }).catch((thrown: unknown) => thrown);
    expect(ChassisError.is(error)).toBe(true);
    expect(`${(error as Error).message} ${String((error as Error).cause)}`).toContain(
      `listener rest: cannot listen on ${catalog.slice(7)}`,
    );
  });
});
