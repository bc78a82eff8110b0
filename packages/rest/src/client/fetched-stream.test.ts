import {
  createApplication,
  Handler,
  Module,
  Schema,
  Returns,
  settle,
  type Application,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Get } from '../decorators/routes.js';
import { rest } from '../plugin.js';
import { RestClient } from './rest-client.js';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n';
const settled: unknown[] = [];

@Handler('watch', { side: 'consumer', everywhere: true })
class Watch implements ChainHandler {
  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    return settle(await next(invocation), (error) => settled.push(error));
  }
}

@Schema({ id: 'front', path: '/front' })
class Front {
  constructor(private readonly client: RestClient) {}

  @Get()
  @Returns(String)
  async read(): Promise<string> {
    return (await this.client.fetch('http://peer/', { endpoint: peer.address })).text();
  }
}

@Module({ schemas: [Front], handlers: [Watch] })
class FrontModule {}

/** A peer that sends the head and a first chunk of its answer, and the rest when it is told to. */
class Peer {
  readonly server: Server = createServer((socket) => {
    this.sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(HEAD));
    socket.on('close', () => this.wake());
  });
  readonly sockets: Socket[] = [];
  wake: () => void = () => undefined;

  get address(): string {
    return `rest://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves when the connection of the call is closed. */
  async closed(): Promise<void> {
    while (!this.sockets[0]?.destroyed) await new Promise<void>((resolve) => (this.wake = resolve));
  }
}

let peer: Peer;
let app: Application;

async function start(values: Record<string, unknown> = {}): Promise<Application> {
  const made = createApplication({
    name: 'front',
    modules: [FrontModule],
    plugins: [rest()],
    signals: false,
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.lifecycle.drainDelay': 0,
        'servicecomb.log.level': 'error',
        ...values,
      },
    },
  });
  await made.start();
  return made;
}

beforeAll(async () => {
  app = await start();
  // What is loaded by the first call takes none of the time of those with a short one.
  await app
    .get(RestClient)
    .fetch('http://peer/', { endpoint: 'rest://127.0.0.1:1' })
    .catch(() => undefined);
});

afterAll(() => app.stop());

beforeEach(async () => {
  settled.length = 0;
  const made = (peer = new Peer());
  await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve));
  return () => {
    for (const socket of made.sockets) socket.destroy();
    made.server.close();
  };
});

describe('a fetched body that arrives later than its head', () => {
  it('is bounded by the deadline of the call', async () => {
    const response = await app.get(RestClient).fetch('http://peer/', { endpoint: peer.address, timeoutMs: 300 });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    await peer.closed();
    expect(settled).toHaveLength(1);
  });

  it('is bounded by it when nobody reads, too', async () => {
    const response = await app.get(RestClient).fetch('http://peer/', { endpoint: peer.address, timeoutMs: 300 });
    await peer.closed();
    await expect(response.text()).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
  });

  it('ends with the signal', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const response = await app.get(RestClient).fetch('http://peer/', { endpoint: peer.address, signal });
    const reader = response.body!.getReader();
    expect(String(Buffer.from((await reader.read()).value!))).toBe('ab');
    controller.abort();
    await expect(reader.read()).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await peer.closed();
  });

  it('ends when the client of the request around it goes away', async () => {
    const controller = new AbortController();
    const url = `http://127.0.0.1:${app.endpoints[0]!.port}/front`;
    const gone = fetch(url, { signal: controller.signal }).catch(() => 'gone');
    while (peer.sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await gone).toBe('gone');
    await peer.closed();
  });

  it('is over for the chain when it is read to its end', async () => {
    const response = await app.get(RestClient).fetch('http://peer/', { endpoint: peer.address });
    expect(settled).toEqual([]);
    peer.sockets[0]!.write('1\r\nc\r\n0\r\n\r\n');
    expect(await response.text()).toBe('abc');
    expect(settled).toEqual([undefined]);
  });

  it('is over for the chain, and its connection closed, when it is cancelled', async () => {
    const response = await app.get(RestClient).fetch('http://peer/', { endpoint: peer.address });
    await response.body!.cancel();
    expect(settled).toEqual([undefined]);
    await peer.closed();
  });

  it('fails when the connection breaks', async () => {
    const response = await app.get(RestClient).fetch('http://peer/', { endpoint: peer.address });
    peer.sockets[0]!.resetAndDestroy();
    await expect(response.text()).rejects.toMatchObject({ code: 'CALL_FAILED' });
  });
});

describe('the end of an application', () => {
  it('ends bodies that nobody read when its time is over, and refuses later calls', async () => {
    const stopped = await start({ 'servicecomb.lifecycle.stopStepTimeout': 100 });
    const client = stopped.get(RestClient);
    const response = await client.fetch('http://peer/', { endpoint: peer.address });
    await stopped.stop();
    await peer.closed();
    await expect(response.text()).rejects.toMatchObject({ code: 'CALL_FAILED' });
    await expect(client.fetch('http://peer/', { endpoint: peer.address })).rejects.toMatchObject({
      code: 'CALL_FAILED',
      message: expect.stringContaining('the application is stopped') as string,
    });
    expect(peer.sockets).toHaveLength(1);
  });
});
