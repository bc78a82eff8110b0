import {
  Arg,
  Field,
  Injectable,
  Module,
  Returns,
  Schema,
  silentLogger,
  type Plugin,
  type Services,
} from '@ts-chassis/core';
import { status, type ServiceError } from '@grpc/grpc-js';
import { Root } from 'protobufjs';
import descriptor from 'protobufjs/google/protobuf/descriptor.json';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import { asIs, ENGINES, Peer, startServing, type ServerEngine, type Serving } from '../server/serving.fixture.js';
import { HEALTH_PACKAGE, healthTypes } from './health-service.js';
import { reflectionTypes } from './reflection-service.js';

class Book {
  @Field() isbn!: string;
}

@Injectable()
@Schema({ id: 'catalog' })
class Catalog {
  @Rpc() @Returns(Book) find(@Arg('isbn') isbn: string): Promise<Book> {
    return Promise.resolve({ isbn });
  }
}

@Module({ schemas: [Catalog] })
class CatalogModule {}

let engine: ServerEngine;
let serving: Serving | undefined;
let peer: Peer | undefined;
let services: Services | undefined;

afterEach(async () => {
  await serving?.app.stop();
  peer?.close();
  serving = peer = undefined;
});

async function start(values: Readonly<Record<string, unknown>> = {}): Promise<Peer> {
  const spy: Plugin = { name: 'spy', install: (host) => host.onStart('services', (given) => void (services = given)) };
  serving = await startServing({ modules: [CatalogModule], logger: silentLogger, plugins: [spy], values, engine });
  return (peer = new Peer(serving.port, Catalog));
}

const health = healthTypes();
const healthType = (name: string) => health.lookupType(`${HEALTH_PACKAGE}.${name}`);
const asked = (service: string): Buffer => Buffer.from(healthType('HealthCheckRequest').encode({ service }).finish());
const told = (bytes: Buffer): unknown => healthType('HealthCheckResponse').decode(bytes).toJSON();
const failure = (call: Promise<unknown>): Promise<ServiceError> =>
  call.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: ServiceError) => error,
  );

describe.each(ENGINES)('health, by %s', (by) => {
  beforeEach(() => void (engine = by));

  it('says that requests are welcome, of the whole and of each service', async () => {
    const client = await start();
    for (const service of ['', 'catalog', 'grpc.health.v1.Health']) {
      const { value } = await client.send('/grpc.health.v1.Health/Check', asked(service), { read: told });
      expect(value).toEqual({ status: 'SERVING' });
    }
    const unknown = await failure(client.send('/grpc.health.v1.Health/Check', asked('other')));
    expect(unknown.code).toBe(status.NOT_FOUND);
    const { value } = await client.send('/grpc.health.v1.Health/List', Buffer.alloc(0), {
      read: (bytes) => healthType('HealthListResponse').decode(bytes).toJSON(),
    });
    expect(value).toMatchObject({ statuses: { catalog: { status: 'SERVING' } } });
  });

  it('says no while a check fails', async () => {
    const client = await start();
    services!.readiness.addCheck('stock', () => ({ ok: false }));
    const { value } = await client.send('/grpc.health.v1.Health/Check', asked(''), { read: told });
    expect(value).toEqual({ status: 'NOT_SERVING' });
  });

  it('tells watchers of a stop, and does not wait for them', async () => {
    const client = await start();
    const call = client.client.makeServerStreamRequest('/grpc.health.v1.Health/Watch', asIs, asIs, asked('catalog'));
    const items = call[Symbol.asyncIterator]();
    expect(told(((await items.next()) as { value: Buffer }).value)).toEqual({ status: 'SERVING' });
    const stopped = serving!.app.stop();
    expect(told(((await items.next()) as { value: Buffer }).value)).toEqual({ status: 'NOT_SERVING' });
    expect(await failure(items.next())).toMatchObject({ code: status.UNAVAILABLE });
    await stopped;
  });

  it('is not there when it is switched off', async () => {
    const client = await start({ 'servicecomb.grpc.health': false, 'servicecomb.grpc.reflection': false });
    const off = await failure(client.send('/grpc.health.v1.Health/Check', asked('')));
    expect(off.code).toBe(status.UNIMPLEMENTED);
  });
});

const files = Root.fromJSON(descriptor).lookupType('google.protobuf.FileDescriptorProto');

describe.each([
  ['grpc.reflection.v1', 'http2'],
  ['grpc.reflection.v1alpha', 'http2'],
  ['grpc.reflection.v1', 'grpc-js'],
] as const)('%s, by %s', (name, by) => {
  beforeEach(() => void (engine = by));

  const types = reflectionTypes(name);
  const request = types.lookupType(`${name}.ServerReflectionRequest`);
  const response = types.lookupType(`${name}.ServerReflectionResponse`);

  async function ask(client: Peer, ...questions: readonly object[]): Promise<Record<string, never>[]> {
    const path = `/${name}.ServerReflection/ServerReflectionInfo`;
    const call = client.client.makeBidiStreamRequest(path, asIs, asIs);
    for (const question of questions) call.write(Buffer.from(request.encode(request.fromObject(question)).finish()));
    call.end();
    const answers: Record<string, never>[] = [];
    for await (const bytes of call) answers.push(response.toObject(response.decode(bytes as Buffer)) as never);
    return answers;
  }

  it('lists services and describes them by symbol and by file, with all that they import', async () => {
    const client = await start();
    const [listed, bySymbol, ofHealth, unknown] = await ask(
      client,
      { listServices: '*' },
      { fileContainingSymbol: 'catalog.find' },
      { fileContainingSymbol: 'grpc.health.v1.Health' },
      { fileByFilename: 'nothing.proto' },
    );
    expect(listed).toMatchObject({
      listServicesResponse: {
        service: [
          { name: 'catalog' },
          { name: 'grpc.health.v1.Health' },
          { name: 'grpc.reflection.v1.ServerReflection' },
          { name: 'grpc.reflection.v1alpha.ServerReflection' },
        ],
      },
    });
    const described = (answer: unknown): readonly Record<string, unknown>[] => {
      const { fileDescriptorResponse } = answer as { fileDescriptorResponse: { fileDescriptorProto: Buffer[] } };
      return fileDescriptorResponse.fileDescriptorProto.map((bytes) => files.decode(bytes).toJSON());
    };
    expect(described(bySymbol)[0]).toMatchObject({
      name: 'catalog.proto',
      service: [{ name: 'catalog', method: [{ name: 'find' }] }],
    });
    expect(described(ofHealth)[0]).toMatchObject({ package: 'grpc.health.v1' });
    expect(unknown).toMatchObject({ errorResponse: { errorCode: status.NOT_FOUND } });
  });
});
