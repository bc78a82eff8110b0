import {
  Arg,
  currentInvocation,
  Field,
  Injectable,
  Module,
  Returns,
  Schema,
  silentLogger,
  VirtualClock,
  type Logger,
} from '@ts-chassis/core';
import { credentials, status, type ServiceError } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { Authority, CertificateFolder } from '../../../../../test/fixtures/certificates.js';
import { Rpc } from '../../decorators/rpc.js';
import {
  callHeaders,
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  GOAWAY,
  HEADERS,
  RawConnection,
  SETTINGS,
} from '../frames.fixture.js';
import { ENGINES, Peer, startServing, type Serving, type ServingOptions } from '../serving.fixture.js';

class Book {
  @Field() isbn!: string;
}

let release: (() => void)[] = [];
const reasons: unknown[] = [];

@Injectable()
@Schema({ id: 'catalog' })
class Catalog {
  @Rpc() @Returns(Book) find(@Arg('isbn') isbn: string): Promise<Book> {
    return Promise.resolve({ isbn });
  }

  @Rpc() @Returns(String) caller(): string {
    return currentInvocation()!.source.peer?.commonName ?? 'nobody';
  }

  @Rpc() @Returns() held(): Promise<void> {
    const { signal } = currentInvocation()!;
    signal.addEventListener('abort', () => reasons.push((signal.reason as { code: string }).code));
    return new Promise((resolve) => release.push(resolve));
  }

  @Rpc() @Returns(Number) async first(
    @Arg('books', { type: Book, stream: true }) books: AsyncIterable<Book>,
  ): Promise<number> {
    for await (const { isbn } of books) return isbn.length;
    return -1;
  }
}

@Module({ schemas: [Catalog] })
class CatalogModule {}

let serving: Serving | undefined;
let peer: Peer | undefined;
const opened: RawConnection[] = [];

afterEach(async () => {
  for (const run of release.splice(0)) run();
  for (const { socket } of opened.splice(0)) socket.destroy();
  peer?.close();
  await serving?.app.stop();
  serving = peer = undefined;
  release = [];
  reasons.length = 0;
});

async function start(options: Partial<ServingOptions> = {}): Promise<Peer> {
  const common = { modules: [CatalogModule], logger: silentLogger, ambient: true };
  serving = await startServing({ ...common, engine: 'grpc-js', ...options });
  return (peer = new Peer(serving.port, Catalog));
}

function raw(): RawConnection {
  const connection = new RawConnection(serving!.port);
  opened.push(connection);
  return connection;
}

const failure = (call: Promise<unknown>): Promise<ServiceError> =>
  call.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: ServiceError) => error,
  );
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ended = ({ type, flags }: { type: number; flags: number }): boolean =>
  type === HEADERS && (flags & END_STREAM) > 0;
const BOOK = Buffer.from([0, 0, 0, 0, 3, 0x0a, 1, 0x31]);

describe.each(ENGINES)('the server by %s', (engine) => {
  it('tells clients how many calls one connection may have', async () => {
    await start({ engine, grpc: { server: { maxConcurrentCalls: 7 } } });
    const settings = await raw().until(({ type, payload }) => type === SETTINGS && payload.length > 0);
    const pairs = Array.from({ length: settings!.payload.length / 6 }, (_, at) => [
      settings!.payload.readUInt16BE(6 * at),
      settings!.payload.readUInt32BE(6 * at + 2),
    ]);
    // SETTINGS_MAX_CONCURRENT_STREAMS
    expect(pairs).toContainEqual([3, 7]);
  });

  it('asks clients to connect anew when their connection is old', async () => {
    await start({ engine, grpc: { server: { maxConnectionAgeMs: 20 } } });
    const connection = raw();
    expect(await connection.until(({ type }) => type === GOAWAY)).toBeDefined();
    await connection.untilClosed();
  });

  it('closes connections whose other side does not answer', async () => {
    await start({ engine, grpc: { server: { keepaliveMs: 20, keepaliveTimeoutMs: 20 } } });
    const connection = raw();
    // it reads the ping, and says nothing to it
    await connection.untilClosed();
    expect(connection.closed).toBe(true);
  });

  it('tells who calls by the certificate of the connection', async () => {
    const folder = new CertificateFolder();
    const issuer = await Authority.make();
    const caFile = folder.write('ca.crt', issuer.certificate);
    const provider = folder.pair('server', await issuer.issue({ name: 'localhost' }));
    const client = folder.pair('client', await issuer.issue({ name: 'client.test' }));
    const values = { 'ssl.grpc.Provider': { ...provider, verifyPeer: true, caFile } };
    const plain = await start({ engine, values });
    const [ca, key, cert] = [caFile, client.keyFile, client.certFile].map((file) => readFileSync(file));
    const names = { 'grpc.ssl_target_name_override': 'localhost' };
    const known = new Peer(serving!.port, Catalog, names, credentials.createSsl(ca!, key!, cert!));
    expect((await known.call('caller', [])).value).toBe('client.test');
    expect((await failure(plain.call('caller', [], { deadlineMs: 2000 }))).code).not.toBe(status.OK);
    known.close();
    folder.remove();
  });

  it('tells the method why its call ended', async () => {
    const client = await start({ engine });
    expect((await failure(client.call('held', [], { deadlineMs: 50 }))).code).toBe(status.DEADLINE_EXCEEDED);
    while (reasons.length < 1) await tick();
    const connection = raw();
    await connection.write(
      frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: callHeaders('/catalog/held') }),
      frame({ type: DATA, flags: END_STREAM, stream: 1, payload: Buffer.alloc(5) }),
    );
    while (release.length < 2) await tick();
    connection.socket.destroy();
    while (reasons.length < 2) await tick();
    expect(reasons[1]).toBe('CALL_CANCELLED');
  });
});

describe('the server of grpc-js', () => {
  it('reads messages no longer than the configuration allows', async () => {
    const client = await start({ values: { 'servicecomb.transport.maxBodyBytes.grpc': 100 } });
    expect((await client.call('find', ['a'.repeat(90)])).value).toEqual({ isbn: 'a'.repeat(90) });
    expect((await failure(client.call('find', ['a'.repeat(200)]))).code).toBe(status.RESOURCE_EXHAUSTED);
  });

  it('warns that answers are not compressed', async () => {
    const warnings: string[] = [];
    const quiet = (): void => undefined;
    const warn = (message: string): void => void warnings.push(message);
    const logger = { debug: quiet, info: quiet, warn, error: quiet } as unknown as Logger;
    await start({ logger, grpc: { server: { compression: 'gzip' } } });
    expect(warnings.filter((text) => text.includes('compress'))).toHaveLength(1);
  });

  it('throws away what comes after a method that wants no more, however many messages that are', async () => {
    const client = await start();
    const connection = raw();
    const many = Buffer.concat(Array.from<Buffer>({ length: 2000 }).fill(BOOK));
    await connection.write(
      frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: callHeaders('/catalog/first') }),
      frame({ type: DATA, stream: 1, payload: many }),
      frame({ type: DATA, stream: 1, payload: many }),
    );
    expect(await connection.until(ended)).toBeDefined();
    expect((await client.call('find', ['1'])).value).toEqual({ isbn: '1' });
  });

  it('stops within a second although a client goes on sending', async () => {
    const clock = new VirtualClock();
    await start({ clock });
    const connection = raw();
    await connection.write(
      frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: callHeaders('/catalog/first') }),
      frame({ type: DATA, stream: 1, payload: BOOK }),
    );
    expect(await connection.until(ended)).toBeDefined();
    let stopped = false;
    const stop = serving!.app.stop().then(() => (stopped = true));
    await connection.until(({ type }) => type === GOAWAY);
    for (let at = 0; at < 20; at += 1) await tick();
    expect(stopped).toBe(false);
    await clock.advance(1000);
    await stop;
    serving = undefined;
  });
});
