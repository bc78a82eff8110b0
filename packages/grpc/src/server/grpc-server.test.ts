import {
  Arg,
  ChassisError,
  currentInvocation,
  Field,
  Injectable,
  Module,
  NotFound,
  replyWith,
  Returns,
  Schema,
  silentLogger,
  type ChainHandler,
  type Invocation,
  type Plugin,
} from '@ts-chassis/core';
import { status, type ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import {
  ENGINES,
  Peer,
  startServing,
  type ServerEngine,
  type Serving,
  type ServingOptions,
} from './serving.fixture.js';

class Book {
  @Field() isbn!: string;
  @Field() price!: number;
}

const seen: { invocations: Invocation[]; reached: string[]; ended: string[] } = {
  invocations: [],
  reached: [],
  ended: [],
};

@Injectable()
@Schema({ id: 'catalog' })
class Catalog {
  @Rpc() @Returns(Book) find(@Arg('isbn') isbn: string): Promise<Book> {
    seen.reached.push(`find ${isbn}`);
    if (isbn === 'none') throw NotFound(`no book ${isbn} – ä%`, { details: { isbn, near: ['1', '2'] } });
    if (isbn === 'bug') throw new Error('password=hunter2');
    if (isbn === 'gone') throw new ChassisError('UNAVAILABLE', 'at 10.0.0.1:8080', { code: 'CALL_FAILED' });
    return Promise.resolve({ isbn, price: 1.5 });
  }

  @Rpc() @Returns(Book) told(@Arg('isbn') isbn: string): Promise<Book> {
    const value = { isbn, price: 2 };
    return Promise.resolve(
      replyWith(value, {
        headers: { 'x-shelf': 'a', 'key-bin': 'AAEC' },
        trailers: { 'x-rest': 'z' },
      }) as unknown as Book,
    );
  }

  @Rpc() @Returns(Book, { stream: true }) async *list(
    @Arg('count', { integer: true }) count: number,
  ): AsyncGenerator<Book> {
    try {
      for (let at = 0; at < count; at += 1) {
        if (at === 7 && count === 8) throw new ChassisError('ABORTED', 'the shelf broke');
        yield { isbn: String(at), price: at };
      }
    } finally {
      seen.ended.push('list');
    }
  }

  @Rpc() @Returns(Number) async sum(
    @Arg('books', { type: Book, stream: true }) books: AsyncIterable<Book>,
  ): Promise<number> {
    let sum = 0;
    for await (const { price } of books) sum += price;
    return sum;
  }

  @Rpc() @Returns(Book, { stream: true }) async *echo(
    @Arg('books', { type: Book, stream: true }) books: AsyncIterable<Book>,
  ): AsyncGenerator<Book> {
    for await (const book of books) yield book;
  }

  @Rpc() @Returns() wait(): Promise<void> {
    const { signal } = currentInvocation()!;
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => {
        seen.ended.push(`wait ${(signal.reason as ChassisError).code}`);
        reject(signal.reason as Error);
      }),
    );
  }
}

@Module({ schemas: [Catalog] })
class CatalogModule {}

let engine: ServerEngine;
let serving: Serving | undefined;
let peer: Peer | undefined;

afterEach(async () => {
  peer?.close();
  await serving?.app.stop();
  serving = peer = undefined;
  for (const list of Object.values(seen)) list.length = 0;
});

async function start(options: Partial<ServingOptions> = {}): Promise<Peer> {
  serving = await startServing({ modules: [CatalogModule], logger: silentLogger, engine, ...options });
  return (peer = new Peer(serving.port, Catalog));
}

const failure = (call: Promise<unknown>): Promise<ServiceError> =>
  call.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: ServiceError) => error,
  );

describe.each(ENGINES)('a server of gRPC by %s', (name) => {
  beforeEach(() => void (engine = name));

  it('answers calls of one message', async () => {
    const client = await start();
    expect((await client.call('find', ['978'])).value).toEqual({ isbn: '978', price: 1.5 });
    const many = await Promise.all(Array.from({ length: 200 }, (_, at) => client.call('find', [`${at}`])));
    expect(many.map(({ value }) => (value as Book).isbn)).toEqual(many.map((_, at) => `${at}`));
  });

  it('sends headers before and trailers behind the value', async () => {
    const { headers, status: ended } = await (await start()).call('told', ['1']);
    expect(headers.get('x-shelf')).toEqual(['a']);
    expect(headers.get('key-bin')).toEqual([Buffer.from([0, 1, 2])]);
    expect(ended.metadata.get('x-rest')).toEqual(['z']);
  });

  it('streams results, in order, and tells the end', async () => {
    const client = await start();
    const items: unknown[] = [];
    for await (const item of client.items('list', [1000])) items.push(item);
    expect(items).toHaveLength(1000);
    expect(items[999]).toEqual({ isbn: '999', price: 999 });
  });

  it('tells a failure in the midst of a stream behind its items', async () => {
    const client = await start();
    const items: unknown[] = [];
    const error = await failure(
      (async () => {
        for await (const item of client.items('list', [8])) items.push(item);
      })(),
    );
    expect(items).toHaveLength(7);
    expect(error).toMatchObject({ code: status.ABORTED, details: 'the shelf broke' });
  });

  it('reads streams of requests', async () => {
    const client = await start();
    const books = Array.from({ length: 500 }, (_, at) => ({ isbn: `${at}`, price: at }));
    expect(await client.gather('sum', books)).toBe((499 * 500) / 2);
    expect(await client.gather('sum', [])).toBe(0);
  });

  it('streams both ways, item by item', async () => {
    const client = await start();
    const call = client.both('echo');
    const plan = client.plan('echo');
    const answers = call[Symbol.asyncIterator]();
    for (const isbn of ['1', '2', '3']) {
      call.write(plan.encodeRequest(plan.itemToMessage({ isbn, price: 0 })));
      const { value } = (await answers.next()) as { value: Buffer };
      expect(plan.messageToResult(plan.decodeResponse(value))).toEqual({ isbn, price: 0 });
    }
    call.end();
    expect((await answers.next()).done).toBe(true);
  });

  it('tells failures by code, message and details, and nothing of the inside', async () => {
    const client = await start();
    const known = await failure(client.call('find', ['none']));
    expect(known).toMatchObject({ code: status.NOT_FOUND, details: 'no book none – ä%' });
    expect(known.metadata.get('grpc-status-details-bin')).toHaveLength(1);
    const bug = await failure(client.call('find', ['bug']));
    expect(bug).toMatchObject({ code: status.INTERNAL, details: 'internal error' });
    expect(JSON.stringify(bug)).not.toContain('hunter2');
    const gone = await failure(client.call('find', ['gone']));
    const details = 'catalog.find: a service it depends on cannot be reached';
    expect(gone).toMatchObject({ code: status.UNAVAILABLE, details });
    expect(String(gone.metadata.get('grpc-status-details-bin')[0])).not.toContain('10.0.0.1');
  });

  it('never runs a method that a handler rejects', async () => {
    const refusing: ChainHandler = {
      handle: (invocation) => {
        seen.invocations.push(invocation);
        return Promise.reject(new ChassisError('PERMISSION_DENIED', 'no'));
      },
    };
    const plugin: Plugin = {
      name: 'refusing',
      install: (host) => host.handler({ name: 'refusing', side: 'provider', everywhere: true, make: () => refusing }),
    };
    const client = await start({ plugins: [plugin] });
    expect(await failure(client.call('find', ['1']))).toMatchObject({ code: status.PERMISSION_DENIED, details: 'no' });
    expect(seen.reached).toEqual([]);
    expect(await failure(client.send('/catalog/nothing', Buffer.alloc(0)))).toMatchObject({
      code: status.PERMISSION_DENIED,
    });
    expect(seen.invocations.map(({ operation }) => operation.id)).toEqual(['catalog.find', 'unmatched']);
  });

  it('ends what a client cancels, and what its deadline ends', async () => {
    const client = await start({ ambient: true });
    const late = await failure(client.call('wait', [], { deadlineMs: 50 }));
    expect(late.code).toBe(status.DEADLINE_EXCEEDED);
    const stream = client.items('list', [1e6]);
    await stream.next();
    await stream.return(undefined);
    while (!seen.ended.includes('list')) await new Promise((resolve) => setImmediate(resolve));
    while (!seen.ended.some((text) => text.startsWith('wait'))) await new Promise((resolve) => setImmediate(resolve));
    expect(seen.ended).toContain('list');
  });

  it('refuses what no operation has, and what is no message', async () => {
    const client = await start();
    expect(await failure(client.send('/catalog/nothing', Buffer.alloc(0)))).toMatchObject({
      code: status.UNIMPLEMENTED,
    });
    const bad = await failure(client.send('/catalog/find', Buffer.from([0x0a, 0xff])));
    expect(bad.code).toBe(status.INVALID_ARGUMENT);
    expect(bad.details).toContain('catalog.find');
    expect(seen.reached).toEqual([]);
  });
});
