import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  clientOf,
  createApplication,
  readSchema,
  remote,
  Returns,
  Schema,
  silentLogger,
  type Application,
  type Client,
  type Plugin,
  type Services,
} from '@ts-chassis/core';
import { Body, Get, Param, Post, rest } from '@ts-chassis/rest';
import { afterEach, describe, expect, it } from 'vitest';
import { Coalesce } from '../coalesce/decorator.js';
import { installCoalesce } from '../coalesce/install.js';
import { GovernanceEvents } from '../events/governance-events.js';
import { Hedge } from '../hedge/decorator.js';
import { Timeout } from '../timeout/decorator.js';
import { installTimeout } from '../timeout/install.js';
import { Retry } from './decorator.js';
import { installRetry } from './install.js';

@Schema({ id: 'books', path: '/books' })
@Retry({ attempts: 3 })
class Books {
  @Get('/:isbn')
  @Returns(String)
  find(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Post()
  @Returns(String)
  add(@Body() isbn: string): Promise<string> {
    return remote();
  }

  @Timeout(200)
  @Get('/slow/:isbn')
  @Returns(String)
  slow(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Hedge({ delayMs: 20 })
  @Get('/hedged/:isbn')
  @Returns(String)
  hedged(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Coalesce()
  @Get('/shared/:isbn')
  @Returns(String)
  shared(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const governed: Plugin = {
  name: 'governed',
  install(host) {
    host.provideFrom(GovernanceEvents, (services) => new GovernanceEvents(services.logger));
    installCoalesce(host);
    installRetry(host);
    installTimeout(host);
  },
};

const servers: Server[] = [];
let app: Application;
/** What arrived: instance, method and attempt. */
let arrived: string[];

/** As many servers as answers are given, each an instance of the service `books`. */
async function start(answers: readonly Answer[], values: Record<string, unknown> = {}): Promise<Client<Books>> {
  arrived = [];
  const addresses: string[] = [];
  for (const [index, answer] of answers.entries()) {
    const server = createServer((request, response) => {
      arrived.push(`${index} ${request.method} ${request.headers['x-chassis-attempt'] ?? 1}`);
      request.resume();
      answer(request, response, arrived.length);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    addresses.push(`rest://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
  let services: Services | undefined;
  const spy: Plugin = { name: 'spy', install: (host) => host.onStart('spy', (given) => void (services = given)) };
  app = createApplication({
    ...{ name: 'caller', logger: silentLogger, signals: false, plugins: [rest(), governed, spy] },
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.registry.type': 'static',
        'servicecomb.registry.static': { books: addresses },
        ...values,
      },
    },
  });
  await app.start();
  return clientOf(services!.consumer, { schema: readSchema(Books), service: 'books', options: {} }) as Client<Books>;
}

afterEach(async () => {
  await app.stop();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const says =
  (text: string): Answer =>
  (_request, response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(text));
const fails =
  (status: number): Answer =>
  (_request, response) =>
    void response.writeHead(status).end();
const resets: Answer = (request) => request.socket.destroy();
const hangs: Answer = () => undefined;

describe('over REST', () => {
  it('a GET goes to the other instance when one answers 503, a POST does not', async () => {
    const books = await start([fails(503), fails(503)]);
    await expect(books.find('1')).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
    expect(arrived.map((line) => line.slice(2))).toEqual(['GET 1', 'GET 2', 'GET 3']);
    arrived.length = 0;
    await expect(books.add('1')).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
    expect(arrived).toHaveLength(1);
  });

  it('a POST is sent again when its instance refuses the connection', async () => {
    const books = await start([says('added'), fails(500)]);
    const [, dead] = servers;
    await new Promise((resolve) => dead!.close(resolve));
    expect(await Promise.all([books.add('1'), books.add('2'), books.add('3')])).toEqual(['added', 'added', 'added']);
    expect(new Set(arrived)).toContain('0 POST 2');
  });

  it('a POST is not sent again when the connection is reset after it was sent', async () => {
    const books = await start([resets]);
    await expect(books.add('1')).rejects.toMatchObject({ code: 'CALL_FAILED' });
    expect(arrived).toEqual(['0 POST 1']);
  });

  it('a status counts by servicecomb.transport.failure, where that lists some', async () => {
    const books = await start([fails(500)], { 'servicecomb.transport.failure.rest': 'http_500' });
    await expect(books.find('1')).rejects.toMatchObject({ kind: 'INTERNAL' });
    expect(arrived).toHaveLength(3);
  });

  it('a timeout ends the request on the wire', async () => {
    let closed: (() => void) | undefined;
    const wasClosed = new Promise<void>((resolve) => (closed = resolve));
    const books = await start([(request) => void request.socket.once('close', () => closed!())]);
    await expect(books.slow('1')).rejects.toMatchObject({ code: 'TIMED_OUT' });
    await wasClosed;
    expect(arrived).toHaveLength(1);
  });

  it('each try has its time, and the next one is served', async () => {
    const books = await start([hangs, says('found')], { 'servicecomb.governance.retry.perTryTimeoutMs': 50 });
    expect([await books.find('1'), await books.find('2')]).toEqual(['found', 'found']);
    expect(arrived).toContain('0 GET 1');
    expect(arrived).toContain('1 GET 2');
  });

  it('a hedge overtakes an instance that hangs', async () => {
    const books = await start([hangs, says('found')]);
    expect([await books.hedged('1'), await books.hedged('2')]).toEqual(['found', 'found']);
  });

  it('equal calls are one request', async () => {
    const books = await start([says('found')]);
    expect(await Promise.all([books.shared('1'), books.shared('1'), books.shared('1')])).toEqual([
      'found',
      'found',
      'found',
    ]);
    expect(arrived).toEqual(['0 GET 1']);
  });
});
