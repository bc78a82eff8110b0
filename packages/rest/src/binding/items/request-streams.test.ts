import { Field, jsonSpec, Returns, Schema, VirtualClock, type Invocation } from '@ts-chassis/core';
import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Consumes } from '../../decorators/consumes.js';
import { Body, Context, Req } from '../../decorators/parameters.js';
import { Get, Post } from '../../decorators/routes.js';
import { RawConnection } from '../../server/serving.fixture.js';
import { Served, type ServedOptions } from '../bodies.fixture.js';
import { RequestStream } from '../request-stream.js';

class Item {
  @Field({ minLength: 1 }) title!: string;
}

const anything = jsonSpec({});
let taken: string[] = [];
let ended: string[] = [];
let onTaken: (() => void) | undefined;

@Schema({ id: 'import', path: '/import' })
class Import {
  @Post()
  @Returns(anything)
  async all(@Body(Item, { stream: true }) items: AsyncIterable<Item>): Promise<unknown> {
    taken = [];
    try {
      for await (const { title } of items) {
        taken.push(title);
        onTaken?.();
      }
    } finally {
      ended.push('all');
    }
    return { taken };
  }

  @Post('/first')
  @Returns(anything)
  async first(@Body(Item, { stream: true }) items: AsyncIterable<Item>): Promise<unknown> {
    for await (const item of items) return item;
    return {};
  }

  @Post('/ignored')
  @Returns(anything)
  ignored(@Body(Item, { stream: true }) _items: AsyncIterable<Item>, @Context() invocation?: Invocation): unknown {
    return { ignored: true, replayable: invocation!.replayable };
  }

  @Post('/echo')
  @Returns(Item, { stream: true })
  async *echo(@Body(Item, { stream: true }) items: AsyncIterable<Item>): AsyncIterable<Item> {
    for await (const { title } of items) yield { title: title.toUpperCase() };
  }

  @Post('/short')
  @Returns(anything)
  short(@Body(Item, { stream: true, maxBytes: 1000 }) items: AsyncIterable<Item>): Promise<unknown> {
    return this.all(items);
  }

  @Post('/bytes')
  @Consumes('application/octet-stream', 'image/*')
  @Returns(anything)
  async bytes(@Body() body: Readable): Promise<unknown> {
    let size = 0;
    for await (const chunk of body) size += (chunk as Buffer).length;
    return { size };
  }

  @Post('/bytes/ended')
  @Consumes('*/*')
  @Returns(anything)
  endBytes(@Body() body: Readable): unknown {
    body.destroy();
    return { ended: true };
  }

  @Post('/bytes/limited')
  @Consumes('*/*')
  @Returns(anything)
  limited(@Body(undefined, { maxBytes: 1000 }) body: Readable): Promise<unknown> {
    return this.bytes(body);
  }

  @Post('/slow')
  @Returns(anything)
  async slow(@Body() body: Readable, @Req() request?: IncomingMessage): Promise<unknown> {
    if (request!.headers['x-much'] && !request!.isPaused()) await once(request!, 'pause');
    onTaken?.();
    await once(body, 'never');
    return {};
  }

  @Get('/alive') @Returns(String) alive(): string {
    return 'yes';
  }
}

let served: Served | undefined;
let connections: RawConnection[] = [];

afterEach(async () => {
  for (const { socket } of connections) socket.destroy();
  connections = [];
  [taken, ended, onTaken] = [[], [], undefined];
  await served?.close();
  served = undefined;
});

async function start(options: ServedOptions = {}): Promise<Served> {
  return (served = await Served.of({ schemas: [Import], ...options }));
}

interface Got {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function post(path: string, body: string | Uint8Array, headers: Record<string, string> = NDJSON): Promise<Got> {
  const init = { method: 'POST', body: body as RequestInit['body'] & {}, headers };
  const response = await fetch(served!.origin + path, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const NDJSON = { 'content-type': 'application/x-ndjson' };
const JSON_TYPE = { 'content-type': 'application/json' };
const BYTES = { 'content-type': 'application/octet-stream' };
const lines = (...titles: readonly string[]): string =>
  titles.map((title) => `${JSON.stringify({ title })}\n`).join('');

/** A request that is sent piece by piece. */
function open(path: string, headers: Record<string, string>): { request: ClientRequest; status: Promise<number> } {
  const request = httpRequest(served!.origin + path, { method: 'POST', headers });
  const status = once(request, 'response').then(([response]) => {
    (response as Readable).resume();
    return (response as { statusCode: number }).statusCode;
  });
  request.on('error', () => undefined);
  return { request, status };
}

describe('@Body with stream', () => {
  it.each([
    ['lines', NDJSON, lines('a', 'b')],
    ['lines with returns, blank ones and no last end', NDJSON, '{"title":"a"}\r\n\r\n  \n{"title":"b"}'],
    ['JSON Lines', { 'content-type': 'application/jsonl; charset=utf-8' }, lines('a', 'b')],
    ['an array', JSON_TYPE, ' [ {"title":"a"} ,\n{"title":"b"}] '],
  ])('reads %s', async (_name, headers, body) => {
    await start();
    expect(await post('/import', body, headers)).toEqual({ status: 200, body: { taken: ['a', 'b'] } });
  });

  it.each([
    ['no lines', NDJSON, '\n'],
    ['an empty array', JSON_TYPE, '[]'],
    ['no body', NDJSON, ''],
  ])('reads %s as no items', async (_name, headers, body) => {
    await start();
    expect(await post('/import', body, headers)).toEqual({ status: 200, body: { taken: [] } });
  });

  it('undoes codings', async () => {
    await start();
    const headers = { ...NDJSON, 'content-encoding': 'gzip' };
    expect((await post('/import', gzipSync(lines('a', 'ü')), headers)).body).toEqual({ taken: ['a', 'ü'] });
    expect((await post('/import', gzipSync(lines('a')).subarray(0, 15), headers)).status).toBe(400);
  });

  it('hands items over while the request is still coming', async () => {
    await start();
    const { request, status } = open('/import', NDJSON);
    for (const title of ['a', 'b']) {
      const arrived = new Promise<void>((resolve) => (onTaken = resolve));
      request.write(lines(title));
      await arrived;
    }
    expect(taken).toEqual(['a', 'b']);
    request.end();
    expect(await status).toBe(200);
  });

  it('says which item does not fit, after those before it', async () => {
    await start();
    const { status, body } = await post('/import', lines('a', 'b', '', 'c'));
    expect([status, body['code'], body['errors']]).toEqual([
      400,
      'ARGUMENT_INVALID',
      [expect.objectContaining({ place: 'body', pointer: '/2/title' })],
    ]);
    expect([taken, ended]).toEqual([['a', 'b'], ['all']]);
  });

  it.each([
    ['a line that is no JSON', NDJSON, `${lines('a')}{"title":`],
    ['two values in a line', NDJSON, '{"title":"a"} {"title":"b"}\n'],
    ['a key that is a prototype', NDJSON, '{"title":"a","__proto__":{"admin":true}}\n'],
    ['deep nesting', NDJSON, `${'['.repeat(100_000)}\n`],
    ['no UTF-8', NDJSON, Buffer.from([0x22, 0xff, 0x22])],
    ['an array without an end', JSON_TYPE, '[{"title":"a"}'],
    ['something behind the array', JSON_TYPE, '[{"title":"a"}] x'],
    ['no array', JSON_TYPE, '{"title":"a"}'],
  ])('refuses %s', async (_name, headers, body) => {
    await start();
    expect(await post('/import', body, headers)).toMatchObject({ status: 400, body: { code: 'BODY_MALFORMED' } });
    expect(await (await fetch(`${served!.origin}/import/alive`)).text()).toBe('"yes"');
  });

  it('bounds each item, not all of them, unless told to', async () => {
    await start({ values: { 'servicecomb.transport.maxBodyBytes.rest': 1000 } });
    const titles = Array.from({ length: 500 }, (_each, index) => `title ${index}`);
    expect((await post('/import', lines(...titles))).body).toEqual({ taken: titles });
    expect(await post('/import', lines('a'.repeat(1001)))).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE' },
    });
    expect(await post('/import', `["${'a'.repeat(1001)}"]`, JSON_TYPE)).toMatchObject({ status: 413 });
    expect(await post('/import/short', lines(...titles))).toMatchObject({ status: 413 });
    const { request, status } = open('/import/short', NDJSON);
    request.end(lines(...titles));
    expect(await status).toBe(413);
  });

  it('refuses other media types', async () => {
    await start();
    expect((await post('/import', 'a', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('may be left in the middle, or not be read at all', async () => {
    await start();
    const many = lines(...Array.from({ length: 100_000 }, () => 'some title'));
    expect(await post('/import/first', many)).toEqual({ status: 200, body: { title: 'some title' } });
    expect(await post('/import/ignored', many)).toEqual({ status: 200, body: { ignored: true, replayable: false } });
    expect(await (await fetch(`${served!.origin}/import/alive`)).text()).toBe('"yes"');
  });

  it('answers with a stream of what it reads', async () => {
    await start();
    const response = await fetch(`${served!.origin}/import/echo`, {
      method: 'POST',
      body: lines('a', 'b'),
      headers: NDJSON,
    });
    expect(await response.json()).toEqual([{ title: 'A' }, { title: 'B' }]);
    expect((await post('/import/echo', lines(''))).status).toBe(400);
  });

  it('ends the reading when the client goes away', async () => {
    await start();
    const connection = new RawConnection(served!.port);
    connections.push(connection);
    const arrived = new Promise<void>((resolve) => (onTaken = resolve));
    const line = lines('a');
    const head =
      'POST /import HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n';
    await connection.write(`${head}${line.length.toString(16)}\r\n${line}\r\n`);
    await arrived;
    connection.socket.destroy();
    await served!.application.stop();
    expect(ended).toEqual(['all']);
  });
});

describe('a body of the type Readable', () => {
  it('hands over the bytes, their coding undone', async () => {
    await start();
    const bytes = Buffer.alloc(3_000_000, 'ab');
    expect((await post('/import/bytes', bytes, BYTES)).body).toEqual({ size: 3_000_000 });
    expect((await post('/import/bytes', gzipSync(bytes), { ...BYTES, 'content-encoding': 'gzip' })).body).toEqual({
      size: 3_000_000,
    });
    expect((await post('/import/bytes', bytes, { 'content-type': 'image/png' })).body).toEqual({ size: 3_000_000 });
    expect((await post('/import/bytes', new Uint8Array(0), BYTES)).body).toEqual({ size: 0 });
    expect((await post('/import/bytes', 'a', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('holds the client back while nothing is read', async () => {
    const chunk = Buffer.alloc(64 * 1024);
    const source = new Readable({ read: () => undefined });
    for (let count = 0; count < 100; count++) source.push(chunk);
    source.push(null);
    const stream = new RequestStream(source as IncomingMessage, { codings: [], maxBytes: Infinity });
    await once(source, 'pause');
    expect([source.isPaused(), stream.readableLength]).toEqual([true, chunk.length]);
    let size = 0;
    for await (const part of stream) size += (part as Buffer).length;
    expect(size).toBe(100 * chunk.length);
  });

  it('tells a client that is too slow from a method that is', async () => {
    const clock = new VirtualClock();
    await start({ clock });
    for (const [bytes, expected] of [
      [1000, 408],
      [3_000_000, 504],
    ] as const) {
      const arrived = new Promise<void>((resolve) => (onTaken = resolve));
      const headers = { ...BYTES, 'content-length': '4000000', ...(bytes > 1000 && { 'x-much': '1' }) };
      const { request, status } = open('/import/slow', headers);
      request.write(Buffer.alloc(bytes));
      await arrived;
      await clock.advance(30_000);
      expect(await status).toBe(expected);
      request.destroy();
    }
  });

  it('can be ended without breaking the answer', async () => {
    await start();
    expect(await post('/import/bytes/ended', Buffer.alloc(3_000_000))).toEqual({ status: 200, body: { ended: true } });
    expect((await post('/import/bytes/ended', 'a')).body).toEqual({ ended: true });
    expect(await (await fetch(`${served!.origin}/import/alive`)).text()).toBe('"yes"');
  });

  it('is refused when it is longer than it may be', async () => {
    await start();
    expect((await post('/import/bytes/limited', Buffer.alloc(1000))).body).toEqual({ size: 1000 });
    expect((await post('/import/bytes/limited', Buffer.alloc(1001))).status).toBe(413);
    expect(
      (await post('/import/bytes/limited', gzipSync(Buffer.alloc(100_000)), { ...BYTES, 'content-encoding': 'gzip' }))
        .status,
    ).toBe(413);
    const { request, status } = open('/import/bytes/limited', BYTES);
    request.end(Buffer.alloc(2000));
    expect(await status).toBe(413);
  });
});
