import { ChassisError, jsonSpec, NotFound, replyWith, type OperationDefinition } from '@ts-chassis/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { serve, type Serving, type ServingOptions } from './serving.fixture.js';

const anything = jsonSpec({});
let open: Serving[] = [];

async function serving(operations: Record<string, OperationDefinition>, options?: ServingOptions): Promise<Serving> {
  const made = await serve(operations, options);
  open.push(made);
  return made;
}

afterEach(async () => {
  const closing = open;
  open = [];
  await Promise.all(closing.map(({ server }) => server.close()));
});

const route = (
  method: string,
  path: string,
  rest: Partial<OperationDefinition['http']> = {},
): { http: NonNullable<OperationDefinition['http']> } => ({
  http: { method, path, ...rest },
});

describe('a served operation', () => {
  it('gets its arguments from every place, coerced to their types, and answers JSON', async () => {
    const { origin } = await serving({
      find: {
        ...route('POST', '/shelves/:shelf/books'),
        parameters: {
          shelf: { place: 'path', type: Number, integer: true },
          limit: { place: 'query', type: Number },
          tag: { place: 'query', type: [String] },
          sizes: { place: 'query', type: [Number], optional: true },
          'x-dry': { place: 'header', type: Boolean },
          session: { place: 'cookie', type: String },
          book: { place: 'body', type: anything },
        },
        returns: anything,
        run: (...args: unknown[]) => args,
      },
    });
    const response = await fetch(`${origin}/shelves/7/books?limit=2.5&tag=a&tag=b+c&other=1`, {
      method: 'POST',
      headers: { 'x-dry': 'true', cookie: 'a=1; session="s%201"', 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Moby Dick — ü' }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual([7, 2.5, ['a', 'b c'], null, true, 's 1', { title: 'Moby Dick — ü' }]);
  });

  it('reports every fault at once, with place, pointer, expected and got', async () => {
    const { origin } = await serving({
      find: {
        ...route('GET', '/books/:id'),
        parameters: {
          id: { place: 'path', type: Number, integer: true },
          limit: { place: 'query', type: Number, integer: true },
          flag: { place: 'query', type: Boolean },
          one: { place: 'query', type: String },
          needed: { place: 'query', type: String },
        },
        returns: anything,
        run: () => 'never',
      },
    });
    const response = await fetch(`${origin}/books/x1?limit=1.5&flag=yes&one=1&one=2`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await response.json()) as { code: string; errors: { place: string; pointer: string }[] };
    expect(problem).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'ARGUMENT_INVALID',
      kind: 'INVALID_ARGUMENT',
    });
    expect(problem.errors.map(({ place, pointer }) => `${place}${pointer}`)).toEqual([
      'path/id',
      'query/limit',
      'query/flag',
      'query/one',
      'query/needed',
    ]);
  });

  it('reads a form', async () => {
    const { origin } = await serving({
      send: {
        ...route('POST', '/send'),
        parameters: { name: { place: 'form', type: String }, ages: { place: 'form', type: [Number] } },
        returns: anything,
        run: (...args: unknown[]) => args,
      },
    });
    const send = (body: string, type: string): Promise<Response> =>
      fetch(`${origin}/send`, { method: 'POST', body, headers: { 'content-type': type } });
    const response = await send('name=J%C3%BCrgen+K&ages=1&ages=2', 'application/x-www-form-urlencoded;charset=UTF-8');
    expect(await response.json()).toEqual(['Jürgen K', [1, 2]]);
    expect((await send('{}', 'application/json')).status).toBe(415);
    expect((await send('name=%ff', 'application/x-www-form-urlencoded')).status).toBe(400);
  });

  it('has the status, the headers and the media type it declares', async () => {
    const { origin } = await serving({
      add: {
        ...route('POST', '/add', { status: 201, headers: [['cache-control', 'no-store']] }),
        returns: anything,
        run: () => ({ id: 1 }),
      },
      text: { ...route('GET', '/text', { produces: ['text/plain'] }), returns: String, run: () => 'grün' },
      bytes: {
        ...route('GET', '/bytes', { produces: ['image/png'] }),
        returns: anything,
        run: () => Buffer.from([1, 2, 255]),
      },
      nothing: { ...route('DELETE', '/nothing'), run: () => undefined },
      none: { ...route('GET', '/none'), returns: anything, run: () => undefined },
      word: { ...route('GET', '/word'), returns: String, run: () => 'pong' },
      zero: { ...route('GET', '/null'), returns: anything, run: () => null },
    });
    const added = await fetch(`${origin}/add`, { method: 'POST' });
    expect([added.status, added.headers.get('cache-control'), await added.json()]).toEqual([
      201,
      'no-store',
      { id: 1 },
    ]);
    const text = await fetch(`${origin}/text`);
    expect([text.headers.get('content-type'), await text.text()]).toEqual(['text/plain; charset=utf-8', 'grün']);
    const bytes = await fetch(`${origin}/bytes`);
    expect([bytes.headers.get('content-type'), ...new Uint8Array(await bytes.arrayBuffer())]).toEqual([
      'image/png',
      1,
      2,
      255,
    ]);
    const nothing = await fetch(`${origin}/nothing`, { method: 'DELETE' });
    expect([nothing.status, nothing.headers.get('content-type'), await nothing.text()]).toEqual([204, null, '']);
    expect((await fetch(`${origin}/none`)).status).toBe(204);
    expect(await (await fetch(`${origin}/word`)).text()).toBe('"pong"');
    expect(await (await fetch(`${origin}/null`)).text()).toBe('null');
  });

  it('may say more than a value: status and headers of its own', async () => {
    const { origin } = await serving({
      add: {
        ...route('POST', '/add', {
          headers: [
            ['x-fixed', 'operation'],
            ['etag', '"old"'],
          ],
        }),
        returns: anything,
        run: () =>
          replyWith(
            { id: 1 },
            { status: 202, headers: { ETag: '"new"', 'Set-Cookie': ['a=1', 'b=2'], 'Content-Length': '999' } },
          ),
      },
      gone: {
        ...route('GET', '/gone'),
        returns: anything,
        run: () => replyWith({ moved: true }, { status: 410, headers: { 'x-why': 'sold' } }),
      },
    });
    const response = await fetch(`${origin}/add`, { method: 'POST' });
    expect(response.status).toBe(202);
    expect(response.headers.get('x-fixed')).toBe('operation');
    expect(response.headers.get('etag')).toBe('"new"');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toEqual({ id: 1 });
    const gone = await fetch(`${origin}/gone`);
    expect([gone.status, gone.headers.get('x-why'), await gone.json()]).toEqual([410, 'sold', { moved: true }]);
  });

  it('cannot split its answer by a header, nor break the server by a wrong one', async () => {
    const { origin, logged } = await serving({
      split: {
        ...route('GET', '/split'),
        returns: anything,
        run: () => replyWith(1, { headers: { 'x-a': 'b\r\nset-cookie: c=1' } }),
      },
      name: { ...route('GET', '/name'), returns: anything, run: () => replyWith(1, { headers: { 'x a': 'b' } }) },
      status: { ...route('GET', '/status'), returns: anything, run: () => replyWith(1, { status: 99 }) },
      big: { ...route('GET', '/big'), returns: anything, run: () => 10n },
    });
    for (const path of ['/split', '/name', '/status', '/big']) {
      const response = await fetch(origin + path);
      expect([path, response.status, response.statusText]).toEqual([path, 500, 'Internal Server Error']);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(await response.json()).toMatchObject({ detail: 'internal error', code: 'INTERNAL' });
    }
    expect(logged).toHaveLength(4);
  });

  it('touches request and response when it asks for them', async () => {
    const { origin } = await serving({
      raw: {
        ...route('GET', '/raw'),
        parameters: {
          context: { place: 'context', type: anything },
          request: { place: 'request', type: anything },
          response: { place: 'response', type: anything },
        },
        run: (context: { operation: { id: string } }, request: IncomingMessage, response: ServerResponse) => {
          response.statusCode = 203;
          response.end(`${context.operation.id} ${request.url}`);
        },
      },
    });
    const response = await fetch(`${origin}/raw?x`);
    expect([response.status, await response.text()]).toEqual([203, 'test.raw /raw?x']);
  });
});

describe('a refusal', () => {
  it('is a problem with kind, code and details', async () => {
    const { origin } = await serving({
      find: {
        ...route('GET', '/find'),
        run: () => {
          throw NotFound('no book 42', { code: 'NO_BOOK', details: { isbn: '42' } });
        },
      },
      late: {
        ...route('GET', '/late'),
        run: () => {
          throw new ChassisError('RESOURCE_EXHAUSTED', 'ten a minute', { retryAfterMs: 1200 });
        },
      },
      who: {
        ...route('GET', '/who'),
        run: () => {
          throw new ChassisError('UNAUTHENTICATED', 'who are you?');
        },
      },
      basic: {
        ...route('GET', '/basic'),
        run: () => {
          throw new ChassisError('UNAUTHENTICATED', 'who?', { details: { challenge: 'Basic realm="a"' } });
        },
      },
    });
    const response = await fetch(`${origin}/find`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'no book 42',
      code: 'NO_BOOK',
      kind: 'NOT_FOUND',
      details: { isbn: '42' },
    });
    const late = await fetch(`${origin}/late`);
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await fetch(`${origin}/who`)).headers.get('www-authenticate')).toBe('Bearer');
    expect((await fetch(`${origin}/basic`)).headers.get('www-authenticate')).toBe('Basic realm="a"');
  });

  it('shows nothing of the inside, but logs it with its cause', async () => {
    const cause = new TypeError('password of db is hunter2');
    const { origin, logged } = await serving({
      find: {
        ...route('GET', '/find'),
        run: () => {
          throw cause;
        },
      },
      own: {
        ...route('GET', '/own'),
        run: () => {
          throw new ChassisError('INTERNAL', 'table books missing', { details: { sql: 'x' } });
        },
      },
    });
    for (const path of ['/find', '/own']) {
      const response = await fetch(origin + path);
      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'internal error',
        code: 'INTERNAL',
        kind: 'INTERNAL',
      });
    }
    expect((logged[0]!.fields!['error'] as Error).cause).toBe(cause);
    expect(logged[0]!.fields).toMatchObject({ operation: 'test.find' });
  });

  it('keeps the kind of a called service, not its status or code of REST', async () => {
    const { origin, logged } = await serving({
      find: {
        ...route('GET', '/find'),
        run: () => {
          throw new ChassisError('INVALID_ARGUMENT', 'too long', {
            code: 'BODY_TOO_LARGE',
            remote: true,
            reply: { status: 413 },
          });
        },
      },
      broken: {
        ...route('GET', '/broken'),
        run: () => {
          throw new ChassisError('INTERNAL', 'inside of another', { remote: true });
        },
      },
    });
    const response = await fetch(`${origin}/find`);
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ kind: 'INVALID_ARGUMENT', detail: 'too long' }),
    ]);
    expect(await (await fetch(`${origin}/broken`)).json()).toMatchObject({ detail: 'internal error' });
    expect(logged).toEqual([]);
  });
});

describe('what matches nothing', () => {
  const books: Record<string, OperationDefinition> = {
    list: { ...route('GET', '/books'), returns: anything, run: () => [] },
    add: { ...route('POST', '/books'), returns: anything, run: () => 1 },
  };

  it('is 404 for an unknown path, and runs as the unmatched operation', async () => {
    const { origin, invocations } = await serving(books);
    const response = await fetch(`${origin}/shelves`);
    expect([response.status, await response.json()]).toEqual([404, expect.objectContaining({ code: 'NOT_FOUND' })]);
    expect(invocations.map(({ operation }) => operation.name)).toEqual(['unmatched']);
  });

  it('is 405 with Allow for an unknown method', async () => {
    const { origin, invocations } = await serving(books);
    const response = await fetch(`${origin}/books`, { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS, POST']);
    expect(await response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    expect(invocations.map(({ operation }) => operation.name)).toEqual(['unmatched']);
  });

  it('is 400 for a malformed path', async () => {
    const { origin } = await serving(books);
    const response = await fetch(`${origin}/books%ff`);
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code: 'URL_MALFORMED' })]);
  });

  it('answers OPTIONS by itself', async () => {
    const { origin } = await serving(books);
    const response = await fetch(`${origin}/books`, { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    expect((await fetch(`${origin}/shelves`, { method: 'OPTIONS' })).status).toBe(404);
  });

  it('answers HEAD by GET, without a body', async () => {
    const { origin } = await serving({ word: { ...route('GET', '/word'), returns: String, run: () => 'pong' } });
    const response = await fetch(`${origin}/word`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '6', '']);
  });
});

describe('negotiation', () => {
  it('refuses who accepts nothing that is produced', async () => {
    const ran: string[] = [];
    const { origin } = await serving({
      json: { ...route('GET', '/json'), returns: anything, run: () => ran.push('json') },
      text: { ...route('GET', '/text', { produces: ['text/plain'] }), returns: String, run: () => 'x' },
      nothing: { ...route('GET', '/nothing'), run: () => undefined },
    });
    const get = async (path: string, accept: string): Promise<number> =>
      (await fetch(origin + path, { headers: { accept } })).status;
    expect(await get('/json', 'text/html')).toBe(406);
    expect(await get('/json', 'application/json;q=0, */*')).toBe(406);
    expect(ran).toEqual([]);
    expect(await get('/json', 'text/html, application/*;q=0.1')).toBe(200);
    expect(await get('/json', '*/*')).toBe(200);
    expect(await get('/text', 'TEXT/*')).toBe(200);
    expect(await get('/text', 'application/json')).toBe(406);
    expect(await get('/nothing', 'image/png')).toBe(204);
  });

  it.each([
    ['text/plain', undefined],
    ['application/json; charset=latin1', undefined],
    ['application/json', 'zstd'],
    ['', undefined],
  ])('refuses the body type %j, encoding %j', async (type, encoding) => {
    const { origin } = await serving({
      add: {
        ...route('POST', '/add'),
        parameters: { book: { place: 'body', type: anything } },
        returns: anything,
        run: (book: unknown) => book,
      },
    });
    const headers: Record<string, string> = { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) };
    const response = await fetch(`${origin}/add`, { method: 'POST', body: Buffer.from('{}'), headers });
    expect([response.status, await response.json()]).toEqual([
      415,
      expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }),
    ]);
  });

  it.each(['application/json', 'application/JSON;charset=UTF-8', 'application/vnd.book+json', undefined])(
    'reads the body type %j',
    async (type) => {
      const { origin } = await serving({
        add: {
          ...route('POST', '/add'),
          parameters: { book: { place: 'body', type: anything } },
          returns: anything,
          run: (book: unknown) => book,
        },
      });
      const response = await fetch(`${origin}/add`, {
        method: 'POST',
        body: Buffer.from('{"a":1}'),
        ...(type && { headers: { 'content-type': type } }),
      });
      expect(await response.json()).toEqual({ a: 1 });
    },
  );

  it('reads text and bytes where they are declared', async () => {
    const { origin } = await serving({
      text: {
        ...route('POST', '/text', { consumes: ['text/*'] }),
        parameters: { body: { place: 'body', type: String } },
        returns: anything,
        run: (body: unknown) => body,
      },
      bytes: {
        ...route('POST', '/bytes', { consumes: ['*/*'] }),
        parameters: { body: { place: 'body', type: Buffer } },
        returns: anything,
        run: (body: Buffer) => body.length,
      },
    });
    const post = async (path: string, type: string): Promise<unknown> =>
      (
        await fetch(origin + path, { method: 'POST', body: Buffer.from('grün'), headers: { 'content-type': type } })
      ).text();
    expect(await post('/text', 'text/csv')).toBe('"grün"');
    expect(await post('/bytes', 'image/png')).toBe('5');
  });
});
