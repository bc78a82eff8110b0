import {
  createApplication,
  Module,
  Returns,
  Schema,
  type Application,
  type CallOptions,
  type Invocation,
  type Logger,
} from '@ts-chassis/core';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectPlain, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Authority, CertificateFolder, selfSigned, type Issued } from '../../../test/fixtures/certificates.js';
import { RestClient } from './client/rest-client.js';
import { Context, Req } from './decorators/parameters.js';
import { Get } from './decorators/routes.js';
import { rest } from './plugin.js';

@Schema({ id: 'books', path: '/books' })
class Books {
  @Get('/word')
  @Returns(String)
  word(): string {
    return 'pong';
  }

  @Get('/peer')
  @Returns(String)
  peer(@Context() { source }: Invocation): string {
    return JSON.stringify(source.peer ?? 'nobody');
  }

  @Get('/resumed')
  @Returns(Boolean)
  resumed(@Req() { socket }: IncomingMessage): boolean {
    return (socket as TLSSocket).isSessionReused();
  }

  @Get('/trusted')
  @Returns(Boolean)
  trusted(@Context() { source }: Invocation): boolean {
    return source.trusted;
  }
}

/** Stands between a caller and a server, and counts connections. */
class Between {
  connections = 0;
  mostShaking = 0;
  /** Connections over which the caller has sent nothing but its hello. */
  #shaking = 0;
  readonly #sockets = new Set<Socket>();

  static async open(port: number): Promise<Between> {
    const between = new Between();
    between.server.on('connection', (socket: Socket) => between.#take(socket, connectPlain(port, '127.0.0.1')));
    between.server.listen(0, '127.0.0.1');
    await once(between.server, 'listening');
    return between;
  }

  private constructor(readonly server = createServer()) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  #take(socket: Socket, other: Socket): void {
    this.connections += 1;
    this.mostShaking = Math.max(this.mostShaking, (this.#shaking += 1));
    let pieces = 0;
    socket.on('data', () => {
      if ((pieces += 1) === 2) this.#shaking -= 1;
    });
    for (const [one, another] of [
      [socket, other],
      [other, socket],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => another.destroy());
      one.pipe(another);
    }
  }
}

@Module({ schemas: [Books] })
class BooksModule {}

let authority: Authority;
let folder: CertificateFolder;
let catalog: Issued;
let pair: { readonly certFile: string; readonly keyFile: string };
let caFile: string;
const running: Application[] = [];
const lines: { readonly level: string; readonly message: string; readonly fields: unknown }[] = [];

beforeAll(async () => {
  authority = await Authority.make();
  folder = new CertificateFolder();
  catalog = await authority.issue({ name: 'catalog' });
  pair = folder.pair('catalog', catalog);
  caFile = folder.write('ca.crt', authority.certificate);
});
afterAll(() => folder.remove());
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  lines.length = 0;
});

async function start(values: object, modules: (new () => unknown)[] = []): Promise<Application> {
  const say =
    (level: string) =>
    (message: string, fields?: unknown): void =>
      void lines.push({ level, message, fields });
  const logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  const app = createApplication({
    name: 'catalog',
    modules,
    plugins: [rest()],
    signals: false,
    logger: logger as unknown as Logger,
    configuration: {
      directory: false,
      environment: false,
      commandLine: false,
      values: { 'servicecomb.lifecycle.drainDelay': 0, ...values } as Record<string, unknown>,
    },
  });
  running.push(app);
  await app.start();
  return app;
}

/** Serves the books over TLS; its port. */
async function serve(provider: object = {}, values: object = {}): Promise<number> {
  const app = await start(
    {
      'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
      ssl: { 'rest.Provider': { ...pair, ...provider } },
      ...values,
    },
    [BooksModule],
  );
  return app.endpoints[0]!.port;
}

/** Who calls over TLS as `ssl.rest.Consumer` says. */
async function caller(
  consumer: object,
): Promise<
  (port: number, path: string, options?: CallOptions & { service?: string; ssl?: boolean }) => Promise<string>
> {
  const app = await start({ ssl: { 'rest.Consumer': consumer } });
  const client = app.get(RestClient);
  return async (port, path, { service = 'catalog', ssl = true } = {}) => {
    const endpoint = { listener: 'rest', host: '127.0.0.1', port, ssl };
    return (await client.fetch(`http://${service}/books/${path}`, { endpoint })).text();
  };
}

describe('REST over TLS', () => {
  it('is called by the name of the service, over an address', async () => {
    const call = await caller({ caFile });
    expect(await call(await serve(), 'word')).toBe('"pong"');
  });

  it('keeps what one service was trusted for apart from others at the same address', async () => {
    const port = await serve();
    const call = await caller({ caFile });
    await call(port, 'word');
    await expect(call(port, 'word', { service: 'stock' })).rejects.toMatchObject({ code: 'CALL_FAILED' });
    await expect(call(port, 'word', { service: 'stock' })).rejects.toThrow(
      'expected a certificate of "stock" (ssl.stock.rest.Consumer.serverName says another name), got one of DNS:catalog',
    );
    expect(await call(port, 'word')).toBe('"pong"');
  });

  it('speaks TLS on one port and not on another', async () => {
    const app = await start(
      {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.protocols.rest-plain.listenAddress': '127.0.0.1:0',
        ssl: { 'rest.Provider': pair },
      },
      [BooksModule],
    );
    const ssl = Object.fromEntries(app.endpoints.map((endpoint) => [endpoint.listener, endpoint.ssl]));
    expect(ssl).toEqual({ rest: true, 'rest-plain': false });
    const call = await caller({ caFile });
    const [secure, plain] = app.endpoints.map(({ port }) => port) as [number, number];
    expect(await call(secure, 'word')).toBe('"pong"');
    expect(await call(plain, 'word', { ssl: false })).toContain('404');
  });

  it('tells who the other side is, and trusts those who are verified only', async () => {
    const orders = await authority.issue({
      name: 'orders',
      dns: ['orders', 'orders.shop.example'],
      uris: ['spiffe://shop.example/orders'],
      emails: ['orders@shop.example'],
    });
    const port = await serve({ verifyPeer: true, caFile }, { 'servicecomb.protocols.rest.trust': 'mtls' });
    const call = await caller({ caFile, ...folder.pair('orders', orders) });
    expect(JSON.parse(JSON.parse(await call(port, 'peer')) as string)).toEqual({
      commonName: 'orders',
      dnsNames: ['orders', 'orders.shop.example'],
      uris: ['spiffe://shop.example/orders'],
      spiffeId: 'spiffe://shop.example/orders',
      emails: ['orders@shop.example'],
      issuer: 'test authority',
      serialNumber: expect.stringMatching(/^1+[0-9A-F]+$/) as string,
      fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) as string,
      validTo: expect.any(Number) as number,
    });
    expect(await call(port, 'trusted')).toBe('true');
    const asked = await caller({ caFile });
    const open = await serve({}, { 'servicecomb.protocols.rest.trust': 'none' });
    expect([await asked(open, 'peer'), await asked(open, 'trusted')]).toEqual(['"\\"nobody\\""', 'false']);
  });

  it('knows who the other side is when its session is resumed', async () => {
    const orders = await authority.issue({ name: 'orders' });
    const port = await serve({ verifyPeer: true, caFile });
    const peers: string[] = [];
    let session: Buffer | undefined;
    const resumed: boolean[] = [];
    for (const maxVersion of ['TLSv1.2', 'TLSv1.2', 'TLSv1.3', 'TLSv1.3'] as const) {
      if (peers.length === 2) session = undefined;
      const socket = connect({
        ...{ port, host: '127.0.0.1', servername: 'catalog' },
        secureContext: createSecureContext({
          ca: authority.certificate,
          cert: orders.certificate,
          key: orders.key,
          maxVersion,
        }),
        ...(session && { session }),
      });
      socket.on('session', (next) => (session = next));
      await once(socket, 'secureConnect');
      resumed.push(socket.isSessionReused());
      socket.write('GET /books/peer HTTP/1.1\r\nHost: catalog\r\nConnection: close\r\n\r\n');
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      peers.push(/commonName\\":\\"(\w+)/.exec(text)?.[1] ?? text);
    }
    expect(resumed).toEqual([false, true, false, true]);
    expect(peers).toEqual(['orders', 'orders', 'orders', 'orders']);
  });

  it('shakes hands once for many calls, briefly when it comes back, and never with too many at once', async () => {
    const port = await serve();
    const between = await Between.open(port);
    const call = await caller({ caFile });
    expect(await call(between.port, 'resumed')).toBe('false');
    for (let count = 0; count < 100; count += 1) await call(between.port, 'word');
    // a call may begin while the connection of the one before is about to be free
    expect(between.connections).toBeLessThanOrEqual(2);
    between.cut();
    expect(await call(between.port, 'resumed')).toBe('true');
    await Promise.all(Array.from({ length: 100 }, () => call(between.port, 'word')));
    expect(between.connections).toBeLessThanOrEqual(103);
    expect(between.mostShaking).toBeLessThanOrEqual(32);
    const after = between.connections;
    for (let round = 0; round < 20; round += 1)
      await Promise.all(Array.from({ length: 20 }, () => call(between.port, 'word')));
    expect(between.connections).toBe(after);
    between.close();
  });

  it('refuses callers without a certificate, or with one of another authority, and goes on', async () => {
    const port = await serve({ verifyPeer: true, caFile });
    const stranger = folder.pair('stranger', await (await Authority.make('elsewhere')).issue({ name: 'orders' }));
    for (const consumer of [{ caFile }, { caFile, ...stranger }]) {
      const call = await caller(consumer);
      await expect(call(port, 'word')).rejects.toThrow('ssl.catalog.rest.Consumer.certFile');
    }
    const call = await caller({ caFile, ...folder.pair('orders', await authority.issue({ name: 'orders' })) });
    expect(await call(port, 'word')).toBe('"pong"');
    const reasons = lines.filter(({ message }) => message.includes('TLS handshake')).map(({ fields }) => fields);
    expect(reasons).toEqual([
      expect.objectContaining({ listener: 'rest', reason: 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' }),
      expect.objectContaining({ listener: 'rest', reason: expect.stringMatching(/UNABLE_TO/) as string }),
    ]);
  });

  it.each([
    ['of itself', () => selfSigned({ name: 'catalog' }), 'no authority that is trusted vouches for the certificate'],
    [
      'of another authority',
      async () => (await Authority.make('x')).issue({ name: 'catalog' }),
      'no authority that is trusted',
    ],
    ['that expired', () => authority.issue({ name: 'catalog', untilDay: -0.5 }), 'the certificate has expired'],
    [
      'that is not valid yet',
      () => authority.issue({ name: 'catalog', fromDay: 2 }),
      'the certificate is not valid yet',
    ],
    ['of another name', () => authority.issue({ name: 'stock' }), 'expected a certificate of "catalog"'],
  ])('refuses to call who shows a certificate %s', async (_, issue, message) => {
    const port = await serve(folder.pair('odd', await issue()));
    const call = await caller({ caFile });
    await expect(call(port, 'word')).rejects.toMatchObject({
      code: 'CALL_FAILED',
      message: expect.stringContaining(message) as string,
    });
  });

  it('tells who calls without TLS what is spoken, and who calls with TLS where none is', async () => {
    const port = await serve();
    const call = await caller({ caFile });
    await expect(call(port, 'word', { ssl: false })).rejects.toMatchObject({ code: 'CALL_FAILED' });
    const app = await start({ 'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0' }, [BooksModule]);
    const plain = app.endpoints[0]!.port;
    await expect(call(plain, 'word')).rejects.toThrow('no TLS is spoken there');
    expect(await call(plain, 'word', { ssl: false })).toBe('"pong"');
    expect(await call(port, 'word')).toBe('"pong"');
  });

  it('is no worse for noise in the place of a handshake', async () => {
    const port = await serve();
    for (const noise of [
      Buffer.alloc(0),
      Buffer.from([0x16, 3, 1, 0xff, 0xff]),
      Buffer.alloc(70_000, 0x16),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ]) {
      const socket = connectPlain(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(noise);
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve));
    }
    const call = await caller({ caFile });
    expect(await call(port, 'word')).toBe('"pong"');
  });

  it('refuses versions that are too old', async () => {
    const port = await serve();
    const socket = connect({
      ...{ port, host: '127.0.0.1', minVersion: 'TLSv1', maxVersion: 'TLSv1.1', rejectUnauthorized: false },
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await expect(once(socket, 'secureConnect')).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    expect(lines.find(({ message }) => message.includes('TLS handshake'))?.fields).toMatchObject({
      reason: 'ERR_SSL_UNSUPPORTED_PROTOCOL',
    });
  });
});
