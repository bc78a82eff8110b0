import {
  Handler,
  PermissionDenied,
  readSchema,
  Returns,
  Schema,
  systemClock,
  toOpenApi31,
  Unauthenticated,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { HttpClientTransport } from '../client/http-client-transport.js';
import { withoutTls } from '../client/without-tls.fixture.js';
import { Body, Context, Param } from '../decorators/parameters.js';
import { Get, Post } from '../decorators/routes.js';
import { Socket, Upgrade, type UpgradeRequest } from '../decorators/upgrade.js';
import { run, stopAll, type RunningApplication } from '../middleware/application.fixture.js';
import { RawConnection } from './serving.fixture.js';

afterEach(stopAll);

@Schema({ id: 'chat', path: '/chat' })
class Chat {
  readonly #sockets = new WebSocketServer({ noServer: true });

  @Upgrade('/:room')
  join(@Param('room') room: string, @Socket() upgrade?: UpgradeRequest, @Context() invocation?: Invocation): void {
    if (room === 'closed') throw PermissionDenied('nobody may enter');
    if (room === 'empty') return;
    const { request, socket, head } = upgrade!;
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => undefined);
      client.on('message', (data) => client.send(`${room}: ${String(data as Buffer)}`));
      invocation!.onCancel(() => client.close(1001, 'going away'));
    });
    if (room === 'broken') throw new Error('after the answer');
  }

  @Get('/lobby')
  @Returns(String)
  lobby(): string {
    return 'a page';
  }

  @Upgrade('/lobby')
  enter(@Socket() upgrade?: UpgradeRequest): void {
    upgrade!.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  }
}

@Schema({ id: 'echo', path: '/echo' })
class Echo {
  @Post()
  @Returns(String)
  echo(@Body(String) text: string): string {
    return text;
  }
}

const portOf = ({ app }: RunningApplication): number => app.endpoints[0]!.port;

function connectTo(running: RunningApplication, path: string, headers: Record<string, string> = {}): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${portOf(running)}${path}`, { headers });
}

/** The status and body that a client is refused with. */
async function refusal(client: WebSocket): Promise<[number | undefined, { code: string }]> {
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, import('node:http').IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk as Buffer);
  return [response.statusCode, JSON.parse(text) as { code: string }];
}

const HEAD = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

describe('a request for another protocol', () => {
  it('is handed to its method, with its parameters', async () => {
    const running = await run({ schemas: [Chat, Echo] });
    const client = connectTo(running, '/chat/books?x=1');
    await once(client, 'open');
    client.send('hello');
    const [data] = (await once(client, 'message')) as [Buffer];
    expect(String(data)).toBe('books: hello');
    client.close();
    await once(client, 'close');
  });

  it('is seen by handlers, with its status, and refused by them over HTTP', async () => {
    const seen: unknown[] = [];
    @Handler('guard', { side: 'provider', everywhere: true })
    class Guard implements ChainHandler {
      async handle(invocation: Invocation, next: Next): Promise<Reply> {
        if (invocation.headers.get('authorization') !== 'yes') throw Unauthenticated('who are you');
        const reply = await next(invocation);
        seen.push(invocation.operation.id, invocation.source.statusOf?.(reply));
        return reply;
      }
    }
    const running = await run({ schemas: [Chat], handlers: [Guard] });
    const stranger = connectTo(running, '/chat/a');
    expect(await refusal(stranger)).toEqual([401, expect.objectContaining({ detail: 'who are you' })]);
    const friend = connectTo(running, '/chat/a', { authorization: 'yes' });
    await once(friend, 'open');
    friend.terminate();
    expect(seen).toEqual(['chat.join', 101]);
  });

  it.each([
    ['/chat/closed', 403, 'PERMISSION_DENIED'],
    ['/chat/empty', 500, 'INTERNAL'],
    ['/nowhere', 404, 'NOT_FOUND'],
    ['/chat/%zz', 400, 'URL_MALFORMED'],
    ['/echo', 405, 'METHOD_NOT_ALLOWED'],
  ])('%s is refused with %i', async (path, status, code) => {
    const running = await run({ schemas: [Chat, Echo] });
    expect(await refusal(connectTo(running, path))).toEqual([status, expect.objectContaining({ code })]);
  });

  it('is answered by middleware as any other', async () => {
    const running = await run({
      schemas: [Chat],
      rest: {
        use: [
          (request, response, next) => {
            if (request.url === '/chat/no') return void response.writeHead(402, { 'content-length': 2 }).end('{}');
            (request as { user?: unknown }).user = 'ann';
            next();
          },
        ],
      },
    });
    expect((await refusal(connectTo(running, '/chat/no')))[0]).toBe(402);
    const client = connectTo(running, '/chat/yes');
    await once(client, 'open');
    client.terminate();
  });

  it('closes its connection after a refusal, which arrives whole', async () => {
    const running = await run({ schemas: [Chat] });
    const connection = new RawConnection(portOf(running));
    await connection.write(HEAD('/chat/closed'));
    const text = await connection.untilClosed();
    expect(text).toMatch(/^HTTP\/1.1 403 /);
    expect(text).toMatch(/\r\nConnection: close\r\n/);
    expect(text).toContain('nobody may enter');
  });

  it('that fails after its upgrade is broken off and logged', async () => {
    const running = await run({ schemas: [Chat] });
    const client = connectTo(running, '/chat/broken');
    client.on('error', () => undefined);
    await once(client, 'close');
    expect(running.logged.map(({ message }) => message)).toContain('request failed after its upgrade');
  });

  it('with a head of garbage, or a connection that is reset, hurts nobody else', async () => {
    const running = await run({ schemas: [Chat, Echo] });
    const garbage = new RawConnection(portOf(running));
    await garbage.write(Buffer.concat([Buffer.from(HEAD('/chat/a')), Buffer.alloc(5000, 0xff)]));
    expect(await garbage.untilClosed()).toMatch(/^HTTP\/1.1 101 /);
    const reset = new RawConnection(portOf(running));
    await reset.write(HEAD('/chat/a'));
    await reset.until(/101/);
    reset.socket.resetAndDestroy();
    const client = connectTo(running, '/chat/a');
    await once(client, 'open');
    client.terminate();
    await once(client, 'close');
  });
});

describe('a request that does not ask for the protocol', () => {
  it('is told to', async () => {
    const running = await run({ schemas: [Chat] });
    const connection = new RawConnection(portOf(running));
    await connection.write(
      'GET /chat/a HTTP/1.1\r\nHost: a\r\n\r\nGET /chat/lobby HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    const text = await connection.untilClosed();
    expect(text).toMatch(/^HTTP\/1.1 426 Upgrade Required\r\n/);
    expect(text).toMatch(/\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n/);
    expect(text).toContain('"UPGRADE_REQUIRED"');
    expect(text).toContain('"a page"');
  });

  it.each([
    ['another protocol', HEAD('/chat/a').replace('Upgrade: websocket', 'Upgrade: h2c'), 426],
    ['none but the word', HEAD('/chat/a').replace('Upgrade: websocket\r\n', ''), 426],
    ['another method', HEAD('/chat/a').replace('GET', 'POST'), 426],
    ['a body', HEAD('/chat/a', 'Content-Length: 2\r\n') + '{}', 426],
    ['too many headers', HEAD('/chat/lobby', 'X-Many: 1\r\n'.repeat(1005)).replace('websocket', 'h2c'), 431],
    ['no host', HEAD('/chat/a').replace('Host: a\r\n', ''), 400],
    ['an older HTTP', HEAD('/chat/a').replace('HTTP/1.1', 'HTTP/1.0'), 426],
  ])('asking for %s', async (_name, text, status) => {
    const running = await run({ schemas: [Chat] });
    const connection = new RawConnection(portOf(running));
    await connection.write(text);
    expect(await connection.until(/\r\n\r\n/)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    connection.socket.destroy();
  });

  it('is served where it goes, body and all, and so is what follows on its connection', async () => {
    const running = await run({ schemas: [Chat, Echo] });
    const body = JSON.stringify('x'.repeat(100_000));
    const connection = new RawConnection(portOf(running));
    await connection.write(
      `POST /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const first = await connection.until(/x"$/);
    expect(first).toMatch(/^HTTP\/1.1 200 /);
    expect(first.endsWith(body)).toBe(true);
    await connection.write('GET /chat/lobby HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n');
    await connection.until(/a page/);
    await connection.write('GET /chat/lobby HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect((await connection.untilClosed()).match(/a page/g)).toHaveLength(2);
  });
});

it('may be offered another protocol with every request of a connection', async () => {
  const warnings: unknown[] = [];
  const warned = (warning: unknown): void => void warnings.push(warning);
  process.on('warning', warned);
  const connection = new RawConnection(portOf(await run({ schemas: [Chat] })));
  for (let count = 0; count < 30; count++) {
    connection.text = '';
    await connection.write('GET /chat/lobby HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    expect(await connection.until(/a page/)).toMatch(/^HTTP\/1.1 200 /);
  }
  connection.socket.destroy();
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});

describe('an upgraded connection at the stop', () => {
  it('is told, and the stop waits for its goodbye', async () => {
    const running = await run({ schemas: [Chat] });
    const client = connectTo(running, '/chat/a');
    await once(client, 'open');
    const closed = once(client, 'close');
    await running.app.stop();
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, String(reason)]).toEqual([1001, 'going away']);
  });

  it('is ended when it stays, and named as what the stop waited for', async () => {
    const running = await run({ schemas: [Chat], values: { 'servicecomb.lifecycle.drainTimeout': '50ms' } });
    const connection = new RawConnection(portOf(running));
    await connection.write(HEAD('/chat/a'));
    await connection.until(/101/);
    const stopping = running.app.stop().catch((error: unknown) => error);
    await connection.untilClosed();
    await stopping;
    const [told] = running.logged.filter(({ message }) => message === 'requests are ended before their answer');
    expect(told?.fields).toMatchObject({ count: 1, requests: [{ operation: 'chat.join' }] });
  });
});

it('stands in documents as an extension: they know no such method', () => {
  const document = toOpenApi31([readSchema(Chat)], { title: 'chat', version: '1' });
  const paths = document['paths'] as Record<string, object>;
  expect(Object.keys(paths['/chat/lobby']!)).toEqual(['get', 'x-upgrade']);
  expect(Object.keys(paths['/chat/{room}']!)).toEqual(['x-upgrade']);
});

it('is no call: clients are told that REST does not speak of it', async () => {
  const limits = { value: { maxBodyBytes: 0, maxIdleConnections: 1 } };
  const transport = new HttpClientTransport({ clock: systemClock, limits, tls: withoutTls });
  const spoken = readSchema(Chat).operations.filter((operation) => transport.speaks(operation));
  expect(spoken.map(({ name }) => name)).not.toContain('join');
  expect(spoken.length).toBeGreaterThan(0);
  await transport.close();
});

it('is asked for with a decorator whose method takes a socket', async () => {
  @Schema({ id: 'odd', path: '/odd' })
  class Odd {
    @Get()
    read(@Socket() upgrade?: UpgradeRequest): void {
      upgrade!.socket.destroy();
    }
  }
  const { origin, logged } = await run({ schemas: [Odd] });
  expect((await fetch(`${origin}/odd`)).status).toBe(501);
  expect(logged).toBeDefined();
});
