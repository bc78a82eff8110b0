import {
  createApplication,
  Field,
  Injectable,
  Module,
  Returns,
  Schema,
  silentLogger,
  type Application,
} from '@ts-chassis/core';
import { grpc, Rpc } from '@ts-chassis/grpc';
import { Get, Param, rest } from '@ts-chassis/rest';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';

class Book {
  @Field() isbn!: string;
}

@Injectable()
@Schema({ id: 'catalog', path: '/books', listeners: ['rest', 'grpc'] })
class Catalog {
  @Rpc() @Get('/:isbn') @Returns(Book) find(@Param('isbn') isbn: string): Promise<Book> {
    return Promise.resolve({ isbn });
  }
}

@Module({ schemas: [Catalog] })
class CatalogModule {}

let app: Application | undefined;

afterEach(async () => {
  await app?.stop();
  app = undefined;
});

function builtEntry(name: string): string {
  return join(__dirname, `../packages/${name}/dist/index.js`);
}

function find(port: number): Promise<Buffer> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const asIs = (bytes: Buffer): Buffer => bytes;
  return new Promise<Buffer>((resolve, reject) => {
    client.makeUnaryRequest(
      '/catalog/find',
      asIs,
      asIs,
      Buffer.from([0x0a, 1, 0x31]),
      (error: ServiceError | null, reply) => {
        client.close();
        if (error) reject(error);
        else resolve(reply!);
      },
    );
  });
}

describe('a listener of gRPC', () => {
  it.each(['http2', 'grpc-js'] as const)('by %s may share its port with one of REST', async (engine) => {
    app = createApplication({
      ...{
        name: 'tried',
        logger: silentLogger,
        signals: false,
        modules: [CatalogModule],
        plugins: [rest(), grpc({ server: { engine } })],
      },
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: {
          'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
          'servicecomb.protocols.grpc.sharedWith': 'rest',
          'servicecomb.registry.disabled': true,
          'servicecomb.lifecycle.drainDelay': 0,
        },
      },
    });
    await app.start();
    const ports = new Set(app.endpoints.map(({ port }) => port));
    expect(ports.size).toBe(1);
    const [port] = ports;
    expect(await (await fetch(`http://127.0.0.1:${port}/books/1`)).json()).toEqual({ isbn: '1' });
    expect(await find(port!)).toEqual(Buffer.from([0x0a, 1, 0x31]));
  });

  it.each([
    ['http2', false],
    ['grpc-js', true],
  ])('by %s is served with grpc-js loaded: %s', async (engine, isLoaded) => {
    const script = `const { createApplication } = require(${JSON.stringify(builtEntry('core'))});
      const { grpc } = require(${JSON.stringify(builtEntry('grpc'))});
      const app = createApplication({ name: 'tried', signals: false, plugins: [grpc({ server: { engine: '${engine}' } })],
        configuration: { directory: false, environment: false, commandLine: false, values: {
          'servicecomb.protocols.grpc.listenAddress': '127.0.0.1:0', 'servicecomb.registry.disabled': true,
          'servicecomb.lifecycle.drainDelay': 0, 'servicecomb.log.level': 'error' } } });
      app.start().then(async () => {
        const isLoaded = Object.keys(require.cache).some((name) => name.includes('grpc-js'));
        console.log(JSON.stringify([app.endpoints.length, isLoaded]));
        await app.stop();
      });`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual([1, isLoaded]);
  });

  it('loads nothing of gRPC while it is only declared', async () => {
    const entry = builtEntry('grpc');
    const script = `const { Rpc, grpc } = require(${JSON.stringify(entry)}); grpc();
      const built = process.moduleLoadList.filter((name) => name === 'NativeModule http2');
      const loaded = Object.keys(require.cache).filter((name) => /grpc-js|protobufjs|proto-loader/.test(name));
      console.log(JSON.stringify([typeof Rpc, ...built, ...loaded]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual(['function']);
  });
});
