import {
  createApplication,
  Field,
  Implements,
  Injectable,
  jsonSpec,
  Module,
  remote,
  Remote,
  Returns,
  Schema,
  silentLogger,
  withOptions,
  type Client,
  type Invocation,
  type Reply,
} from '@ts-chassis/core';
import {
  Body,
  Consumes,
  Context,
  fileOf,
  fileReply,
  FileUpload,
  Form,
  Get,
  Multipart,
  Post,
  producedType,
  Put,
  requirePreconditions,
  rest,
  Socket,
  Sse,
  sse,
  Upgrade,
  UploadedFile,
  UploadedFiles,
  type Part,
  type ServerSentEvent,
  type UpgradeRequest,
} from '@ts-chassis/rest';
import { TestApplication } from '@ts-chassis/testing';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';

const anything = jsonSpec({});

class Item {
  @Field({ minLength: 1 }) title!: string;
  @Field({ optional: true }) addedAt?: Date;
}

@Schema({ id: 'all', path: '/all' })
class All {
  @Post('/file')
  @Returns(anything)
  file(@UploadedFile('file') _file: FileUpload, @Form('note') _note: string): Promise<unknown> {
    return remote();
  }

  @Post('/files')
  @Returns([String])
  files(@UploadedFiles('files') _files: FileUpload[]): Promise<string[]> {
    return remote();
  }

  @Post('/parts')
  @Returns([String])
  parts(@Multipart() _parts: AsyncIterable<Part>): Promise<string[]> {
    return remote();
  }

  @Post('/items')
  @Returns([Item])
  items(@Body(Item, { stream: true }) _items: AsyncIterable<Item>): Promise<Item[]> {
    return remote();
  }

  @Post('/bytes')
  @Consumes('application/octet-stream')
  @Returns(String)
  bytes(@Body() _body: Readable): Promise<string> {
    return remote();
  }

  @Get('/context')
  @Returns(anything)
  context(@Context() _invocation?: Invocation): Promise<unknown> {
    return remote();
  }

  @Put('/guarded')
  @Returns(String)
  guarded(@Body() _item: Item, @Context() _invocation?: Invocation): Promise<string> {
    return remote();
  }

  @Sse('/events')
  @Returns(Item, { stream: true })
  events(@Context() _invocation?: Invocation): AsyncIterable<Item | ServerSentEvent<Item>> {
    return remote();
  }

  @Upgrade('/chat')
  chat(@Socket() _upgrade?: UpgradeRequest, @Context() _invocation?: Invocation): void {}

  @Get('/download')
  download(): Promise<Reply> {
    return remote();
  }
}

async function collected(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const text = async (chunks: AsyncIterable<unknown>): Promise<string> =>
  String(Buffer.concat((await collected(chunks)) as Buffer[]));

@Implements(All)
class AllService extends All {
  ended: (() => void) | undefined;

  override async file(file: FileUpload, note: string): Promise<unknown> {
    return [file.filename, file.type, String(await file.bytes()), note];
  }

  override files(files: FileUpload[]): Promise<string[]> {
    return Promise.all(files.map((file) => text(file.stream())));
  }

  override async parts(parts: AsyncIterable<Part>): Promise<string[]> {
    const found: string[] = [];
    for await (const part of parts) found.push(part.kind === 'field' ? part.value : await text(part.content));
    return found;
  }

  override async items(items: AsyncIterable<Item>): Promise<Item[]> {
    return (await collected(items)) as Item[];
  }

  override async bytes(body: Readable): Promise<string> {
    return `${body instanceof Readable}: ${await text(body)}`;
  }

  override context(invocation?: Invocation): Promise<unknown> {
    const { operation, signal } = invocation!;
    return Promise.resolve([operation.id, signal.aborted, producedType(invocation!) ?? 'nothing said']);
  }

  override guarded(item: Item, invocation?: Invocation): Promise<string> {
    requirePreconditions(invocation!, { etag: '"1"', required: true });
    return Promise.resolve(item.title);
  }

  override async *events(invocation?: Invocation): AsyncIterable<Item | ServerSentEvent<Item>> {
    try {
      yield { title: 'first' };
      yield sse({ data: { title: 'second', addedAt: new Date(0) }, id: '2' });
      yield sse({ retryMs: 1000 });
      await new Promise((resolve) => invocation!.signal.addEventListener('abort', resolve, { once: true }));
    } finally {
      this.ended?.();
    }
  }

  override download(): Promise<Reply> {
    return fileReply(__filename);
  }
}

@Injectable()
class Caller {
  constructor(@Remote(All, { service: 'all' }) readonly all: Client<All>) {}
}

@Module({ schemas: [AllService], providers: [Caller] })
class AllModule {}

@Module({ providers: [Caller] })
class CallerModule {}

type Scene = { readonly client: Client<All>; readonly service: AllService };

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A caller and the service in one application, with REST beside. */
async function inProcess(): Promise<Scene> {
  const app = createApplication({
    name: 'all',
    ...{ modules: [AllModule], plugins: [rest()], signals: false, logger: silentLogger },
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.registry.register': 'manual',
      },
    },
  });
  await app.start();
  closing.push(() => app.stop());
  return { client: app.get(Caller).all, service: app.get(AllService) };
}

async function underTest(): Promise<Scene> {
  const t = await TestApplication.create({ modules: [AllModule] });
  closing.push(() => t.stop());
  return { client: t.client(All), service: t.get(AllService) };
}

async function* stream<T>(...items: readonly T[]): AsyncIterable<T> {
  for (const item of items) yield await Promise.resolve(item);
}

describe.each([
  ['in process', inProcess],
  ['of TestApplication', underTest],
])('a call %s of what is made for HTTP', (_name, start) => {
  it('hands files over with the fields beside them', async () => {
    const { client } = await start();
    const file = fileOf('hello', { filename: 'a.txt', type: 'text/plain' });
    expect(await client.file(file, 'note')).toEqual(['a.txt', 'text/plain', 'hello', 'note']);
    expect(await client.files([fileOf(stream(Buffer.from('a'), Buffer.from('b'))), fileOf('c')])).toEqual(['ab', 'c']);
    await expect(client.file(Buffer.from('hello') as never, 'note')).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: 'all.file: "file": expected a file, got a Buffer',
    });
  });

  it('hands over streams of parts, of items and of bytes', async () => {
    const { client } = await start();
    const content = Readable.from([Buffer.from('x')]);
    const file: Part = { kind: 'file', name: 'f', filename: 'f', type: 'text/plain', content };
    expect(await client.parts(stream<Part>({ kind: 'field', name: 'a', value: '1' }, file))).toEqual(['1', 'x']);
    const items = [{ title: 'a', addedAt: new Date(0), more: 'dropped' }, { title: 'b' }];
    expect(await client.items(stream(...items))).toEqual([{ title: 'a', addedAt: new Date(0) }, { title: 'b' }]);
    await expect(client.items(stream({ title: 'a' }, { title: '' }))).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      details: { faults: [expect.objectContaining({ pointer: '/1/title' })] },
    });
    expect(await client.bytes(Readable.from([Buffer.from('a'), Buffer.from('b')]))).toBe('true: ab');
    expect(await client.bytes(stream(Buffer.from('a'), Buffer.from('b')) as never)).toBe('true: ab');
    expect(await client.bytes(Buffer.from('ab') as never)).toBe('true: ab');
    await expect(client.bytes({ a: 1 } as never)).rejects.toThrow(/"_body": expected a stream of bytes, got/);
  });

  it('fills in the invocation', async () => {
    const { client } = await start();
    expect(await client.context()).toEqual(['all.context', false, 'nothing said']);
    expect(await client.context({ forged: true } as never)).toEqual(['all.context', false, 'nothing said']);
    await expect(client.guarded({ title: 'a' })).rejects.toMatchObject({ code: 'PRECONDITION_REQUIRED' });
  });

  it('gives the data of events until they are left or cancelled', async () => {
    const { client, service } = await start();
    const left = new Promise<void>((resolve) => (service.ended = resolve));
    const seen: unknown[] = [];
    for await (const item of client.events()) if (seen.push(item) === 2) break;
    expect(seen).toEqual([{ title: 'first' }, { title: 'second', addedAt: new Date(0) }]);
    await left;
    const cancelled = new Promise<void>((resolve) => (service.ended = resolve));
    const controller = new AbortController();
    const items = withOptions(client, { signal: controller.signal }).events()[Symbol.asyncIterator]();
    await items.next();
    await items.next();
    const third = items.next().catch((error: unknown) => error);
    controller.abort(new Error('the reader left'));
    expect(await third).toMatchObject({ kind: 'CANCELLED' });
    await cancelled;
  });

  it('refuses what exists over HTTP only', async () => {
    const { client } = await start();
    const { chat } = client as unknown as { chat(): Promise<void> };
    await expect(chat()).rejects.toMatchObject({ kind: 'UNIMPLEMENTED', remote: true });
    await expect(client.download()).rejects.toThrow(/all\.download: .*FileBody.* its own protocol only/);
  });
});

it('a fake takes files and streams as well, and its answer is that of a service', async () => {
  const t = await TestApplication.create({ modules: [CallerModule] }).fakeRemote(
    All,
    {},
    {
      file: async (file, note) => [String(await file.bytes()), note],
      items: async (items) => (await collected(items)) as Item[],
      bytes: async (body) => text(body),
    },
  );
  closing.push(() => t.stop());
  const { all } = t.get(Caller);
  expect(await all.file(fileOf('hello'), 'note')).toEqual(['hello', 'note']);
  expect(await all.items(stream({ title: 'a', addedAt: new Date(0) }))).toEqual([{ title: 'a', addedAt: new Date(0) }]);
  expect(await all.bytes(Readable.from([Buffer.from('ab')]))).toBe('ab');
});
