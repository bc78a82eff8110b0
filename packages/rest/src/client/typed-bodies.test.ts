import { decode, encode } from '@msgpack/msgpack';
import {
  ChassisError,
  createApplication,
  Field,
  Implements,
  Injectable,
  jsonSpec,
  Module,
  readSchema,
  remote,
  Remote,
  Returns,
  Schema,
  silentLogger,
  toOpenApi2,
  type Application,
  type Client,
  type Plugin,
} from '@ts-chassis/core';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { CodecPort } from '../binding/codec.js';
import { fileOf } from '../binding/multipart/file-of.js';
import { FileUpload } from '../binding/multipart/file-upload.js';
import type { Part } from '../binding/multipart/part.js';
import { Consumes } from '../decorators/consumes.js';
import { Body, Form } from '../decorators/parameters.js';
import { Get, Post } from '../decorators/routes.js';
import { Multipart, UploadedFile, UploadedFiles } from '../decorators/uploads.js';
import { rest } from '../plugin.js';
import { RestClient } from './rest-client.js';

const anything = jsonSpec({});

class Item {
  @Field({ minLength: 1 }) title!: string;
  @Field({ type: Number, optional: true }) stars?: number;
}

@Schema({ id: 'bodies', path: '/bodies' })
class Bodies {
  @Post('/file')
  @Returns(anything)
  file(@UploadedFile('file') _file: FileUpload, @Form('note') _note: string): Promise<unknown> {
    return remote();
  }

  @Post('/files')
  @Returns(anything)
  files(@UploadedFiles('files') _files: FileUpload[]): Promise<unknown> {
    return remote();
  }

  @Post('/parts')
  @Returns(anything)
  parts(@Multipart() _parts: AsyncIterable<Part>): Promise<unknown> {
    return remote();
  }

  @Post('/items')
  @Returns(anything)
  items(@Body(Item, { stream: true }) _items: AsyncIterable<Item>): Promise<unknown> {
    return remote();
  }

  @Post('/array')
  @Consumes('application/json')
  @Returns(anything)
  array(@Body(Item, { stream: true }) _items: AsyncIterable<Item>): Promise<unknown> {
    return remote();
  }

  @Post('/bytes')
  @Consumes('application/octet-stream')
  @Returns(anything)
  bytes(@Body() _body: Readable): Promise<unknown> {
    return remote();
  }

  @Post('/form')
  @Consumes('application/x-www-form-urlencoded')
  @Returns(anything)
  form(@Body() _item: Item): Promise<unknown> {
    return remote();
  }

  @Post('/packed')
  @Consumes('application/msgpack')
  @Returns(anything)
  packed(@Body() _item: Item): Promise<unknown> {
    return remote();
  }

  @Get('/value') @Returns(anything) value(): Promise<unknown> {
    return remote();
  }

  @Get('/stream') @Returns(Item, { stream: true }) stream(): AsyncIterable<Item> {
    return remote();
  }
}

const shown = async (file: FileUpload): Promise<unknown> => [file.filename, file.type, String(await file.bytes())];

async function collected(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const item of items) found.push(item);
  return found;
}

@Implements(Bodies)
class BodiesService extends Bodies {
  override async file(file: FileUpload, note: string): Promise<unknown> {
    return { file: await shown(file), note };
  }

  override async files(files: FileUpload[]): Promise<unknown> {
    return Promise.all(files.map(shown));
  }

  override async parts(parts: AsyncIterable<Part>): Promise<unknown> {
    const found: unknown[] = [];
    for await (const part of parts) {
      if (part.kind === 'field') found.push([part.name, part.value]);
      else found.push([part.name, part.filename, String(Buffer.concat((await collected(part.content)) as Buffer[]))]);
    }
    return found;
  }

  override items(items: AsyncIterable<Item>): Promise<unknown> {
    return collected(items);
  }

  override array(items: AsyncIterable<Item>): Promise<unknown> {
    return collected(items);
  }

  override async bytes(body: Readable): Promise<unknown> {
    return String(Buffer.concat((await collected(body)) as Buffer[]));
  }

  override form(item: Item): Promise<unknown> {
    return Promise.resolve(item);
  }

  override packed(item: Item): Promise<unknown> {
    return Promise.resolve(item);
  }

  override value(): Promise<unknown> {
    return Promise.resolve({ title: 'a' });
  }

  override stream(): AsyncIterable<Item> {
    return stream({ title: 'a' });
  }
}

@Injectable()
class Caller {
  constructor(
    @Remote(Bodies, { service: 'far' }) readonly bodies: Client<Bodies>,
    readonly rest: RestClient,
  ) {}
}

const msgpack: Plugin = {
  name: 'msgpack',
  install: (host) => host.extend(CodecPort, 'msgpack', () => ({ types: ['application/msgpack'], encode, decode })),
};

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function application(
  values: Readonly<Record<string, unknown>>,
  service?: typeof BodiesService,
): Promise<Application> {
  class AnyModule {}
  Module({ schemas: service ? [service] : [], providers: [Caller] })(AnyModule);
  const made = createApplication({
    modules: [AnyModule],
    plugins: [rest(), msgpack],
    signals: false,
    logger: silentLogger,
    configuration: { directory: false, environment: false, commandLine: false, values },
  });
  await made.start();
  closing.push(() => made.stop());
  return made;
}

const OWN = { 'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0', 'servicecomb.registry.register': 'manual' };

/** A caller of the service at an address. */
async function callerOf(address: string, values: Readonly<Record<string, unknown>> = {}): Promise<Caller> {
  const made = await application({
    ...OWN,
    'servicecomb.registry.type': 'static',
    'servicecomb.registry.static.far': [`rest://${address}`],
    ...values,
  });
  return made.get(Caller);
}

/** A caller over the wire, and one in the same process. */
async function callers(): Promise<readonly Caller[]> {
  const far = await application({ ...OWN, 'servicecomb.service.name': 'far' }, BodiesService);
  const { host, port } = far.endpoints[0]!;
  return [await callerOf(`${host}:${port}`), far.get(Caller)];
}

/** A server written by hand. */
async function answering(answer: (response: ServerResponse) => void): Promise<Caller> {
  const server: Server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return callerOf(`127.0.0.1:${(server.address() as AddressInfo).port}`, {
    'servicecomb.transport.maxBodyBytes.rest': 100_000,
  });
}

async function* stream<T>(...items: readonly T[]): AsyncIterable<T> {
  for (const item of items) yield await Promise.resolve(item);
}

async function failure(running: Promise<unknown>): Promise<ChassisError> {
  const error = await running.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (ChassisError.is(error)) return error;
  throw error;
}

describe('a typed call', () => {
  it('sends files with the fields beside them, held or streamed', async () => {
    for (const { bodies } of await callers()) {
      const held = fileOf('hello', { filename: 'ä "b".txt', type: 'text/plain' });
      expect(await bodies.file(held, 'grüß')).toEqual({
        file: [expect.stringMatching(/^ä (?:"|%22)b(?:"|%22)\.txt$/), 'text/plain', 'hello'],
        note: 'grüß',
      });
      const flowing = fileOf(stream(Buffer.from('a'), Buffer.alloc(2_000_000, 'b')), { filename: 'f' });
      const big = fileOf(Buffer.alloc(2_000_000, 'c'));
      const blob = fileOf(new Blob(['d'], { type: 'text/css' }), { filename: 'd.css' });
      expect(await bodies.files([blob])).toEqual([['d.css', 'text/css', 'd']]);
      expect(await bodies.files([flowing, big])).toEqual([
        ['f', 'application/octet-stream', `a${'b'.repeat(2_000_000)}`],
        ['file', 'application/octet-stream', 'c'.repeat(2_000_000)],
      ]);
    }
  });

  it('refuses what is no file, and a media type that no header carries', async () => {
    const [{ bodies }] = (await callers()) as [Caller];
    expect(await failure(bodies.files([Buffer.from('a') as never]))).toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect(await failure(bodies.files([fileOf('a', { type: 'a\r\nX: b' })]))).toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });

  it('sends parts as they come', async () => {
    for (const { bodies } of await callers()) {
      const file: Part = {
        kind: 'file',
        name: 'f',
        filename: 'f.txt',
        type: 'text/plain',
        content: Readable.from([Buffer.from('x')]),
      };
      expect(await bodies.parts(stream<Part>({ kind: 'field', name: 'a', value: '1' }, file))).toEqual([
        ['a', '1'],
        ['f', 'f.txt', 'x'],
      ]);
    }
  });

  it('sends the items of an iterable, as lines or as the array that the contract asks for', async () => {
    for (const { bodies } of await callers()) {
      const items = [{ title: 'a', more: 'dropped' }, { title: 'b' }];
      expect(await bodies.items(stream(...items))).toEqual([{ title: 'a' }, { title: 'b' }]);
      expect(await bodies.array(stream(...items))).toEqual([{ title: 'a' }, { title: 'b' }]);
      expect(await bodies.array(stream())).toEqual([]);
      expect(await failure(bodies.items(stream({ title: 'a' }, { title: '' })))).toMatchObject({
        code: 'ARGUMENT_INVALID',
        details: { faults: [expect.objectContaining({ pointer: '/1/title' })] },
      });
    }
  });

  it('fails with what its own iterable fails with', async () => {
    const [{ bodies }] = (await callers()) as [Caller];
    const failing = async function* (): AsyncIterable<Item> {
      yield await Promise.resolve({ title: 'a' });
      throw new ChassisError('ABORTED', 'no more', { code: 'NO_MORE' });
    };
    expect(await failure(bodies.items(failing()))).toMatchObject({ code: 'NO_MORE' });
  });

  it('sends bytes, forms and what a codec writes', async () => {
    for (const { bodies } of await callers()) {
      expect(await bodies.bytes(Readable.from([Buffer.from('a'), Buffer.from('b')]))).toBe('ab');
      expect(await bodies.form({ title: 'a & b', stars: 5 })).toEqual({ title: 'a & b', stars: 5 });
      expect(await bodies.packed({ title: 'a', stars: 5 })).toEqual({ title: 'a', stars: 5 });
    }
  });
});

const encoded =
  (type: string, body: string | Uint8Array, encoding?: string) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) });
    response.end(body);
  };

describe('an answer', () => {
  const json = JSON.stringify({ title: 'a' });

  it.each([
    ['gzip', 'gzip', gzipSync(json)],
    ['br', 'br', brotliCompressSync(json)],
    ['two codings', 'br, gzip', gzipSync(brotliCompressSync(json))],
  ])('in %s is decoded', async (_name, encoding, body) => {
    const { bodies, rest } = await answering(encoded('application/json', body, encoding));
    expect(await bodies.value()).toEqual({ title: 'a' });
    const response = await rest.fetch('http://far/anything');
    expect([response.headers.get('content-encoding'), await response.json()]).toEqual([null, { title: 'a' }]);
  });

  it('of a failure in a coding is decoded too', async () => {
    const problem = gzipSync(
      JSON.stringify({ title: 'x', status: 409, detail: 'taken', code: 'TAKEN', kind: 'CONFLICT' }),
    );
    const { bodies } = await answering((response) => {
      response.writeHead(409, { 'content-type': 'application/problem+json', 'content-encoding': 'gzip' }).end(problem);
    });
    expect(await failure(bodies.value())).toMatchObject({ code: 'TAKEN' });
  });

  it.each([
    ['is no gzip', Buffer.from('hello')],
    ['breaks off', gzipSync(json).subarray(0, 12)],
    ['grows beyond the limit', gzipSync(Buffer.alloc(1_000_000))],
  ])('that %s is refused', async (_name, body) => {
    const { bodies } = await answering(encoded('application/json', body, 'gzip'));
    expect(await failure(bodies.value())).toMatchObject({ code: 'REPLY_INVALID', remote: true });
  });

  it.each([
    ['an array', 'application/json', '[{"title":"a"},{"title":"b"}]'],
    ['lines', 'application/x-ndjson', '{"title":"a"}\n{"title":"b"}\n'],
    [
      'events',
      'text/event-stream',
      ': hi\n\ndata: {"title":"a"}\r\n\r\nevent: x\nid: 1\ndata: {"title":\ndata: "b"}\n\ndata: cut',
    ],
  ])('that streams %s gives its items', async (_name, type, body) => {
    const { bodies } = await answering(encoded(type, body));
    expect(await collected(bodies.stream())).toEqual([{ title: 'a' }, { title: 'b' }]);
    const zipped = await answering(encoded(type, gzipSync(body), 'gzip'));
    expect(await collected(zipped.bodies.stream())).toEqual([{ title: 'a' }, { title: 'b' }]);
  });

  it('that streams events ends with the error that one of them tells of', async () => {
    const problem = JSON.stringify({ title: 'Gone', status: 503, detail: 'no more', code: 'SOLD_OUT' });
    const { bodies } = await answering(
      encoded('text/event-stream', `data: {"title":"a"}\n\nevent: error\ndata: ${problem}\n\n`),
    );
    const items = bodies.stream()[Symbol.asyncIterator]();
    expect((await items.next()).value).toEqual({ title: 'a' });
    expect(await failure(items.next())).toMatchObject({ code: 'SOLD_OUT', kind: 'UNAVAILABLE' });
  });

  it.each([
    ['lines', 'application/x-ndjson', '{"title":"a"}\n{"tit'],
    ['a long line', 'application/x-ndjson', `"${'a'.repeat(200_000)}"`],
    ['a long event', 'text/event-stream', `data: ${'a'.repeat(200_000)}`],
  ])('that streams %s wrongly is refused', async (_name, type, body) => {
    const { bodies } = await answering(encoded(type, body));
    expect(await failure(collected(bodies.stream()))).toMatchObject({ code: 'REPLY_INVALID' });
  });

  it('of a codec is decoded', async () => {
    const { bodies } = await answering(encoded('application/msgpack', encode({ title: 'a' })));
    expect(await bodies.value()).toEqual({ title: 'a' });
    const broken = await answering(encoded('application/msgpack', new Uint8Array([0xc1])));
    expect(await failure(broken.bodies.value())).toMatchObject({ code: 'REPLY_INVALID' });
  });
});

describe('a fetched request', () => {
  it('sends forms with files, blobs and streams', async () => {
    const far = await application({ ...OWN, 'servicecomb.service.name': 'far' }, BodiesService);
    const { host, port } = far.endpoints[0]!;
    const { rest: client } = await callerOf(`${host}:${port}`);
    const form = new FormData();
    form.append('note', 'n');
    form.append('file', new Blob(['hello'], { type: 'text/plain' }), 'a.txt');
    const post = async (path: string, body: unknown, headers = {}): Promise<unknown> =>
      (await client.fetch(`http://far/bodies/${path}`, { method: 'POST', body, headers })).json();
    expect(await post('file', form)).toEqual({ file: ['a.txt', 'text/plain', 'hello'], note: 'n' });
    expect(await post('bytes', new Blob(['ab']))).toBe('ab');
    expect(await post('bytes', stream(Buffer.from('a'), Buffer.from('b')))).toBe('ab');
    expect(await post('items', '{"title":"a"}', { 'content-type': 'application/x-ndjson' })).toEqual([{ title: 'a' }]);
  });

  it('reads a large answer in a coding as it comes', async () => {
    const bytes = Buffer.alloc(5_000_000, 'some text ');
    const { rest: client } = await answering(encoded('text/plain', gzipSync(bytes), 'gzip'));
    expect(Buffer.from(await (await client.fetch('http://far/large')).arrayBuffer()).equals(bytes)).toBe(true);
  });
});

describe('documents', () => {
  it('show files, streams and forms', () => {
    const { paths } = toOpenApi2([readSchema(Bodies)], { title: 'x', version: '1.0.0' }) as never as {
      paths: Record<
        string,
        { post: { consumes: string[]; parameters: { in: string; type?: string; name: string }[] } }
      >;
    };
    const parametersOf = (path: string): unknown =>
      paths[path]!.post.parameters.map(({ in: place, type, name }) => [place, type, name]);
    expect(parametersOf('/bodies/file')).toEqual([
      ['formData', 'file', 'file'],
      ['formData', 'string', 'note'],
    ]);
    expect(parametersOf('/bodies/form')).toEqual([
      ['formData', 'string', 'title'],
      ['formData', 'number', 'stars'],
    ]);
    expect(paths['/bodies/items']!.post.consumes).toEqual(['application/json', 'application/x-ndjson']);
    expect(paths['/bodies/bytes']!.post.parameters[0]).toMatchObject({ schema: { type: 'string', format: 'binary' } });
  });
});
