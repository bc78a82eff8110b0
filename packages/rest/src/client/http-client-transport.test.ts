import {
  ChassisError,
  defineSchema,
  HeaderMap,
  Invocation,
  isStream,
  jsonSpec,
  PropagatedContext,
  replyWith,
  systemClock,
  type Endpoint,
  type InvocationInit,
  type OperationDefinition,
  type Reply,
} from '@ts-chassis/core';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { serve, type Serving, type ServingOptions } from '../server/serving.fixture.js';
import { HttpClientTransport, type RestClientLimits } from './http-client-transport.js';
import { withoutTls } from './without-tls.fixture.js';

const anything = jsonSpec({});
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((clean) => clean()));
});

interface Calling extends Serving {
  readonly transport: HttpClientTransport;
  readonly endpoint: Endpoint;
  call(name: string, args?: readonly unknown[], init?: Partial<InvocationInit>): Promise<Reply>;
}

function transportOf(limits: Partial<RestClientLimits> = {}): HttpClientTransport {
  const transport = new HttpClientTransport({
    clock: systemClock,
    limits: { value: { maxBodyBytes: 1_000_000, maxIdleConnections: 8, ...limits } },
    tls: withoutTls,
  });
  cleanups.push(() => transport.close());
  return transport;
}

function invocationOf(definition: OperationDefinition, { args = [], ...init }: Partial<InvocationInit>): Invocation {
  const [operation] = defineSchema({ id: 'test', operations: { call: definition } }).operations;
  return new Invocation({
    operation: operation!,
    service: 'catalog',
    source: { service: 'orders', protocol: '', trusted: true },
    args,
    ...init,
  });
}

async function calling(
  operations: Record<string, OperationDefinition>,
  options: ServingOptions = {},
): Promise<Calling> {
  const serving = await serve(operations, { trust: 'peers', ...options });
  const transport = transportOf();
  cleanups.push(() => serving.server.close());
  const { endpoint } = serving.server;
  const call = (name: string, args: readonly unknown[] = [], init: Partial<InvocationInit> = {}): Promise<Reply> =>
    transport.send(invocationOf(operations[name]!, { endpoint, args, ...init }));
  return { ...serving, transport, endpoint, call };
}

/** A server written by hand: what it does with each connection. */
async function raw(onConnection: (socket: Socket, count: number) => void): Promise<Endpoint> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket, ++count);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { listener: 'rest', host: '127.0.0.1', port: (server.address() as { port: number }).port, ssl: false };
}

const word: OperationDefinition = { http: { method: 'GET', path: '/word' }, returns: anything, run: () => 'pong' };
const add: OperationDefinition = {
  http: { method: 'POST', path: '/add' },
  parameters: { body: { place: 'body', type: anything } },
  returns: anything,
  run: (body: unknown) => body,
};
const list: OperationDefinition = {
  http: { method: 'GET', path: '/list' },
  returns: { type: anything, stream: true },
  run: () => [],
};

const answer = (body: string, head = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${head}\r\n${body}`;

async function collect(reply: Reply): Promise<unknown[]> {
  const items: unknown[] = [];
  if (isStream(reply.value)) for await (const item of reply.value) items.push(item);
  return items;
}

async function failure(running: Promise<unknown>): Promise<ChassisError> {
  try {
    await running;
  } catch (error) {
    if (ChassisError.is(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('a call', () => {
  it('carries arguments to their places and brings the value back', async () => {
    const { call } = await calling({
      all: {
        http: { method: 'PUT', path: '/shelves/:shelf/{rest:*}' },
        parameters: {
          shelf: { place: 'path', type: String },
          rest: { place: 'path', type: String },
          tags: { place: 'query', type: [String] },
          'the limit': { place: 'query', type: Number },
          none: { place: 'query', type: String, optional: true },
          'X-Day': { place: 'header', type: String },
          mood: { place: 'cookie', type: String },
          body: { place: 'body', type: anything },
        },
        returns: anything,
        run: (...args: unknown[]) => replyWith(args, { headers: { etag: '"e1"' } }),
      },
    });
    const args = ['a/b ü', 'x y/z', ['1&2', 'ü'], 2.5, undefined, 'Monday', 'so; so=', { title: 'ü' }];
    const reply = await call('all', args);
    expect(reply.value).toEqual(args.map((value) => value ?? null));
    expect([reply.status, reply.headers.get('ETag')]).toEqual([200, '"e1"']);
  });

  it('sends a form', async () => {
    const { call } = await calling({
      send: {
        http: { method: 'POST', path: '/send' },
        parameters: { name: { place: 'form', type: String }, ages: { place: 'form', type: [Number] } },
        returns: anything,
        run: (...args: unknown[]) => args,
      },
    });
    expect((await call('send', ['Jürgen & K', [1, 2]])).value).toEqual(['Jürgen & K', [1, 2]]);
  });

  it('brings nothing, text and bytes back as they are', async () => {
    const { call } = await calling({
      nothing: { http: { method: 'DELETE', path: '/nothing' }, run: () => undefined },
      text: { http: { method: 'GET', path: '/text', produces: ['text/plain'] }, returns: String, run: () => 'grün' },
      bytes: {
        http: { method: 'GET', path: '/bytes', produces: ['image/png'] },
        returns: Buffer,
        run: () => Buffer.from([1, 255]),
      },
      dated: { http: { method: 'GET', path: '/dated' }, returns: Date, run: () => new Date(0) },
    });
    expect((await call('nothing')).value).toBeUndefined();
    expect((await call('text')).value).toBe('grün');
    expect([...((await call('bytes')).value as Buffer)]).toEqual([1, 255]);
    expect((await call('dated')).value).toEqual(new Date(0));
  });

  it('says who calls, what travels and how much time is left', async () => {
    const { call, invocations } = await calling({ word });
    await call('word', [], {
      headers: HeaderMap.of({ 'x-own': 'yes', connection: 'close', host: 'evil' }),
      context: PropagatedContext.of([['tenant', 'grün']]),
      deadline: systemClock.elapsed() + 2000,
    });
    const [{ source, context, headers, deadline }] = invocations as [Invocation];
    expect([source.service, [...context.entries()], headers.get('x-own')]).toEqual([
      'orders',
      [['tenant', 'grün']],
      'yes',
    ]);
    expect(headers.get('x-cse-src-microservice')).toBe('orders');
    expect(headers.get('host')).toMatch(/^127/);
    expect(headers.has('content-type')).toBe(false);
    expect(deadline - systemClock.elapsed()).toBeLessThan(2001);
  });

  it.each(['headers of the call', 'an argument'])('says that itself, whatever %s say', async (what) => {
    const said = {
      'x-cse-src-microservice': 'forged',
      'x-cse-context': '{"more":"1","x-cse-src-microservice":"forged"}',
      'x-chassis-timeout-ms': '999999',
    };
    const asHeaders = what !== 'an argument';
    const declared = Object.keys(said).map(
      (name) => [name, { place: 'header', type: String, optional: true }] as const,
    );
    const { call, invocations } = await calling({ word: { ...word, parameters: Object.fromEntries(declared) } });
    await call('word', asHeaders ? [] : Object.values(said), {
      ...(asHeaders && { headers: HeaderMap.of(said) }),
      context: PropagatedContext.of([['tenant', 'acme']]),
      deadline: systemClock.elapsed() + 2000,
    });
    const [{ source, context, headers, deadline }] = invocations as [Invocation];
    expect([source.service, headers.all('x-cse-src-microservice')]).toEqual(['orders', ['orders']]);
    expect(Object.fromEntries(context.entries())).toEqual({ tenant: 'acme', ...(asHeaders && { more: '1' }) });
    expect(deadline - systemClock.elapsed()).toBeLessThan(2001);
  });

  it('refuses arguments that no request can carry', async () => {
    const { call } = await calling({
      find: {
        http: { method: 'GET', path: '/find/:id' },
        parameters: { id: { place: 'path', type: String }, h: { place: 'header', type: String, optional: true } },
        run: () => undefined,
      },
    });
    for (const args of [[''], ['..'], [undefined], ['\ud800'], ['a', 'b\r\nc: d']]) {
      expect(await failure(call('find', args))).toMatchObject({ code: 'ARGUMENT_INVALID' });
    }
  });
});

describe('a failure', () => {
  it('keeps kind, code, details and faults of a problem', async () => {
    const { call } = await calling({
      late: {
        http: { method: 'GET', path: '/late' },
        run: () => {
          throw new ChassisError('ALREADY_EXISTS', 'book 42 is there', {
            code: 'TWICE',
            details: { isbn: '42' },
            retryAfterMs: 1500,
          });
        },
      },
      add: { ...add, parameters: { body: { place: 'body', type: Number } } },
    });
    const error = await failure(call('late'));
    expect(error).toMatchObject({
      kind: 'ALREADY_EXISTS',
      code: 'TWICE',
      remote: true,
      details: { isbn: '42' },
      retryAfterMs: 2000,
    });
    expect(error.message).toContain('book 42 is there');
    expect(error.reply).toMatchObject({ status: 409 });
    expect((await failure(call('add', ['x']))).details).toMatchObject({ faults: [{ place: 'body' }] });
  });

  it.each([
    [404, 'NOT_FOUND'],
    [418, 'INVALID_ARGUMENT'],
    [429, 'RESOURCE_EXHAUSTED'],
    [502, 'UNAVAILABLE'],
    [599, 'INTERNAL'],
    [302, 'UNKNOWN'],
  ])('without a problem has the kind of its status %i', async (status, kind) => {
    const endpoint = await raw((socket) =>
      socket.on('data', () => socket.write(`HTTP/1.1 ${status} X\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\noops`)),
    );
    const error = await failure(transportOf().send(invocationOf(word, { endpoint })));
    expect(error).toMatchObject({ kind, remote: true, retryAfterMs: 3000 });
    expect(String((error.reply as { body: Buffer }).body)).toBe('oops');
  });

  it('is one of the contract when the reply is no JSON, or too large', async () => {
    const bodies = ['{"a":', 'x'.repeat(2000)];
    for (const body of bodies) {
      const endpoint = await raw((socket) => socket.on('data', () => socket.write(answer(body))));
      const error = await failure(transportOf({ maxBodyBytes: 1000 }).send(invocationOf(word, { endpoint })));
      expect(error).toMatchObject({ code: 'REPLY_INVALID', remote: true });
    }
  });
});

describe('a connection', () => {
  it('that is refused is CALL_FAILED with the address', async () => {
    const { server } = await serve({});
    await server.close();
    const gone = { ...server.endpoint };
    const error = await failure(transportOf().send(invocationOf(word, { endpoint: gone })));
    expect(error).toMatchObject({ code: 'CALL_FAILED', kind: 'UNAVAILABLE', cause: { code: 'ECONNREFUSED' } });
    expect(error.message).toContain(`127.0.0.1:${gone.port}`);
  });

  it('that went stale is replaced without anyone noticing', async () => {
    const endpoint = await raw((socket, count) => {
      let requests = 0;
      socket.on('data', () => {
        // The first connection answers once and meets the second request with a reset.
        if (count === 1 && ++requests === 2) socket.resetAndDestroy();
        else socket.write(answer(String(count)));
      });
    });
    const transport = transportOf({ maxIdleConnections: 1 });
    const call = (): Promise<Reply> => transport.send(invocationOf(word, { endpoint }));
    expect([(await call()).value, (await call()).value]).toEqual([1, 2]);
  });

  it('that breaks twice fails, and a request that must not run twice is not sent again', async () => {
    let requests = 0;
    const endpoint = await raw((socket) => socket.on('data', () => (requests++, socket.destroy())));
    expect(await failure(transportOf().send(invocationOf(word, { endpoint })))).toMatchObject({ code: 'CALL_FAILED' });
    expect(requests).toBe(2);
    expect(await failure(transportOf().send(invocationOf(add, { endpoint, args: [1] })))).toMatchObject({
      code: 'CALL_FAILED',
    });
    expect(requests).toBe(3);
  });

  it('that breaks in the middle of a reply fails, and is not tried again', async () => {
    let requests = 0;
    const endpoint = await raw((socket) =>
      socket.on('data', () => (requests++, socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"12'))),
    );
    expect(await failure(transportOf().send(invocationOf(word, { endpoint })))).toMatchObject({ code: 'CALL_FAILED' });
    expect(requests).toBe(1);
  });

  it('that is half closed after the answer is not used again', async () => {
    let connections = 0;
    const endpoint = await raw((socket, count) => {
      connections = count;
      socket.on('data', () => socket.end(answer(String(count))));
    });
    const transport = transportOf({ maxIdleConnections: 1 });
    for (const expected of [1, 2, 3])
      expect((await transport.send(invocationOf(word, { endpoint }))).value).toBe(expected);
    expect(connections).toBe(3);
  });

  it('is kept for the next call and closed when the instance leaves', async () => {
    const closed: number[] = [];
    const endpoint = await raw((socket, count) => {
      socket.on('data', () => socket.write(answer(String(count))));
      socket.on('close', () => closed.push(count));
    });
    const transport = transportOf({ maxIdleConnections: 1 });
    const call = async (): Promise<unknown> =>
      (await transport.send(invocationOf(word, { endpoint: { ...endpoint } }))).value;
    expect([await call(), await call()]).toEqual([1, 1]);
    transport.release(endpoint);
    expect(await call()).toBe(2);
    while (closed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toEqual([1]);
    await transport.close();
    await expect(call()).rejects.toMatchObject({ code: 'CALL_FAILED' });
  });
});

describe('a cancelled call', () => {
  it('ends the request itself', async () => {
    let left!: (value: unknown) => void;
    const leaving = new Promise((resolve) => (left = resolve));
    let arrived!: (value: unknown) => void;
    const arriving = new Promise((resolve) => (arrived = resolve));
    const endpoint = await raw((socket) => socket.on('data', arrived).on('close', left));
    const invocation = invocationOf(word, { endpoint });
    const running = transportOf().send(invocation);
    await arriving;
    invocation.cancel(new ChassisError('DEADLINE_EXCEEDED', 'late', { code: 'CALL_DEADLINE' }));
    expect(await failure(running)).toMatchObject({ code: 'CALL_DEADLINE' });
    await leaving;
  });

  it('is never sent when it is given up before', async () => {
    const { call, invocations, endpoint, transport } = await calling({ word });
    await call('word');
    const invocation = invocationOf(word, { endpoint });
    invocation.cancel(new Error('never mind'));
    expect(await failure(transport.send(invocation))).toMatchObject({ code: 'CALL_CANCELLED' });
    expect(invocations).toHaveLength(1);
  });
});

describe('a streamed reply', () => {
  it('comes item by item', async () => {
    const next: (() => void)[] = [];
    const { call } = await calling({
      list: {
        ...list,
        run: async function* () {
          for (const item of [{ a: '[,]}"\\' }, [1, [2]], 'ü', 4, null]) {
            yield item;
            await new Promise<void>((resolve) => next.push(resolve));
          }
        },
      },
    });
    const items = (await call('list')).value as AsyncIterableIterator<unknown>;
    const seen: unknown[] = [];
    for await (const item of items) {
      seen.push(item);
      while (next.length === 0) await new Promise((resolve) => setImmediate(resolve));
      next.shift()!();
    }
    expect(seen).toEqual([{ a: '[,]}"\\' }, [1, [2]], 'ü', 4, null]);
  });

  it('may be cut anywhere and spaced anyhow', async () => {
    const text = ' [ {"a" : "\\"]ü" } ,\n12, [ ] ,"" ] ';
    const bytes = Buffer.from(text);
    for (const size of [1, 2, 3, 7, 100]) {
      const endpoint = await raw((socket) =>
        socket.on('data', () => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
          for (let at = 0; at < bytes.length; at += size) {
            const part = bytes.subarray(at, at + size);
            socket.write(Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]));
          }
          socket.write('0\r\n\r\n');
        }),
      );
      expect(await collect(await transportOf().send(invocationOf(list, { endpoint })))).toEqual([
        { a: '"]ü' },
        12,
        [],
        '',
      ]);
    }
  });

  it.each([
    '{"a":1}',
    '[1,2',
    '[1,,2]',
    '[1}',
    '[1]2',
    '["a"b]',
    '[{]',
    '[1,]',
    '',
    '[nope]',
    '[{"a":' + '1'.repeat(2000),
  ])('that is %j is refused', async (body) => {
    const endpoint = await raw((socket) => socket.on('data', () => socket.write(answer(body))));
    const reply = await transportOf({ maxBodyBytes: 1000 }).send(invocationOf(list, { endpoint }));
    expect(await failure(collect(reply))).toMatchObject({ code: 'REPLY_INVALID', remote: true });
  });

  it('that breaks off fails after the items before', async () => {
    const endpoint = await raw((socket) =>
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1,2,')),
    );
    const items = (await transportOf().send(invocationOf(list, { endpoint }))).value as AsyncIterableIterator<unknown>;
    expect([(await items.next()).value, (await items.next()).value]).toEqual([1, 2]);
    expect(await failure(items.next())).toMatchObject({ code: 'CALL_FAILED' });
  });

  it('holds the sender back while nobody reads, and ends the request when the reader leaves', async () => {
    let written = 0;
    let left!: (value: unknown) => void;
    const leaving = new Promise((resolve) => (left = resolve));
    const chunk = `10000\r\n"${'x'.repeat(65_533)}",\r\n`;
    const endpoint = await raw((socket) => {
      const write = (): void => {
        while (!socket.destroyed && socket.write(chunk)) written++;
      };
      socket.on('close', left);
      socket.on('drain', write);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n');
        write();
      });
    });
    const items = (await transportOf().send(invocationOf(list, { endpoint }))).value as AsyncIterableIterator<unknown>;
    await items.next();
    for (let before = -1; before !== written;) {
      before = written;
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(written).toBeLessThan(1000);
    await items.return?.();
    await leaving;
  });
});
