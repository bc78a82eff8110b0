import {
  Arg,
  Field,
  HeaderMap,
  Injectable,
  Module,
  Returns,
  Schema,
  silentLogger,
  writePropagation,
  type ChainHandler,
  type Invocation,
  type Plugin,
} from '@ts-chassis/core';
import { status, type ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import {
  callHeaders,
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  HEADERS,
  RawConnection,
  RST_STREAM,
} from './frames.fixture.js';
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
}

let release: (() => void)[] = [];
const seen: Invocation[] = [];

@Injectable()
@Schema({ id: 'catalog' })
class Catalog {
  @Rpc() @Returns(Book) find(@Arg('isbn') isbn: string): Promise<Book> {
    return Promise.resolve({ isbn });
  }

  @Rpc() @Returns(Book) held(@Arg('isbn') isbn: string): Promise<Book> {
    return new Promise((resolve) => release.push(() => resolve({ isbn })));
  }

  @Rpc() @Returns(Number) early(@Arg('books', { type: Book, stream: true }) _books: AsyncIterable<Book>): number {
    return 1;
  }

  @Rpc() @Returns(Book, { stream: true }) async *list(): AsyncGenerator<Book> {
    for (let at = 0; ; at += 1) {
      given = at;
      yield { isbn: 'x'.repeat(1000) };
    }
  }
}

let given = 0;

@Module({ schemas: [Catalog] })
class CatalogModule {}

let engine: ServerEngine;
let serving: Serving | undefined;
let peer: Peer | undefined;

afterEach(async () => {
  peer?.close();
  for (const run of release) run();
  await serving?.app.stop();
  serving = peer = undefined;
  release = [];
  seen.length = 0;
});

async function start(options: Partial<ServingOptions> = {}): Promise<Peer> {
  const watching: ChainHandler = {
    handle: (invocation, next) => {
      seen.push(invocation);
      return next(invocation);
    },
  };
  const spy: Plugin = {
    name: 'spy',
    install: (host) => host.handler({ name: 'spy', side: 'provider', everywhere: true, make: () => watching }),
  };
  serving = await startServing({ modules: [CatalogModule], logger: silentLogger, plugins: [spy], engine, ...options });
  return (peer = new Peer(serving.port, Catalog));
}

const failure = (call: Promise<unknown>): Promise<ServiceError> =>
  call.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: ServiceError) => error,
  );
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.each(ENGINES)('what a caller says of itself, by %s', (by) => {
  beforeEach(() => void (engine = by));

  const said = (): Record<string, string> => {
    const headers = HeaderMap.of({ 'x-cse-context': '{"tenant":"t1"}' });
    const invocation = { headers, context: { size: 0, entries: () => [] }, deadline: 5000 } as unknown as Invocation;
    return writePropagation(invocation, 'orders', 0);
  };

  it('is believed by a listener that trusts its peers, and by no other', async () => {
    const trusting = await start({ values: { 'servicecomb.protocols.grpc.trust': 'peers' } });
    await trusting.call('find', ['1'], { metadata: said() });
    expect(seen[0]!.source).toMatchObject({ service: 'orders', protocol: 'grpc', listener: 'grpc', trusted: true });
    expect(seen[0]!.source.remoteAddress).toBe('127.0.0.1');
    expect(seen[0]!.context.get('tenant')).toBe('t1');
    trusting.close();
    await serving!.app.stop();
    const careful = await start();
    await careful.call('find', ['1'], { metadata: said() });
    expect(seen[1]!.source).toMatchObject({ service: '', trusted: false });
    expect(seen[1]!.context.size).toBe(0);
  });

  it('arrives as headers, bytes as base64, without what is of HTTP/2', async () => {
    const client = await start();
    await client.call('find', ['1'], { metadata: { 'X-Tenant': 't1', 'key-bin': Buffer.from([0, 1, 2]) } });
    const { headers } = seen[0]!;
    expect(headers.get('x-tenant')).toBe('t1');
    expect(Buffer.from(headers.get('key-bin')!, 'base64')).toEqual(Buffer.from([0, 1, 2]));
    expect(Object.keys(headers.record).filter((name) => name.startsWith(':'))).toEqual([]);
  });

  it('of its time holds in any case', async () => {
    const client = await start({ values: { 'servicecomb.transport.timeout.grpc': '100ms' } });
    const error = await failure(client.call('held', ['1']));
    expect(error.code).toBe(status.DEADLINE_EXCEEDED);
  });
});

describe.each(ENGINES)('a stop, by %s', (by) => {
  beforeEach(() => void (engine = by));

  it('lets calls under way end, and has clients go elsewhere', async () => {
    const client = await start();
    const held = client.call('held', ['1']);
    while (release.length === 0) await tick();
    let stopped = false;
    const stop = serving!.app.stop().then(() => (stopped = true));
    const refused = await failure(client.call('find', ['2'], { deadlineMs: 2000 }));
    expect(refused.code).toBe(status.UNAVAILABLE);
    expect(stopped).toBe(false);
    release[0]!();
    expect((await held).value).toEqual({ isbn: '1' });
    await stop;
  });
});

describe.each(ENGINES)('streams, by %s', (by) => {
  beforeEach(() => void (engine = by));

  it('are produced no faster than they are read', async () => {
    await start();
    const connection = new RawConnection(serving!.port);
    await connection.write(
      frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: callHeaders('/catalog/list') }),
      frame({ type: DATA, flags: END_STREAM, stream: 1, payload: Buffer.alloc(5) }),
    );
    await connection.until(({ type }) => type === DATA);
    let before = -1;
    while (before !== given) {
      before = given;
      for (let at = 0; at < 50; at += 1) await tick();
    }
    expect(given).toBeGreaterThan(10);
    expect(given).toBeLessThan(200);
    connection.socket.destroy();
  });
});

describe('streams of requests', () => {
  beforeEach(() => void (engine = 'http2'));

  it.each(['/catalog/early', '/catalog/nothing'])('that nobody reads to the end do not keep %s open', async (path) => {
    await start();
    const connection = new RawConnection(serving!.port);
    await connection.write(frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: callHeaders(path) }));
    const trailers = await connection.until(({ type, flags }) => type === HEADERS && (flags & END_STREAM) > 0);
    expect(trailers).toBeDefined();
    const reset = await connection.until(({ type, stream }) => type === RST_STREAM && stream === 1);
    expect(reset!.payload.readUInt32BE(0)).toBe(0);
    connection.socket.destroy();
  });
});

describe('clients that leave many streams before their end', () => {
  beforeEach(() => void (engine = 'http2'));

  it('are asked to go on over another connection, and lose no call by it', async () => {
    const client = await start();
    const held = client.call('held', ['1']);
    while (release.length === 0) await tick();
    const left = async (): Promise<void> => {
      for await (const book of client.items('list', [])) if (book) break;
    };
    for (let count = 0; count < 1200; count += 10) await Promise.all(Array.from({ length: 10 }, left));
    release[0]!();
    expect((await held).value).toEqual({ isbn: '1' });
  }, 30_000);
});

describe('answers', () => {
  beforeEach(() => void (engine = 'http2'));

  it('are compressed for clients that can undo it, when that is asked for', async () => {
    const client = await start({ grpc: { server: { compression: 'gzip', compressFromBytes: 10 } } });
    const connection = new RawConnection(serving!.port);
    const isbn = Buffer.concat([Buffer.from([0x0a, 0x64]), Buffer.alloc(100, 0x61)]);
    const call = (stream: number, more: Record<string, string>): Promise<void> =>
      connection.write(
        frame({ type: HEADERS, flags: END_HEADERS, stream, payload: callHeaders('/catalog/find', more) }),
        frame({
          type: DATA,
          flags: END_STREAM,
          stream,
          payload: Buffer.concat([Buffer.from([0, 0, 0, 0, 102]), isbn]),
        }),
      );
    await call(1, { 'grpc-accept-encoding': 'identity, gzip' });
    await call(3, {});
    const packed = await connection.until(({ type, stream }) => type === DATA && stream === 1);
    const plain = await connection.until(({ type, stream }) => type === DATA && stream === 3);
    expect(packed!.payload[0]).toBe(1);
    expect(packed!.payload.length).toBeLessThan(60);
    expect(plain!.payload[0]).toBe(0);
    connection.socket.destroy();
    const { value } = await client.call('find', ['a'.repeat(5000)]);
    expect(value).toEqual({ isbn: 'a'.repeat(5000) });
  });
});
