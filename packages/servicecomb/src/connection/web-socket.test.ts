import { VirtualClock } from '@ts-chassis/core';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Connection, SocketEnd } from './connection.js';
import { Bench, json, type ControlPlane } from './control-plane.fixture.js';

const bench = new Bench();
afterEach(() => bench.close());

const PATH = '/v4/default/registry/microservices/s1/watcher';

/** What a listener was told, in order. */
class Heard {
  readonly all: string[] = [];
  readonly ended: Promise<SocketEnd>;
  readonly opened: Promise<void>;
  #end!: (end: SocketEnd) => void;
  #open!: () => void;
  #waiting: (() => void)[] = [];

  constructor() {
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.opened = new Promise((resolve) => (this.#open = resolve));
  }

  opensAt(connection: Connection): { close(): void } {
    return connection.open(
      { path: PATH },
      {
        opened: () => (this.#add('opened'), this.#open()),
        message: (text) => this.#add(text),
        ping: () => this.#add('ping'),
        closed: (end) => (this.#add('closed'), this.#end(end)),
      },
    );
  }

  async came(count: number): Promise<void> {
    while (this.all.length < count) await new Promise<void>((go) => this.#waiting.push(go));
  }

  #add(what: string): void {
    this.all.push(what);
    for (const go of this.#waiting.splice(0)) go();
  }
}

function accepts(plane: ControlPlane): { server: WebSocketServer; next(): Promise<[WebSocket, IncomingMessage]> } {
  const server = new WebSocketServer({ server: plane.server });
  return { server, next: () => once(server, 'connection') as Promise<[WebSocket, IncomingMessage]> };
}

function refuses(plane: ControlPlane, head: string, body = ''): void {
  plane.server.on(
    'upgrade',
    (_: IncomingMessage, socket: Duplex) => void socket.end(`HTTP/1.1 ${head}\r\n\r\n${body}`),
  );
}

describe('a websocket', () => {
  it('brings messages and pings, and how it was closed', async () => {
    const plane = await bench.plane();
    const next = accepts(plane).next();
    const connection = bench.connection([plane.url], { headers: { 'x-domain-name': 'default' } });
    const heard = new Heard();
    heard.opensAt(connection);
    const [peer, request] = await next;
    expect(request.url).toBe(PATH);
    expect(request.headers).toMatchObject({ 'x-domain-name': 'default' });
    expect(request.headers['sec-websocket-extensions']).toBeUndefined();
    peer.send('{"action":"CREATE"}');
    peer.ping();
    await once(peer, 'pong');
    peer.close(4001, 'gone');
    expect(await heard.ended).toEqual({ code: 4001, reason: 'gone' });
    expect(heard.all).toEqual(['opened', '{"action":"CREATE"}', 'ping', 'closed']);
  });

  it('bears the token, and the next one another when it was refused', async () => {
    const plane = await bench.plane();
    const clock = new VirtualClock();
    plane.answer = (asked, response) => json({ token: `t${plane.asked.length}` })(asked, response);
    const account = (): Promise<{ name: string; password: string }> => Promise.resolve({ name: 'a', password: 'b' });
    const connection = bench.connection([plane.url], { account, clock });
    const seen: (string | undefined)[] = [];
    plane.server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      seen.push(request.headers.authorization);
      const body = '{"errorCode":"401205"}';
      socket.end(`HTTP/1.1 401 Unauthorized\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
    await connection.request({ method: 'GET', path: '/a' });
    await clock.advance(6000);
    for (let time = 0; time < 2; time += 1) {
      const heard = new Heard();
      heard.opensAt(connection);
      expect(await heard.ended).toMatchObject({ code: 1006, status: 401, reason: '{"errorCode":"401205"}' });
      expect(heard.all).toEqual(['closed']);
    }
    expect(seen).toEqual(['Bearer t1', 'Bearer t3']);
  });

  it.each([
    ['400 Bad Request', 'content-length: 22\r\n\r\n{"errorCode":"400012"}', 400, '{"errorCode":"400012"}'],
    ['302 Found', 'location: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n', 302, ''],
  ])('that is answered with %s tells so', async (head, rest, status, reason) => {
    const plane = await bench.plane();
    refuses(plane, `${head}\r\n${rest.slice(0, rest.indexOf('\r\n\r\n'))}`, rest.slice(rest.indexOf('\r\n\r\n') + 4));
    const heard = new Heard();
    heard.opensAt(bench.connection([plane.url]));
    expect(await heard.ended).toMatchObject({ code: 1006, status, reason });
  });

  it('reads no more than a little of an endless refusal', async () => {
    const plane = await bench.plane();
    plane.server.on('upgrade', (_: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 503 Busy\r\ncontent-length: 99999999\r\n\r\n');
      socket.write('x'.repeat(100_000));
    });
    const heard = new Heard();
    heard.opensAt(bench.connection([plane.url]));
    const { status, reason } = await heard.ended;
    expect(status).toBe(503);
    expect(reason.length).toBeLessThan(210);
  });

  it('that nobody answers ends in time, and the next one goes elsewhere', async () => {
    const clock = new VirtualClock();
    const [silent, other] = [await bench.plane(), await bench.plane()];
    const came = new Promise<void>((go) => void silent.server.on('upgrade', () => go()));
    const connection = bench.connection([silent.url, other.url], { clock });
    const heard = new Heard();
    heard.opensAt(connection);
    await came;
    await clock.advance(5000);
    expect(await heard.ended).toMatchObject({ code: 1006, error: { message: 'no whole answer within 5000 ms' } });
    const next = accepts(other).next();
    const second = new Heard();
    second.opensAt(connection);
    await next;
    await second.opened;
    expect(bench.lines.messages).toEqual([`service-center at ${silent.url} fails: others are asked first`]);
  });

  it('that nobody listens for ends', async () => {
    const plane = await bench.plane();
    await plane.stop();
    const heard = new Heard();
    heard.opensAt(bench.connection([plane.url]));
    expect(await heard.ended).toMatchObject({ code: 1006, error: { code: 'ECONNREFUSED' } });
  });

  it.each([
    ['a frame beyond the limit', (peer: WebSocket) => peer.send('x'.repeat(2000)), 'Max payload size exceeded'],
    [
      'a frame that is none',
      (peer: WebSocket) => (peer as never as { _socket: Duplex })._socket.write('\xff\xff\xff'),
      'Invalid WebSocket frame',
    ],
  ])('ends by %s', async (_, send, message) => {
    const plane = await bench.plane();
    const next = accepts(plane).next();
    const heard = new Heard();
    heard.opensAt(bench.connection([plane.url], { maxBytes: 1000 }));
    const [peer] = await next;
    peer.on('error', () => undefined);
    send(peer);
    expect((await heard.ended).error?.message).toContain(message);
    expect(heard.all).toEqual(['opened', 'closed']);
  });

  it('is broken when the connection is', async () => {
    const plane = await bench.plane();
    const next = accepts(plane).next();
    const heard = new Heard();
    heard.opensAt(bench.connection([plane.url]));
    const [peer] = await next;
    await heard.opened;
    peer.terminate();
    expect(await heard.ended).toMatchObject({ code: 1006 });
  });

  it('is closed by who opened it, before and after it opened', async () => {
    const plane = await bench.plane();
    const next = accepts(plane).next();
    const connection = bench.connection([plane.url]);
    const early = new Heard();
    early.opensAt(connection).close();
    expect(await early.ended).toMatchObject({ code: 1000 });
    const heard = new Heard();
    const socket = heard.opensAt(connection);
    const [peer] = await next;
    await heard.opened;
    const seen = once(peer, 'close');
    socket.close();
    expect((await seen)[0]).toBe(1000);
    await heard.ended;
    expect(heard.all).toEqual(['opened', 'closed']);
  });

  it('is closed with its connection', async () => {
    const plane = await bench.plane();
    const next = accepts(plane).next();
    const connection = bench.connection([plane.url]);
    const heard = new Heard();
    heard.opensAt(connection);
    await next;
    await heard.opened;
    await connection.close();
    await heard.ended;
    const late = new Heard();
    late.opensAt(connection);
    expect(await late.ended).toMatchObject({ code: 1000 });
  });
});
