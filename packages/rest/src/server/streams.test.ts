import { ChassisError, jsonSpec, type OperationDefinition } from '@ts-chassis/core';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { brotliDecompressSync, constants, gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { RawConnection, serve, type Serving } from './serving.fixture.js';

const anything = jsonSpec({});
let open: Serving[] = [];

afterEach(async () => {
  const closing = open;
  open = [];
  await Promise.all(closing.map(({ server }) => server.close()));
});

async function serving(
  run: () => unknown,
  more: Partial<OperationDefinition> & { produces?: string[] } = {},
): Promise<Serving> {
  const { produces = [], ...rest } = more;
  const made = await serve({
    list: { http: { method: 'GET', path: '/list', produces }, returns: { type: anything, stream: true }, run, ...rest },
  });
  open.push(made);
  return made;
}

function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  return { promise: new Promise<T>((done) => (resolve = done)), resolve };
}

describe('a streamed result', () => {
  it('is one JSON array, whatever its source', async () => {
    async function* items(): AsyncGenerator<unknown> {
      yield { a: 1 };
      yield 'two';
      yield null;
    }
    const made = await serving(items);
    const response = await fetch(`${made.origin}/list`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual([{ a: 1 }, 'two', null]);
    const web = await serving(() => new ReadableStream({ start: (to) => (to.enqueue(1), to.enqueue(2), to.close()) }));
    expect(await (await fetch(`${web.origin}/list`)).json()).toEqual([1, 2]);
    const node = await serving(() => Readable.from([1, 2, 3]));
    expect(await (await fetch(`${node.origin}/list`)).json()).toEqual([1, 2, 3]);
    const none = await serving(() => Readable.from([]));
    expect(await (await fetch(`${none.origin}/list`)).json()).toEqual([]);
  });

  it('arrives item by item', async () => {
    const second = deferred();
    const made = await serving(async function* () {
      yield 1;
      await second.promise;
      yield 2;
    });
    const response = await fetch(`${made.origin}/list`);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('[1\n');
    second.resolve();
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value;
    expect(rest).toBe(',2\n]');
  });

  it('is bytes where the operation produces no JSON', async () => {
    const made = await serving(() => Readable.from([Buffer.from('a,b\n'), Buffer.from('1,2\n')]), {
      produces: ['text/csv'],
    });
    const response = await fetch(`${made.origin}/list`);
    expect([response.headers.get('content-type'), await response.text()]).toEqual([
      'text/csv; charset=utf-8',
      'a,b\n1,2\n',
    ]);
  });

  it('that fails before its first item is a status', async () => {
    const made = await serving(async function* () {
      if (made) throw new ChassisError('UNAVAILABLE', 'no shelf');
      yield 1;
    });
    expect((await fetch(`${made.origin}/list`)).status).toBe(503);
  });

  it('that fails later breaks the connection off', async () => {
    const begun = deferred();
    const made = await serving(async function* () {
      yield 1;
      await begun.promise;
      throw new Error('shelf fell');
    });
    const response = await fetch(`${made.origin}/list`);
    expect(response.status).toBe(200);
    begun.resolve();
    await expect(response.text()).rejects.toThrow();
    expect(made.logged.map(({ message }) => message)).toContain('request failed');
  });

  it.each([
    ['application/json', '5\r\n["a"\n'],
    ['application/x-ndjson', '4\r\n"a"\n'],
  ])('that fails at once after its first items sends them, then breaks off, as %s', async (accept, first) => {
    const made = await serving(async function* () {
      yield 'a';
      yield 'b';
      throw new ChassisError('NOT_FOUND', 'no more');
    });
    const connection = new RawConnection(made.port);
    await connection.write(
      `GET /list HTTP/1.1\r\nHost: a\r\nAccept: ${accept}\r\n\r\nGET /list HTTP/1.1\r\nHost: a\r\n\r\n`,
    );
    const text = await connection.untilClosed();
    expect(text.match(/HTTP\/1\.1 [^\r]*/g)).toEqual(['HTTP/1.1 200 OK']);
    const [, body = ''] = text.split('\r\n\r\n');
    expect(body.startsWith(first)).toBe(true);
    expect(body).toContain('"b"\n');
    // The chunk that would end the body.
    expect(text).not.toMatch(/\r\n0\r\n/);
  });

  it.each(['gzip', 'br'])('that fails at once after its first items sends them compressed by %s', async (coding) => {
    const made = await serve(
      {
        list: {
          http: { method: 'GET', path: '/list' },
          returns: { type: anything, stream: true },
          run: async function* () {
            yield 'a';
            yield 'b';
            throw new ChassisError('NOT_FOUND', 'no more');
          },
        },
      },
      { answers: { compression: { minBytes: 1 }, etag: false, heartbeatMs: 0 } },
    );
    open.push(made);
    const [response] = (await once(
      get(`${made.origin}/list`, { headers: { 'accept-encoding': coding } }),
      'response',
    )) as [IncomingMessage];
    expect(response.headers['content-encoding']).toBe(coding);
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    const [error] = (await once(response, 'error')) as [Error];
    expect(error.message).toBe('aborted');
    const bytes = Buffer.concat(parts);
    const text =
      coding === 'br'
        ? brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH })
        : gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
    expect(String(text)).toBe('["a"\n,"b"\n');
  });

  it('has no body for HEAD, and its source is ended', async () => {
    const ended = deferred();
    const made = await serving(async function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        ended.resolve();
      }
    });
    const response = await fetch(`${made.origin}/list`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    await ended.promise;
  });

  it('waits for a client that does not read, and ends its source when the client leaves', async () => {
    const ended = deferred();
    let given = 0;
    const made = await serving(async function* () {
      try {
        for (;;) {
          given++;
          yield 'x'.repeat(64 * 1024);
        }
      } finally {
        ended.resolve();
      }
    });
    const request = get(`${made.origin}/list`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.pause();
    for (let before = -1; before !== given;) {
      before = given;
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(given).toBeLessThan(1000);
    response.destroy();
    request.on('error', () => undefined);
    await ended.promise;
  });

  it('ends its source when the client leaves while nothing comes', async () => {
    const started = deferred();
    const made = await serving(() => ({
      [Symbol.asyncIterator]: () => {
        let count = 0;
        return {
          next: () =>
            count++ === 0 ? Promise.resolve({ done: false, value: 1 }) : new Promise(() => started.resolve()),
          return: () => {
            left.resolve();
            return Promise.resolve({ done: true, value: undefined });
          },
        };
      },
    }));
    const left = deferred();
    const connection = new RawConnection(made.port);
    await connection.write('GET /list HTTP/1.1\r\nHost: a\r\n\r\n');
    await started.promise;
    connection.socket.destroy();
    await left.promise;
  });
});
