import { Decoder, encode, decode } from '@msgpack/msgpack';
import { ChassisError, Field, jsonSpec, replyWith, type OperationDefinition } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { Codec } from '../binding/codec.js';
import { ETagKey } from '../decorators/etag.js';
import { sse } from '../replies/server-sent-event.js';
import { RawConnection, serve, type Serving, type ServingOptions } from './serving.fixture.js';

const anything = jsonSpec({});
const msgpack: Codec = {
  types: ['application/msgpack', 'application/x-msgpack'],
  encode: (value) => encode(value),
  decode: (bytes) => decode(bytes),
};
class Book {
  @Field() title!: string;
}

let open: Serving[] = [];

afterEach(async () => {
  const closing = open;
  open = [];
  await Promise.all(closing.map(({ server }) => server.close()));
});

type Http = NonNullable<OperationDefinition['http']>;

function get(path: string, more: Partial<Http> = {}): { http: Http } {
  return { http: { method: 'GET', path, ...more } };
}

async function serving(
  operations: Readonly<Record<string, OperationDefinition>>,
  options?: ServingOptions,
): Promise<Serving> {
  const made = await serve(operations, options);
  open.push(made);
  return made;
}

function ask(made: Serving, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(made.origin + path, { method, headers });
}

/** The answer byte for byte, on a connection that is closed behind it. */
async function raw(made: Serving, path: string, headers: readonly string[] = [], method = 'GET'): Promise<string> {
  const connection = new RawConnection(made.port);
  await connection.write(
    `${[`${method} ${path} HTTP/1.1`, 'Host: a', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`,
  );
  return connection.untilClosed();
}

describe('a codec', () => {
  const operations: Readonly<Record<string, OperationDefinition>> = {
    book: { ...get('/book'), returns: Book, run: () => ({ title: 'SICP', secret: 'x' }) },
    only: { ...get('/only', { produces: ['application/msgpack'] }), returns: Book, run: () => ({ title: 'SICP' }) },
    none: { ...get('/none'), returns: Book, run: () => undefined },
    broken: {
      ...get('/broken'),
      returns: Book,
      run: () => {
        throw new ChassisError('NOT_FOUND', 'gone');
      },
    },
    stream: {
      ...get('/stream', { produces: ['application/msgpack'] }),
      returns: { type: Book, stream: true },
      run: async function* () {
        yield { title: 'a', secret: 'x' };
        yield { title: 'b' };
      },
    },
  };

  it('writes what is asked for, and only what the result declares', async () => {
    const made = await serving(operations, { codecs: [msgpack] });
    const response = await ask(made, '/book', { accept: 'application/json;q=0.1, application/x-msgpack' });
    expect(response.headers.get('content-type')).toBe('application/x-msgpack');
    expect(response.headers.get('vary')).toBe('Accept');
    expect(decode(await response.arrayBuffer())).toEqual({ title: 'SICP' });
    const plain = await ask(made, '/book');
    expect([plain.headers.get('content-type'), plain.headers.get('vary'), await plain.json()]).toEqual([
      'application/json',
      'Accept',
      { title: 'SICP' },
    ]);
  });

  it('is not written for an empty Accept header', async () => {
    const made = await serving(operations, { codecs: [msgpack] });
    expect(await raw(made, '/book', ['Accept:'])).toMatch(/^HTTP\/1\.1 200 .*content-type: application\/json/is);
  });

  it('is the only form where it is the only one listed', async () => {
    const made = await serving(operations, { codecs: [msgpack] });
    const response = await ask(made, '/only');
    expect([response.headers.get('content-type'), response.headers.get('vary')]).toEqual(['application/msgpack', null]);
    expect(decode(await response.arrayBuffer())).toEqual({ title: 'SICP' });
    const refused = await ask(made, '/only', { accept: 'application/json' });
    expect([refused.status, await refused.json()]).toEqual([
      406,
      expect.objectContaining({ code: 'NOT_ACCEPTABLE', details: { produces: ['application/msgpack'] } }),
    ]);
  });

  it('leaves problems and empty answers as they are', async () => {
    const made = await serving(operations, { codecs: [msgpack] });
    const broken = await ask(made, '/broken', { accept: 'application/msgpack' });
    expect([broken.status, broken.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect((await ask(made, '/none', { accept: 'application/msgpack' })).status).toBe(204);
  });

  it('writes the items of a stream one behind another', async () => {
    const made = await serving(operations, { codecs: [msgpack] });
    const bytes = new Uint8Array(await (await ask(made, '/stream')).arrayBuffer());
    expect([...new Decoder().decodeMulti(bytes)]).toEqual([{ title: 'a' }, { title: 'b' }]);
  });
});

describe('a stream', () => {
  const operations: Readonly<Record<string, OperationDefinition>> = {
    list: {
      ...get('/list'),
      returns: { type: Book, stream: true },
      run: async function* () {
        yield { title: 'one', secret: 'x' };
        yield sse({ data: { title: 'two\nlines' }, event: 'added', id: '2', retryMs: 50 });
        yield sse({ retryMs: 10 });
      },
    },
    values: { ...get('/values'), returns: { type: Book, stream: true }, run: () => [{ title: 'a' }, { title: 'b' }] },
    texts: {
      ...get('/texts', { produces: ['text/event-stream'] }),
      returns: { type: anything, stream: true },
      run: async function* () {
        yield sse({ text: 'a\rb\r\nc\nevent: forged' });
      },
    },
    fails: {
      ...get('/fails'),
      returns: { type: anything, stream: true },
      run: async function* () {
        yield 1;
        throw new TypeError('password hunter2');
      },
    },
    refuses: {
      ...get('/refuses'),
      returns: { type: anything, stream: true },
      run: async function* () {
        yield 1;
        throw new ChassisError('UNAVAILABLE', 'feed is down', { details: { feed: 'x' } });
      },
    },
  };

  it('is an array without a word, and says that it could be otherwise', async () => {
    const made = await serving(operations);
    const response = await ask(made, '/list');
    expect([response.headers.get('content-type'), response.headers.get('vary')]).toEqual([
      'application/json',
      'Accept',
    ]);
    expect(await response.json()).toEqual([{ title: 'one' }, { title: 'two\nlines' }]);
  });

  it.each(['application/x-ndjson', 'application/jsonl'])('is a line for each item as %s', async (accept) => {
    const made = await serving(operations);
    const response = await ask(made, '/list', { accept });
    expect(response.headers.get('content-type')).toBe(accept);
    expect(await response.text()).toBe('{"title":"one"}\n{"title":"two\\nlines"}\n');
    expect(await (await ask(made, '/values', { accept })).text()).toBe('{"title":"a"}\n{"title":"b"}\n');
  });

  it('is an event for each item as text/event-stream', async () => {
    const made = await serving(operations);
    const response = await ask(made, '/list', { accept: 'text/event-stream' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      vary: 'Accept',
    });
    expect(await response.text()).toBe(
      'data: {"title":"one"}\n\nevent: added\nid: 2\nretry: 50\ndata: {"title":"two\\nlines"}\n\nretry: 10\n\n',
    );
  });

  it('cannot be made to say another event', async () => {
    const made = await serving(operations);
    expect(await (await ask(made, '/texts')).text()).toBe('data: a\ndata: b\ndata: c\ndata: event: forged\n\n');
    for (const options of [{ event: 'a\nb' }, { id: 'a\rb' }, { id: 'a\0' }, { retryMs: -1 }, { retryMs: 0.5 }])
      expect(() => sse({ data: 1, ...options })).toThrow(expect.objectContaining({ code: 'REPLY_HEADER_INVALID' }));
  });

  it('of events tells of an error that comes later, and of nothing inside', async () => {
    const made = await serving(operations);
    const [first, second, ...rest] = (await (await ask(made, '/fails', { accept: 'text/event-stream' })).text()).split(
      '\n\n',
    );
    expect([first, rest]).toEqual(['data: 1', ['']]);
    expect(second).toMatch(/^event: error\ndata: \{.*"detail":"internal error"/);
    expect(second).not.toContain('hunter2');
    expect(made.logged.map(({ message }) => message)).toEqual(['request failed']);
    const text = await (await ask(made, '/refuses', { accept: 'text/event-stream' })).text();
    expect(text).toContain('"detail":"feed is down"');
    expect(made.logged).toHaveLength(1);
  });

  it('of lines is broken off by an error that comes later', async () => {
    const made = await serving(operations);
    const answer = ask(made, '/fails', { accept: 'application/x-ndjson' });
    await expect(answer.then((response) => response.text())).rejects.toThrow();
  });

  it('has its media types in a refusal', async () => {
    const made = await serving(operations);
    const response = await ask(made, '/list', { accept: 'text/csv' });
    expect([response.status, await response.json()]).toEqual([
      406,
      expect.objectContaining({
        details: {
          produces: ['application/json', 'application/x-ndjson', 'application/jsonl', 'text/event-stream'],
        },
      }),
    ]);
  });
});

describe('a tag', () => {
  const tagged = new Map([[ETagKey, true]]) as never;
  const operations: Readonly<Record<string, OperationDefinition>> = {
    own: {
      ...get('/own', { headers: [['cache-control', 'max-age=60']] }),
      returns: anything,
      run: () => replyWith({ a: 1 }, { headers: { etag: '"v1"', 'content-language': 'en', 'x-a': 'b' } }),
    },
    dated: {
      ...get('/dated'),
      returns: anything,
      run: () => replyWith(1, { headers: { 'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT' } }),
    },
    made: { ...get('/made'), marks: tagged, returns: anything, run: () => ({ a: 1 }) },
    failed: { ...get('/failed', { status: 201 }), marks: tagged, returns: anything, run: () => ({ a: 1 }) },
    change: {
      http: { method: 'POST', path: '/change' },
      marks: tagged,
      returns: anything,
      run: () => replyWith(1, { headers: { etag: '"v1"' } }),
    },
  };

  it.each([
    ['"v1"', 304],
    ['W/"v1"', 304],
    ['"v0", "v1"', 304],
    ['"a,b", W/"v1"', 304],
    ['*', 304],
    ['"v2"', 200],
    ['v1', 200],
    ['', 200],
  ])('that the client says it has as %j is answered with %d', async (noneMatch, status) => {
    const made = await serving(operations);
    expect((await ask(made, '/own', { 'if-none-match': noneMatch })).status).toBe(status);
  });

  it('is sent with 304, what speaks of a body is not', async () => {
    const made = await serving(operations);
    for (const method of ['GET', 'HEAD']) {
      const response = await ask(made, '/own', { 'if-none-match': '"v1"' }, method);
      const { date: _, connection: __, 'keep-alive': ___, ...headers } = Object.fromEntries(response.headers);
      expect(headers).toEqual({ etag: '"v1"', 'cache-control': 'max-age=60', 'x-a': 'b' });
      expect(await response.text()).toBe('');
    }
    expect(await raw(made, '/own', ['If-None-Match: "v1"'])).not.toMatch(/content-length|transfer-encoding/i);
  });

  it('is made of the body where that is asked for, and is the same for the same body', async () => {
    const made = await serving(operations);
    const tag = (await ask(made, '/made')).headers.get('etag')!;
    expect(tag).toMatch(/^"[\w+/]{27}"$/);
    expect((await ask(made, '/made', { 'if-none-match': tag })).status).toBe(304);
    expect((await ask(made, '/made', {}, 'HEAD')).headers.get('etag')).toBe(tag);
    expect((await ask(made, '/failed')).headers.get('etag')).toBeNull();
    const all = await serving(
      { plain: { ...get('/plain'), returns: anything, run: () => 1 } },
      {
        answers: { etag: true, heartbeatMs: 0 },
      },
    );
    expect((await ask(all, '/plain')).headers.get('etag')).not.toBeNull();
  });

  it('forbids what wants another state', async () => {
    const made = await serving(operations);
    expect((await ask(made, '/own', { 'if-match': '"v1"' })).status).toBe(200);
    const refused = await ask(made, '/own', { 'if-match': '"v2"' });
    expect([refused.status, await refused.json()]).toEqual([
      412,
      expect.objectContaining({ code: 'PRECONDITION_FAILED' }),
    ]);
  });

  it.each([
    ['/own', '*', 200],
    ['/dated', '*', 200],
    ['/dated', '"v1"', 412],
    ['/bare', '"v1"', 200],
  ])('at %s matched by %j is answered with %d', async (path, match, status) => {
    const made = await serving({
      ...operations,
      bare: { ...get('/bare'), returns: anything, run: () => replyWith(1, { headers: { 'x-a': 'b' } }) },
    });
    expect((await ask(made, path, { 'if-match': match })).status).toBe(status);
  });

  it('changes nothing for other methods', async () => {
    const made = await serving(operations);
    const response = await fetch(`${made.origin}/change`, { method: 'POST', headers: { 'if-none-match': '"v1"' } });
    expect([response.status, await response.json()]).toEqual([200, 1]);
  });

  it.each([
    ['Wed, 21 Oct 2015 07:28:00 GMT', 304],
    ['Wed, 21 Oct 2015 07:28:01 GMT', 304],
    ['Wed, 21 Oct 2015 07:27:59 GMT', 200],
    ['yesterday', 200],
  ])('may be a date: not changed since %j is %d', async (since, status) => {
    const made = await serving(operations);
    expect((await ask(made, '/dated', { 'if-modified-since': since })).status).toBe(status);
    expect((await ask(made, '/dated', { 'if-modified-since': since, 'if-none-match': '"x"' })).status).toBe(200);
  });
});

describe('a tag of the reply itself', () => {
  it.each(['v1', '"v1', '"a"b"', '"a b"', ''])('that is none is refused: %j', async (etag) => {
    const made = await serving({
      own: { ...get('/own'), returns: anything, run: () => replyWith('ok', { headers: { etag } }) },
    });
    const response = await ask(made, '/own');
    expect([response.status, response.headers.get('etag')]).toEqual([500, null]);
    expect(made.logged.at(-1)!.fields!['error']).toMatchObject({ code: 'REPLY_HEADER_INVALID' });
  });
});

describe('a range', () => {
  const bytes = Buffer.from('0123456789');
  const operations: Readonly<Record<string, OperationDefinition>> = {
    part: {
      ...get('/part', { produces: ['application/pdf'], headers: [['accept-ranges', 'bytes']] }),
      returns: anything,
      run: () => replyWith(bytes, { headers: { etag: '"v1"' } }),
    },
    whole: { ...get('/whole', { produces: ['application/pdf'] }), returns: anything, run: () => bytes },
  };

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=8-', '89', 'bytes 8-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=5-999999999999999', '56789', 'bytes 5-9/10'],
    [`bytes=0-${'9'.repeat(80)}`, '0123456789', 'bytes 0-9/10'],
    [`bytes=-${'9'.repeat(80)}`, '0123456789', 'bytes 0-9/10'],
  ])('%j is a part of the body', async (range, body, contentRange) => {
    const made = await serving(operations);
    const response = await ask(made, '/part', { range });
    expect([response.status, response.headers.get('content-range'), await response.text()]).toEqual([
      206,
      contentRange,
      body,
    ]);
    expect(response.headers.get('content-length')).toBe(String(body.length));
  });

  it.each(['bytes=10-', 'bytes=-0', 'bytes=999999999999999-', `bytes=${'9'.repeat(80)}-`])(
    '%j cannot be had',
    async (range) => {
      const made = await serving(operations);
      const response = await ask(made, '/part', { range });
      expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */10']);
      expect(await response.json()).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE', details: { length: 10 } });
    },
  );

  it.each([
    'bytes=0-1,3-4',
    'bytes=5-2',
    'bytes=-',
    'bytes=a-b',
    'bytes=0--1',
    'bytes=0x0-1',
    'lines=0-1',
    `bytes=${'0-1,'.repeat(3000)}`,
  ])('%j is answered with the whole', async (range) => {
    const made = await serving(operations);
    const response = await ask(made, '/part', { range });
    expect([response.status, await response.text()]).toEqual([200, '0123456789']);
  });

  it('is given only of the state that If-Range names, and only where parts are offered', async () => {
    const made = await serving(operations);
    const status = async (headers: Record<string, string>, path = '/part'): Promise<number> =>
      (await ask(made, path, { range: 'bytes=0-1', ...headers })).status;
    expect(await status({ 'if-range': '"v1"' })).toBe(206);
    expect(await status({ 'if-range': '"v0"' })).toBe(200);
    expect(await status({ 'if-range': 'W/"v1"' })).toBe(200);
    expect(await status({ 'if-range': 'Wed, 21 Oct 2015 07:28:00 GMT' })).toBe(200);
    expect(await status({}, '/whole')).toBe(200);
    const head = await ask(made, '/part', { range: 'bytes=0-1' }, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
  });
});
