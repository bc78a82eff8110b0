import { HeaderMap, jsonSpec, systemClock, type OperationDefinition } from '@ts-chassis/core';
import { Agent, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { RawConnection, serve, type Serving, type ServingOptions } from './serving.fixture.js';

const anything = jsonSpec({});
let open: Serving[] = [];

afterEach(async () => {
  const closing = open;
  open = [];
  await Promise.all(closing.map(({ server }) => server.close()));
});

async function serving(options: ServingOptions = {}, run: () => unknown = () => 'pong'): Promise<Serving> {
  const operations: Record<string, OperationDefinition> = {
    word: { http: { method: 'GET', path: '/word' }, returns: anything, run },
  };
  const made = await serve(operations, options);
  open.push(made);
  return made;
}

function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  return { promise: new Promise<T>((done) => (resolve = done)), resolve };
}

describe('a listener', () => {
  it.each(['127.0.0.1', '::1', 'localhost'])('listens on %s and says where', async (host) => {
    const made = await serving({ host });
    expect(made.server.endpoint).toEqual({
      listener: 'rest',
      host: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      port: made.port,
      ssl: false,
    });
    const address = made.server.endpoint.host;
    expect(
      await (await fetch(`http://${address.includes(':') ? `[${address}]` : address}:${made.port}/word`)).json(),
    ).toBe('pong');
  });

  it('is one of several in a process, each with its own port', async () => {
    const [first, second] = [await serving({}, () => 1), await serving({}, () => 2)];
    expect(await (await fetch(`${first.origin}/word`)).json()).toBe(1);
    expect(await (await fetch(`${second.origin}/word`)).json()).toBe(2);
  });

  it('names itself and its address when the port is in use', async () => {
    const { port } = await serving();
    await expect(serve({}, { port })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: `listener rest: cannot listen on 127.0.0.1:${port}: the port is in use`,
    });
    await expect(serve({}, { host: '192.0.2.1' })).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  });

  it('refuses two operations on one route, naming both', async () => {
    const at = (path: string): OperationDefinition => ({
      http: { method: 'GET', path },
      run: () => undefined,
      parameters: { id: { place: 'path', type: String } },
    });
    await expect(serve({ find: at('/a/:id'), get: at('/a/{id}') })).rejects.toMatchObject({
      code: 'ROUTE_INVALID',
      message: expect.stringMatching(/test\.get: GET \/a\/\{id\} is routed twice, also to test\.find/),
    });
  });

  it('leaves out operations without a route', async () => {
    const made = await serve({ only: { run: () => undefined } });
    open.push(made);
    expect((await fetch(`${made.origin}/only`)).status).toBe(404);
  });
});

describe('trust', () => {
  const headers = {
    'x-cse-context': JSON.stringify({ 'x-cse-src-microservice': 'orders', tenant: 'acme', bad: 1 }),
    'x-cse-src-microservice': 'other',
    'x-chassis-timeout-ms': '1500',
  };

  it('believes peers on caller, context and time', async () => {
    const { origin, invocations } = await serving({ trust: 'peers' });
    await fetch(`${origin}/word`, { headers });
    const [{ source, context, deadline, headers: received }] = invocations as [Serving['invocations'][number]];
    expect([source.service, source.protocol, source.listener, source.trusted]).toEqual([
      'orders',
      'rest',
      'rest',
      true,
    ]);
    expect([...context.entries()]).toEqual([['tenant', 'acme']]);
    expect(deadline - systemClock.elapsed()).toBeLessThan(1501);
    expect(received).toBeInstanceOf(HeaderMap);
    expect(source.remoteAddress).toBe('127.0.0.1');
    await fetch(`${origin}/word`, { headers: { 'x-cse-src-microservice': 'flat' } });
    expect(invocations[1]!.source.service).toBe('flat');
  });

  it.each(['none', 'mtls'] as const)('believes nobody with %s', async (trust) => {
    const { origin, invocations } = await serving({ trust });
    await fetch(`${origin}/word`, { headers });
    const [{ source, context, deadline }] = invocations as [Serving['invocations'][number]];
    expect([source.service, source.trusted, context.size]).toEqual(['', false, 0]);
    expect(deadline - systemClock.elapsed()).toBeGreaterThan(3000);
  });

  it('never grants more time than the listener does', async () => {
    const { origin, invocations } = await serving({ trust: 'peers', limits: { timeoutMs: 1000 } });
    await fetch(`${origin}/word`, { headers: { 'x-chassis-timeout-ms': '60000' } });
    expect(invocations[0]!.deadline - systemClock.elapsed()).toBeLessThan(1001);
  });
});

describe('an invocation', () => {
  it('is cancelled when the client goes away, and the answer of others stays', async () => {
    const made = await serving({}, () => new Promise(() => undefined));
    const connection = new RawConnection(made.port);
    await connection.write('GET /word HTTP/1.1\r\nHost: a\r\n\r\n');
    while (made.invocations.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const cancelled = new Promise<unknown>((resolve) => made.invocations[0]!.onCancel(resolve));
    connection.socket.destroy();
    expect(await cancelled).toMatchObject({ kind: 'CANCELLED', code: 'CALL_CANCELLED' });
    expect(made.invocations[0]!.signal.aborted).toBe(true);
  });

  it('ends at the time limit of the listener with 504', async () => {
    const made = await serving({ limits: { timeoutMs: 50 } }, () => new Promise(() => undefined));
    const response = await fetch(`${made.origin}/word`);
    expect([response.status, await response.json()]).toEqual([504, expect.objectContaining({ code: 'CALL_DEADLINE' })]);
  });
});

describe('stopping', () => {
  it('answers what is under way, closes what is idle, takes nothing new', async () => {
    const answer = deferred<string>();
    const made = await serving({}, () => answer.promise);
    const idle = new RawConnection(made.port);
    const agent = new Agent({ keepAlive: true });
    const request = get(`${made.origin}/word`, { agent });
    while (made.invocations.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await made.server.stopAccepting();
    let drained = false;
    const draining = made.server.drain().then(() => (drained = true));
    await expect(fetch(`${made.origin}/word`)).rejects.toThrow();
    expect(drained).toBe(false);
    answer.resolve('late');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.headers.connection).toBe('close');
    expect(await response.toArray()).toEqual([Buffer.from('"late"')]);
    await draining;
    await made.server.close();
    expect(made.logged).toEqual([]);
    await idle.untilClosed();
    agent.destroy();
  });

  it('drains at once when nothing is under way, and closes twice without harm', async () => {
    const made = await serving();
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(get(`${made.origin}/word`, { agent }), 'response')) as [IncomingMessage];
    await response.toArray();
    await made.server.stopAccepting();
    await made.server.drain();
    await made.server.close();
    await made.server.close();
    agent.destroy();
  });

  it('breaks off at close what did not end', async () => {
    const made = await serving({}, () => new Promise(() => undefined));
    const running = fetch(`${made.origin}/word`);
    while (made.invocations.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await made.server.close();
    await expect(running).rejects.toThrow();
    expect(made.invocations[0]!.cancelled).toBe(true);
    const requests = [{ operation: 'test.word', ageMs: expect.any(Number) as number, remoteAddress: '127.0.0.1' }];
    expect(made.logged).toEqual([
      { message: 'requests are ended before their answer', fields: { listener: 'rest', count: 1, requests } },
    ]);
  });
});
