import {
  ChassisError,
  createApplication,
  Field,
  Injectable,
  jsonSpec,
  Module,
  Remote,
  remote,
  Returns,
  Schema,
  silentLogger,
  type Application,
  type Client,
} from '@ts-chassis/core';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { fileOf } from '../binding/multipart/file-of.js';
import { FileUpload } from '../binding/multipart/file-upload.js';
import type { Part } from '../binding/multipart/part.js';
import { Consumes } from '../decorators/consumes.js';
import { Body } from '../decorators/parameters.js';
import { Get, Post } from '../decorators/routes.js';
import { Multipart, UploadedFiles } from '../decorators/uploads.js';
import { rest } from '../plugin.js';
import { RestClient } from './rest-client.js';

const anything = jsonSpec({});

class Item {
  @Field() title!: string;
}

@Schema({ id: 'sinks', path: '/sinks' })
abstract class Sinks {
  @Post('/files')
  @Returns()
  files(@UploadedFiles('files') _files: FileUpload[]): Promise<void> {
    return remote();
  }

  @Post('/parts')
  @Returns()
  parts(@Multipart() _parts: AsyncIterable<Part>): Promise<void> {
    return remote();
  }

  @Post('/items')
  @Returns()
  items(@Body(Item, { stream: true }) _items: AsyncIterable<Item>): Promise<void> {
    return remote();
  }

  @Post('/array')
  @Consumes('application/json')
  @Returns()
  array(@Body(Item, { stream: true }) _items: AsyncIterable<Item>): Promise<void> {
    return remote();
  }

  @Post('/bytes')
  @Consumes('application/octet-stream')
  @Returns()
  bytes(@Body() _body: Readable): Promise<void> {
    return remote();
  }

  @Get('/value') @Returns(anything) value(): Promise<unknown> {
    return remote();
  }
}

@Injectable()
class Caller {
  constructor(
    @Remote(Sinks, { service: 'far' }) readonly sinks: Client<Sinks>,
    readonly rest: RestClient,
  ) {}
}

@Module({ providers: [Caller] })
class CallerModule {}

let application: Application | undefined;
const servers: Server[] = [];

afterEach(async () => {
  await application?.stop();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** The address of a server that takes in whatever comes, and answers what is got only, counting it. */
async function counting(count: () => void = () => undefined): Promise<string> {
  const server = createServer((request, response) => {
    request.on('error', () => undefined).resume();
    if (request.method !== 'GET') return;
    count();
    response.setHeader('content-type', 'application/json').end('{}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function callerOf(...addresses: readonly string[]): Promise<Caller> {
  application = createApplication({
    modules: [CallerModule],
    plugins: [rest()],
    signals: false,
    logger: silentLogger,
    configuration: {
      directory: false,
      environment: false,
      commandLine: false,
      values: {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.registry.register': 'manual',
        'servicecomb.registry.type': 'static',
        'servicecomb.registry.static.far': addresses.map((address) => `rest://${address}`),
      },
    },
  });
  await application.start();
  return application.get(Caller);
}

/** Gives out one item, then fails. */
async function* breaking<T>(error: Error, item: T): AsyncIterable<T> {
  yield await Promise.resolve(item);
  throw error;
}

function posted({ rest: client }: Caller, body: unknown): Promise<Response> {
  return client.fetch('http://far/sinks/bytes', { method: 'POST', body });
}

function failure(running: Promise<unknown>): Promise<unknown> {
  return running.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
}

describe('a source of a body that breaks', () => {
  it.each<readonly [string, (caller: Caller, error: Error) => Promise<unknown>]>([
    ['items', ({ sinks }, error) => sinks.items(breaking(error, { title: 'a' }))],
    ['an array of items', ({ sinks }, error) => sinks.array(breaking(error, { title: 'a' }))],
    ['bytes', ({ sinks }, error) => sinks.bytes(breaking(error, Buffer.from('a')) as Readable)],
    ['a Node stream', ({ sinks }, error) => sinks.bytes(Readable.from(breaking(error, Buffer.from('a'))))],
    ['a Node stream that failed before', ({ sinks }, error) => sinks.bytes(new Readable().destroy(error))],
    ['parts', ({ sinks }, error) => sinks.parts(breaking<Part>(error, { kind: 'field', name: 'a', value: 'b' }))],
    ['a file', ({ sinks }, error) => sinks.files([fileOf(breaking(error, Buffer.from('a')))])],
    ['a fetched body', (caller, error) => posted(caller, breaking(error, 'a'))],
    ['a fetched Node stream that failed before', (caller, error) => posted(caller, new Readable().destroy(error))],
  ])('is not blamed on the callee: %s', async (_name, send) => {
    const caller = await callerOf(await counting());
    const own = { kind: 'INTERNAL', code: 'SOURCE_FAILED', remote: false };

    const broke = new Error('it broke');
    const message = 'the source of a streamed body failed: it broke';
    expect(await failure(send(caller, broke))).toMatchObject({ ...own, message, cause: broke });

    const failed = new ChassisError('UNAVAILABLE', 'another call', { code: 'CALL_FAILED' });
    expect(await failure(send(caller, failed))).toMatchObject({ ...own, cause: failed });

    const answered = new ChassisError('NOT_FOUND', 'another answer', { remote: true });
    expect(await failure(send(caller, answered))).toMatchObject({ ...own, cause: answered });

    const meant = new ChassisError('INVALID_ARGUMENT', 'too much', { code: 'BODY_TOO_LARGE' });
    expect(await failure(send(caller, meant))).toBe(meant);
  });

  it('leaves the instance in use', async () => {
    const asked = [0, 0];
    const { sinks } = await callerOf(await counting(() => asked[0]!++), await counting(() => asked[1]!++));
    for (let call = 0; call < 2; call++) {
      const error = await failure(sinks.items(breaking(new Error('it broke'), { title: 'a' })));
      expect(error).toMatchObject({ code: 'SOURCE_FAILED' });
      await sinks.value();
    }
    for (let call = 0; call < 4; call++) await sinks.value();
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(2);
  });
});

describe('a source of a body', () => {
  it('that gives out neither text nor bytes is refused, and ended', async () => {
    const { sinks } = await callerOf(await counting());
    const source = Readable.from([{ title: 'a' }, { title: 'b' }]);
    expect(await failure(sinks.bytes(source))).toMatchObject({
      code: 'SOURCE_FAILED',
      message: 'the source of a streamed body: expected text or bytes, got object',
    });
    expect(source.destroyed).toBe(true);
  });

  it('is ended when there is no connection to send it over', async () => {
    const { sinks } = await callerOf('127.0.0.1:1');
    const source = new Readable({ read: () => undefined });
    const closed = once(source, 'close');
    expect(await failure(sinks.bytes(source))).toMatchObject({ code: 'CALL_FAILED', remote: false });
    await closed;
    expect(source.destroyed).toBe(true);
  });
});
