import { Arg, Field, Injectable, Module, Returns, Schema, silentLogger } from '@ts-chassis/core';
import { status, type ServiceError } from '@grpc/grpc-js';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import {
  block,
  callHeaders,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  GOAWAY,
  HEADERS,
  PING,
  RawConnection,
  RST_STREAM,
  SETTINGS,
} from './frames.fixture.js';
import { ENGINES, Peer, startServing, type ServerEngine, type Serving } from './serving.fixture.js';

class Book {
  @Field() isbn!: string;
}

const reached: string[] = [];

@Injectable()
@Schema({ id: 'catalog' })
class Catalog {
  @Rpc() @Returns(Book) find(@Arg('isbn') isbn: string): Promise<Book> {
    reached.push(isbn);
    return Promise.resolve({ isbn });
  }

  @Rpc() @Returns(Number) async count(
    @Arg('books', { type: Book, stream: true }) books: AsyncIterable<Book>,
  ): Promise<number> {
    let count = 0;
    for await (const { isbn } of books) count += isbn.length;
    return count;
  }
}

@Module({ schemas: [Catalog] })
class CatalogModule {}

let engine: ServerEngine;
let serving: Serving | undefined;
let peer: Peer | undefined;
const opened: { destroy(): unknown }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) each.destroy();
  peer?.close();
  await serving?.app.stop();
  serving = peer = undefined;
  reached.length = 0;
});

async function start(values: Readonly<Record<string, unknown>> = {}): Promise<Peer> {
  serving = await startServing({ modules: [CatalogModule], logger: silentLogger, values, engine });
  return (peer = new Peer(serving.port, Catalog));
}

function raw(isHttp2 = true): RawConnection {
  const connection = new RawConnection(serving!.port, isHttp2);
  opened.push(connection.socket);
  return connection;
}

const failure = (call: Promise<unknown>): Promise<ServiceError> =>
  call.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: ServiceError) => error,
  );

/** Others are served while and after one misbehaves. */
async function othersAreServed(client: Peer): Promise<void> {
  expect((await client.call('find', ['still here'])).value).toEqual({ isbn: 'still here' });
}

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
}

/** A request of HTTP/2 by Node's client. */
function request(headers: Record<string, string>, body: Buffer): Promise<Received> {
  const session: ClientHttp2Session = connect(`http://127.0.0.1:${serving!.port}`);
  opened.push(session);
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let received: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    stream.on('response', (given) => (received = given));
    stream.on('trailers', (given: IncomingHttpHeaders) => (trailers = given));
    stream.on('close', () => resolve({ headers: received, trailers }));
    stream.on('error', reject);
    stream.resume();
    stream.end(body);
  });
}

function message(bytes: Buffer, { flag = 0, length = bytes.length } = {}): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, bytes]);
}

const FIND = { ':path': '/catalog/find' };
const ISBN = Buffer.from([0x0a, 1, 0x31]);
const code = ({ headers, trailers }: Received): number => Number(trailers['grpc-status'] ?? headers['grpc-status']);

const isHttp2 = (): boolean => engine === 'http2';

describe.each(ENGINES)('requests that are no calls, by %s', (by) => {
  beforeEach(() => void (engine = by));

  it('are refused by HTTP: 415 without the content type of gRPC, 405 by another method', async () => {
    const client = await start();
    const { headers: plain } = await request({ ...FIND, 'content-type': 'application/json' }, Buffer.from('{}'));
    expect(plain[':status']).toBe(415);
    if (!isHttp2()) return othersAreServed(client);
    const { headers: other } = await request({ ...FIND, 'content-type': 'application/grpc-web+proto' }, message(ISBN));
    expect(other[':status']).toBe(415);
    const { headers: read } = await request({ ...FIND, ':method': 'PUT' }, message(ISBN));
    expect(read[':status']).toBe(405);
    expect(reached).toEqual([]);
    await othersAreServed(client);
  });

  it('of HTTP/1.1, and bytes that are nothing at all, end their connection', async () => {
    const client = await start();
    for (const bytes of ['GET / HTTP/1.1\r\nhost: a\r\n\r\n', '\u0000\u0001\u0002'.repeat(20)]) {
      const connection = raw(false);
      await connection.write(Buffer.from(bytes));
      await connection.untilClosed();
    }
    await othersAreServed(client);
  });
});

describe.each(ENGINES)('messages, by %s', (by) => {
  beforeEach(() => void (engine = by));

  it('that are cut off, missing or more than one are refused with the name of the operation', async () => {
    const client = await start();
    for (const body of [
      message(ISBN, { length: 10 }),
      Buffer.from([0, 0]),
      Buffer.alloc(0),
      Buffer.concat([message(ISBN), message(ISBN)]),
    ]) {
      expect(code(await request(FIND, body))).toBe(status.INVALID_ARGUMENT);
    }
    expect(reached).toEqual([]);
    // for grpc-js, what is not 1 is a message that is not compressed
    expect(code(await request(FIND, message(ISBN, { flag: 7 })))).toBe(isHttp2() ? status.INVALID_ARGUMENT : 0);
    expect(reached).toEqual(isHttp2() ? [] : ['1']);
    await othersAreServed(client);
  });

  it('in pieces of one byte are put together', async () => {
    await start();
    const connection = raw();
    const pieces = [...message(ISBN)].map((byte, at, all) =>
      frame({ type: DATA, stream: 1, flags: at === all.length - 1 ? END_STREAM : 0, payload: Buffer.from([byte]) }),
    );
    await connection.write(
      frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: callHeaders('/catalog/find') }),
    );
    for (const piece of pieces) await connection.write(piece);
    await connection.until(({ type, flags, stream }) => type === HEADERS && stream === 1 && (flags & END_STREAM) > 0);
    expect(reached).toEqual(['1']);
  });

  it('that are too long are refused, said so, sent so, or once they are decompressed', async () => {
    const client = await start({ 'servicecomb.transport.maxBodyBytes.grpc': 1000 });
    const long = Buffer.concat([Buffer.from([0x0a, 0xd0, 0x0f]), Buffer.alloc(2000, 0x61)]);
    expect((await failure(client.send('/catalog/find', long))).code).toBe(status.RESOURCE_EXHAUSTED);
    expect(code(await request(FIND, message(ISBN, { length: 0xffffffff })))).toBe(status.RESOURCE_EXHAUSTED);
    const bomb = message(gzipSync(Buffer.alloc(1_000_000)), { flag: 1 });
    expect(bomb.length).toBeLessThan(2000);
    const small = gzipSync(Buffer.alloc(100_000));
    expect(small.length).toBeLessThan(1000);
    expect(code(await request({ ...FIND, 'grpc-encoding': 'gzip' }, message(small, { flag: 1 })))).toBe(
      status.RESOURCE_EXHAUSTED,
    );
    expect(reached).toEqual([]);
    await othersAreServed(client);
  });

  it('compressed by gzip and deflate are read, by what is unknown refused with what is not', async () => {
    await start();
    expect(code(await request({ ...FIND, 'grpc-encoding': 'gzip' }, message(gzipSync(ISBN), { flag: 1 })))).toBe(0);
    expect(reached).toEqual(['1']);
    const unknown = await request({ ...FIND, 'grpc-encoding': 'snappy' }, message(ISBN, { flag: 1 }));
    expect(code(unknown)).toBe(status.UNIMPLEMENTED);
    if (isHttp2()) expect(unknown.headers['grpc-accept-encoding']).toBe('identity,gzip,deflate');
    expect(code(await request({ ...FIND, 'grpc-encoding': 'gzip' }, message(ISBN, { flag: 1 })))).toBe(
      isHttp2() ? status.INVALID_ARGUMENT : status.INTERNAL,
    );
  });
});

describe.each(ENGINES)('metadata, by %s', (by) => {
  beforeEach(() => void (engine = by));

  it('that is too long never becomes a call', async () => {
    const client = await start({ 'servicecomb.transport.maxHeaderBytes.grpc': 2000 });
    const asked = request({ ...FIND, big: 'x'.repeat(4000) }, message(ISBN));
    if (isHttp2()) await expect(asked).rejects.toThrow(/ENHANCE_YOUR_CALM/);
    else expect(code(await asked)).toBe(status.RESOURCE_EXHAUSTED);
    expect(reached).toEqual([]);
    await othersAreServed(client);
  });

  it('whose timeout is none is refused', async () => {
    await start();
    const refused = isHttp2() ? status.INVALID_ARGUMENT : status.INTERNAL;
    // grpc-js looks for a timeout anywhere in the text
    for (const timeout of isHttp2() ? ['soon', '1', '123456789S', '-1S', '1 S'] : ['soon', '1']) {
      expect(code(await request({ ...FIND, 'grpc-timeout': timeout }, message(ISBN)))).toBe(refused);
    }
    expect(code(await request({ ...FIND, 'grpc-timeout': '20S' }, message(ISBN)))).toBe(0);
  });
});

describe.each(ENGINES)('floods, by %s', (by) => {
  beforeEach(() => void (engine = by));

  const open = (stream: number): Buffer =>
    frame({ type: HEADERS, flags: END_HEADERS, stream, payload: callHeaders('/catalog/count') });

  it.each([
    ['of pings', () => frame({ type: PING, payload: Buffer.alloc(8) })],
    ['of settings', () => frame({ type: SETTINGS })],
    ['of empty frames', (at: number) => (at === 0 ? open(1) : frame({ type: DATA, stream: 1 }))],
    [
      'of calls that are reset at once',
      (at: number) =>
        Buffer.concat([
          open(2 * at + 1),
          frame({ type: RST_STREAM, stream: 2 * at + 1, payload: Buffer.from([0, 0, 0, 8]) }),
        ]),
    ],
    [
      'of continuations',
      (at: number) =>
        at === 0
          ? frame({ type: HEADERS, stream: 1, payload: callHeaders('/catalog/find') })
          : frame({ type: CONTINUATION, stream: 1, payload: block({ [`x${at}`]: 'y' }) }),
    ],
  ])('%s end their connection where that can be said, and nobody else notices', async (_name, next) => {
    const client = await start();
    await othersAreServed(client);
    const connection = raw();
    for (let at = 0; at < 20_000 && !connection.closed; at += 50) {
      await connection.write(...Array.from({ length: 50 }, (_, each) => next(at + each)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    // grpc-js leaves some of them open
    if (isHttp2()) await connection.untilClosed();
    await othersAreServed(client);
  });

  it('of more calls at once than are allowed are refused beyond that', async () => {
    const client = await start();
    const connection = raw();
    const calls = Array.from({ length: 1100 }, (_, at) => open(2 * at + 1));
    await connection.write(...calls);
    const refused = await connection.until(({ type }) => type === RST_STREAM || type === GOAWAY);
    expect(refused).toBeDefined();
    await othersAreServed(client);
  });
});
