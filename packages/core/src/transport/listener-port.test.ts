import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock/system-clock.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { silentLogger } from '../telemetry/logger.js';
import { TlsBench } from '../tls/tls.fixture.js';
import { ListenerPort } from './listener-port.js';
import type { OpenSockets, SocketTaker } from './listener-sockets.js';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Answers with its name and whatever it was sent, so that a lost byte shows. */
function echo(name: string, claims?: SocketTaker['claims']): SocketTaker {
  return {
    ...(claims && { claims }),
    take: (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => socket.write(`${name}(${String(chunk)})`));
      socket.on('end', () => socket.end());
    },
  };
}

const http2 = echo('h2', (head) => {
  const seen = String(head.subarray(0, PREFACE.length));
  return PREFACE.startsWith(seen) ? (seen.length === PREFACE.length ? true : undefined) : false;
});

describe('a port', () => {
  const open: OpenSockets[] = [];
  const clients: Socket[] = [];
  let clock: VirtualClock | typeof systemClock;

  beforeEach(() => (clock = systemClock));
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
    for (const client of clients.splice(0)) client.destroy();
  });

  const portOf = (port = 0): ListenerPort =>
    new ListenerPort({
      listener: { name: 'rest', protocol: 'rest', listen: { host: '127.0.0.1', port }, trust: 'none' },
      ...{ clock, logger: silentLogger },
      tls: () => Promise.resolve(undefined),
    });

  async function joined(port: ListenerPort, name: string, taker: SocketTaker): Promise<OpenSockets> {
    const sockets = await port.socketsOf(name).open(taker);
    open.push(sockets);
    return sockets;
  }

  async function client({ endpoint }: OpenSockets): Promise<Socket> {
    const socket = connect(endpoint.port, endpoint.host);
    clients.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  async function heard(socket: Socket): Promise<string> {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return String(chunk);
  }

  it('gives all connections to its only taker', async () => {
    const sockets = await joined(portOf(), 'rest', echo('rest'));
    const socket = await client(sockets);
    socket.write('hello');
    expect([await heard(socket), sockets.endpoint]).toEqual([
      'rest(hello)',
      { listener: 'rest', host: '127.0.0.1', port: sockets.endpoint.port, ssl: false },
    ]);
  });

  it('is shared by those who tell their connections by the first bytes, and loses none of them', async () => {
    const port = portOf();
    const rest = await joined(port, 'rest', echo('rest'));
    const grpc = await joined(port, 'grpc', http2);
    expect(grpc.endpoint).toEqual({ ...rest.endpoint, listener: 'grpc' });
    const [one, two] = [await client(rest), await client(grpc)];
    one.write('GET / HTTP/1.1');
    two.write(PREFACE);
    expect(await Promise.all([heard(one), heard(two)])).toEqual(['rest(GET / HTTP/1.1)', `h2(${PREFACE})`]);
  });

  it('waits for as many bytes as it takes to tell', async () => {
    const port = portOf();
    const rest = await joined(port, 'rest', echo('rest'));
    await joined(port, 'grpc', http2);
    const [one, two] = [await client(rest), await client(rest)];
    for (const byte of PREFACE.slice(0, 5)) {
      one.write(byte);
      two.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    one.write(PREFACE.slice(5));
    two.write('!');
    expect(await Promise.all([heard(one), heard(two)])).toEqual([`h2(${PREFACE})`, 'rest(PRI *!)']);
  });

  it('gives a silent connection to whoever takes the unclaimed ones', async () => {
    const virtual = new VirtualClock();
    clock = virtual;
    const port = portOf();
    let taken!: () => void;
    const given = new Promise<void>((resolve) => (taken = resolve));
    const rest = await joined(port, 'rest', { take: () => taken() });
    await joined(port, 'grpc', http2);
    const accepted = new Promise<void>((resolve) => setImmediate(resolve));
    await client(rest);
    await accepted;
    while (virtual.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await virtual.advance(10_000);
    await given;
  });

  it('closes with the last who leaves, and ends connections that said nothing yet', async () => {
    const port = portOf();
    const rest = await joined(port, 'rest', echo('rest'));
    const grpc = await joined(port, 'grpc', http2);
    const silent = await client(rest);
    const probe = await client(rest);
    probe.write('x');
    await heard(probe);
    rest.close();
    grpc.close();
    await once(silent, 'close');
    const late = connect(rest.endpoint.port, rest.endpoint.host);
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('says whose address is taken', async () => {
    const { endpoint } = await joined(portOf(), 'rest', echo('rest'));
    await expect(portOf(endpoint.port).socketsOf('rest').open(echo('other'))).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: `listener rest: cannot listen on 127.0.0.1:${endpoint.port}: the port is in use`,
    });
  });

  describe('with TLS', () => {
    let bench: TlsBench;

    beforeAll(async () => (bench = await TlsBench.make()));
    afterAll(() => bench.close());

    async function securePort(handshakeMs?: number): Promise<ListenerPort> {
      const { certificate, key } = await bench.authority.issue({ name: 'rest' });
      const Provider = {
        certFile: bench.folder.write('rest.crt', certificate),
        keyFile: bench.folder.write('rest.key', key),
      };
      const tls = await bench.tls({ rest: { Provider } });
      return new ListenerPort({
        listener: { name: 'rest', protocol: 'rest', listen: { host: '127.0.0.1', port: 0 }, trust: 'none' },
        ...{ clock, logger: silentLogger, ...(handshakeMs !== undefined && { handshakeMs }) },
        tls: () => tls.server('rest'),
      });
    }

    it('hangs up on a client that does not end its handshake', async () => {
      const silent = await client(await joined(await securePort(20), 'rest', echo('rest')));
      await once(silent, 'close');
    });

    it('ends handshakes that are under way when the last one leaves, and keeps connections that were handed over', async () => {
      const sockets = await joined(await securePort(), 'rest', echo('rest'));
      const silent = await client(sockets);
      const secure = connectSecurely({ port: sockets.endpoint.port, host: '127.0.0.1', rejectUnauthorized: false });
      clients.push(secure);
      secure.write('before');
      expect(await heard(secure)).toBe('rest(before)');
      sockets.close();
      await once(silent, 'close');
      secure.write('after');
      expect(await heard(secure)).toBe('rest(after)');
    });
  });
});
