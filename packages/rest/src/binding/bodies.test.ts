import { decode, encode } from '@msgpack/msgpack';
import { Field, jsonSpec, Returns, Schema, type Plugin } from '@ts-chassis/core';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Consumes } from '../decorators/consumes.js';
import { Body, Form } from '../decorators/parameters.js';
import { Post } from '../decorators/routes.js';
import { Served, type ServedOptions } from './bodies.fixture.js';
import { CodecPort } from './codec.js';

class Note {
  @Field({ minLength: 1 }) title!: string;
  @Field({ type: Number, integer: true, optional: true }) stars?: number;
  @Field({ type: [String], optional: true }) tags?: string[];
  @Field({ type: [Number], optional: true }) pages?: number[];
}

const anything = jsonSpec({});

@Schema({ id: 'notes', path: '/notes' })
class Notes {
  @Post() @Returns(anything) add(@Body() note: Note): unknown {
    return note;
  }

  @Post('/any') @Returns(anything) any(@Body(anything, { optional: true }) body?: unknown): unknown {
    return { body };
  }

  @Post('/form')
  @Consumes('application/x-www-form-urlencoded', 'multipart/form-data', 'application/json')
  @Returns(anything)
  form(@Body() note: Note): unknown {
    return note;
  }

  @Post('/fields')
  @Consumes('application/x-www-form-urlencoded', 'multipart/form-data')
  @Returns(anything)
  fields(@Form('title') title: string, @Form('pages', { type: [Number], optional: true }) pages?: number[]): unknown {
    return { title, pages };
  }
}

@Consumes('text/plain')
@Schema({ id: 'raw', path: '/raw' })
class Raw {
  @Post('/text') @Returns(anything) text(@Body() text: string): unknown {
    return { text };
  }

  @Post('/xml') @Consumes('application/xml', 'image/svg+xml') @Returns(anything) xml(@Body() text: string): unknown {
    return { text };
  }

  @Post('/bytes') @Consumes('application/octet-stream', 'image/*') @Returns(anything) bytes(
    @Body() bytes: Buffer,
  ): unknown {
    return { hex: bytes.toString('hex'), isBuffer: Buffer.isBuffer(bytes) };
  }
}

const msgpack: Plugin = {
  name: 'msgpack',
  install: (host) =>
    host.extend(CodecPort, 'msgpack', () => ({
      types: ['application/msgpack', 'application/x-msgpack'],
      encode,
      decode,
    })),
};

let served: Served | undefined;

afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function start(options: ServedOptions = {}): Promise<Served> {
  return (served = await Served.of({ schemas: [Notes, Raw], plugins: [msgpack], ...options }));
}

interface Sent {
  readonly body: string | Uint8Array | FormData | URLSearchParams;
  readonly type?: string;
  readonly encoding?: string;
}

interface Got {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

async function post(path: string, { body, type, encoding }: Sent): Promise<Got> {
  const headers = { ...(type && { 'content-type': type }), ...(encoding && { 'content-encoding': encoding }) };
  const response = await fetch(served!.origin + path, {
    method: 'POST',
    body: body as RequestInit['body'] & {},
    headers,
  });
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  };
}

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

describe('a body of a codec', () => {
  it('is read by its media type and validated as JSON is', async () => {
    await start();
    const type = 'application/msgpack';
    expect(await post('/notes', { type, body: encode({ title: 'a', stars: 5, unknown: 1 }) })).toMatchObject({
      status: 200,
      body: { title: 'a', stars: 5 },
    });
    expect(await post('/notes', { type: 'application/x-msgpack', body: encode({ title: '' }) })).toMatchObject({
      status: 400,
      body: { code: 'ARGUMENT_INVALID', errors: [expect.objectContaining({ pointer: '/title' })] },
    });
  });

  it.each([
    ['bytes that are none of its own', new Uint8Array([0xc1])],
    ['a part of a message', encode({ title: 'a long title' }).subarray(0, 5)],
    ['a key that is a prototype', encode([{ constructor: { prototype: { admin: true } } }])],
    ['deep nesting', encode(deep(80))],
  ])('is refused: %s', async (_name, body) => {
    await start();
    expect(await post('/notes/any', { type: 'application/msgpack', body })).toMatchObject({
      status: 400,
      body: { code: 'BODY_MALFORMED' },
    });
  });

  it('is not read without the codec, nor where the operation consumes something else', async () => {
    await start({ plugins: [] });
    expect(await post('/notes', { type: 'application/msgpack', body: encode({}) })).toMatchObject({ status: 415 });
    await served!.close();
    await start();
    expect(await post('/raw/text', { type: 'application/msgpack', body: encode({}) })).toMatchObject({
      status: 415,
      body: { details: { consumes: ['text/plain'] } },
    });
  });
});

describe('@Consumes', () => {
  it('reads text, XML and bytes, of a class and of a method', async () => {
    await start();
    expect((await post('/raw/text', { type: 'text/plain; charset=utf-8', body: 'grüß' })).body).toEqual({
      text: 'grüß',
    });
    expect((await post('/raw/xml', { type: 'image/svg+xml', body: '<a/>' })).body).toEqual({ text: '<a/>' });
    expect((await post('/raw/bytes', { type: 'image/png', body: new Uint8Array([0, 255]) })).body).toEqual({
      hex: '00ff',
      isBuffer: true,
    });
  });

  it.each([
    ['/raw/text', { type: 'application/json', body: '"a"' }, 415],
    ['/raw/text', { type: 'text/plain; charset=latin1', body: 'a' }, 415],
    ['/raw/text', { type: 'text/plain', body: new Uint8Array([0xff]) }, 400],
    ['/raw/bytes', { type: 'text/plain', body: 'a' }, 415],
    ['/notes/form', { type: 'text/plain', body: 'a' }, 415],
  ])('refuses at %s %j with %i', async (path, sent, status) => {
    await start();
    expect((await post(path, sent)).status).toBe(status);
  });

  it('is refused for what is no media type', () => {
    expect(() => Consumes('text')).not.toThrow();
    for (const types of [[], ['text'], ['text/plain; charset=utf-8'], ['*/plain']]) {
      expect(() => Consumes(...types)(class Wrong {})).toThrow('Wrong: @Consumes expected media types');
    }
  });
});

describe('a form', () => {
  it('becomes one object, each field of its declared type, repeated ones a list', async () => {
    await start();
    const body = new URLSearchParams([
      ...[
        ['title', 'a b'],
        ['stars', '5'],
        ['tags', 'x'],
      ],
      ...[
        ['pages', '1'],
        ['pages', '2'],
        ['other', 'dropped'],
      ],
    ] as [string, string][]);
    const note = { title: 'a b', stars: 5, tags: ['x'], pages: [1, 2] };
    expect(await post('/notes/form', { body })).toMatchObject({ status: 200, body: note });
    const form = new FormData();
    for (const [name, value] of body) form.append(name, value);
    expect(await post('/notes/form', { body: form })).toMatchObject({ status: 200, body: note });
    expect(await post('/notes/form', { type: 'application/json', body: JSON.stringify(note) })).toMatchObject({
      body: note,
    });
  });

  it('reports what does not fit by name, two values for one among it', async () => {
    await start();
    const { status, body } = await post('/notes/form', { body: new URLSearchParams('title=&stars=five&title=b') });
    expect(status).toBe(400);
    expect((body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(['/title', '/stars']);
  });

  it.each(['__proto__=1', 'title=a&__proto__=1'])('refuses %s', async (text) => {
    await start();
    expect(await post('/notes/form', { body: new URLSearchParams(text) })).toMatchObject({ status: 400 });
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it('gives its fields to parameters, whichever way it came', async () => {
    await start();
    const form = new FormData();
    form.append('title', 'a');
    form.append('pages', '7');
    expect((await post('/notes/fields', { body: form })).body).toEqual({ title: 'a', pages: [7] });
    expect((await post('/notes/fields', { body: new URLSearchParams('title=a&pages=7&pages=8') })).body).toEqual({
      title: 'a',
      pages: [7, 8],
    });
  });
});

describe('a body in a coding', () => {
  const note = Buffer.from(JSON.stringify({ title: 'zip' }));

  it.each([
    ['gzip', gzipSync(note)],
    ['x-gzip', gzipSync(note)],
    ['deflate', deflateSync(note)],
    ['br', brotliCompressSync(note)],
    ['GZIP', gzipSync(note)],
    ['gzip, br', brotliCompressSync(gzipSync(note))],
    ['identity', note],
    ['identity, gzip', gzipSync(note)],
  ])('%s is read', async (encoding, body) => {
    await start();
    const type = 'application/json';
    expect(await post('/notes', { type, encoding, body })).toMatchObject({ status: 200, body: { title: 'zip' } });
  });

  it.each(['zstd', 'gzip, gzip, gzip', 'gzip, compress'])(
    '%s is refused, and those that are read are named',
    async (encoding) => {
      await start();
      const { status, body, headers } = await post('/notes', {
        type: 'application/json',
        encoding,
        body: gzipSync(note),
      });
      expect([status, body['code'], headers.get('accept-encoding')]).toEqual([
        415,
        'UNSUPPORTED_MEDIA_TYPE',
        'gzip, deflate, br',
      ]);
    },
  );

  it.each([
    ['is no gzip', note],
    ['breaks off', gzipSync(note).subarray(0, 12)],
    ['is damaged', Buffer.concat([gzipSync(note).subarray(0, -6), Buffer.alloc(6)])],
  ])('is refused when it %s', async (_name, body) => {
    await start();
    expect(await post('/notes', { type: 'application/json', encoding: 'gzip', body })).toMatchObject({
      status: 400,
      body: { code: 'BODY_MALFORMED' },
    });
  });

  it('is refused when it grows beyond the limit, without being held', async () => {
    await start({ values: { 'servicecomb.transport.maxBodyBytes.rest': 1_000_000 } });
    const zeros = Buffer.alloc(200_000_000);
    const bomb = gzipSync(zeros);
    const twice = gzipSync(bomb);
    const before = process.memoryUsage().rss;
    const type = 'application/json';
    for (const [encoding, body] of [
      ['gzip', bomb],
      ['gzip, gzip', twice],
    ] as const) {
      expect(await post('/notes', { type, encoding, body })).toMatchObject({
        status: 413,
        body: { code: 'BODY_TOO_LARGE' },
      });
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    expect(await post('/notes', { type, body: note })).toMatchObject({ status: 200 });
  });
});
