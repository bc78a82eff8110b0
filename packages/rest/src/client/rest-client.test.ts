import {
  ChassisError,
  Invocation,
  jsonSpec,
  systemClock,
  type CallOptions,
  type CallTarget,
  type OperationDefinition,
  type Reply,
} from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { serve, type Serving } from '../server/serving.fixture.js';
import { HttpClientTransport } from './http-client-transport.js';
import { withoutTls } from './without-tls.fixture.js';
import { ConsumerRestClient, type RestClient } from './rest-client.js';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((clean) => clean()));
});

interface Fetching extends Serving {
  readonly client: RestClient;
  readonly calls: { readonly target: CallTarget; readonly options: CallOptions }[];
}

const anything = jsonSpec({});
const echo: OperationDefinition = {
  http: { method: 'POST', path: '/echo', consumes: ['*/*'] },
  parameters: { body: { place: 'body', type: anything, optional: true } },
  returns: anything,
  run: (body: unknown) => ({ body: body instanceof Uint8Array ? String(Buffer.from(body)) : body }),
};

/** The client over a consumer that picks the one server there is. */
async function fetching(operations: Record<string, OperationDefinition>): Promise<Fetching> {
  const serving = await serve(operations, { trust: 'peers' });
  const transport = new HttpClientTransport({
    clock: systemClock,
    limits: { value: { maxBodyBytes: 1_000_000, maxIdleConnections: 4 } },
    tls: withoutTls,
  });
  cleanups.push(
    () => serving.server.close(),
    () => transport.close(),
  );
  const calls: Fetching['calls'] = [];
  const client = new ConsumerRestClient({
    call(target: CallTarget, args: readonly unknown[], options: CallOptions = {}): Promise<Reply> {
      calls.push({ target, options });
      const source = { service: 'orders', protocol: '', trusted: true };
      const invocation = new Invocation({
        operation: target.operation,
        service: target.service,
        source,
        args,
        endpoint: serving.server.endpoint,
      });
      options.signal?.addEventListener('abort', () => invocation.cancel(options.signal!.reason));
      return transport.send(invocation);
    },
  });
  return { ...serving, client, calls };
}

describe('RestClient.fetch', () => {
  it('fills the template in, adds the query and gives a Response', async () => {
    const { client, calls } = await fetching({
      find: {
        http: { method: 'GET', path: '/books/:isbn' },
        parameters: { isbn: { place: 'path', type: String }, a: { place: 'query', type: [String] } },
        returns: anything,
        run: (...args: unknown[]) => args,
      },
    });
    const response = await client.fetch('http://Catalog:admin/books/{isbn}?a=1', {
      path: { isbn: 'x/y' },
      query: { a: ['2 3', 4], b: undefined },
      timeoutMs: 200,
    });
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      200,
      'application/json',
      ['x/y', ['1', '2 3', '4']],
    ]);
    expect(calls[0]!.target.service).toBe('Catalog');
    expect(calls[0]!.target.operation.id).toBe('Catalog.GET /books/{isbn}');
    expect(calls[0]!.options).toMatchObject({ protocol: 'rest', port: 'admin', timeoutMs: 200 });
  });

  it('is one operation for a template whatever its values, and for a service and verb without one', async () => {
    const { client, calls } = await fetching({});
    for (const isbn of ['1', '2']) await client.fetch('http://catalog/books/{isbn}', { path: { isbn } });
    for (const path of ['/a', '/b?x=1', '']) await client.fetch(`http://catalog${path}`);
    await client.fetch('http://catalog/a', { method: 'delete' });
    const operations = calls.map(({ target }) => target.operation);
    expect(operations[0]).toBe(operations[1]);
    expect(new Set(operations.slice(2, 5)).size).toBe(1);
    expect(operations.map(({ id }) => id).slice(4)).toEqual(['catalog.GET', 'catalog.DELETE']);
  });

  it('is an operation of its own without names in braces, where the path is said to be one', async () => {
    const { client, calls } = await fetching({});
    for (const path of ['/lock', '/lock?x=1', '/count', '']) await client.fetch(`http://catalog${path}`, { path: {} });
    await client.fetch('http://catalog/lock');
    expect(calls.map(({ target }) => target.operation.id)).toEqual([
      ...['catalog.GET /lock', 'catalog.GET /lock', 'catalog.GET /count'],
      calls[3]!.target.operation.id,
      'catalog.GET',
    ]);
  });

  it.each([
    ['text', 'grün', 'grün'],
    ['bytes', Buffer.from('grün'), 'grün'],
    ['JSON', { a: [1] }, { a: [1] }],
    ['a form', new URLSearchParams({ a: 'b c' }), ['a', 'b c']],
    ['nothing', undefined, undefined],
  ])('sends %s', async (_name, body, received) => {
    const bytes: OperationDefinition = {
      ...echo,
      http: { ...echo.http!, path: '/bytes' },
      parameters: { body: { place: 'body', type: Buffer } },
    };
    const { client } = await fetching({ echo, bytes });
    const path = body instanceof Uint8Array ? 'bytes' : 'echo';
    const response = await client.fetch(`http://catalog/${path}`, { method: 'POST', body });
    expect(await response.json()).toEqual(received === undefined ? {} : { body: received });
  });

  it('resolves on 4xx and 5xx, as fetch does', async () => {
    const { client } = await fetching({
      broken: {
        http: { method: 'GET', path: '/broken' },
        run: () => {
          throw new ChassisError('UNAVAILABLE', 'no');
        },
      },
    });
    const response = await client.fetch('http://catalog/broken');
    expect([response.ok, response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      false,
      503,
      'no',
    ]);
    expect((await client.fetch('http://catalog/none')).status).toBe(404);
  });

  it('gives large bodies as they arrive, and HEAD and empty answers without', async () => {
    const { client } = await fetching({
      large: {
        http: { method: 'GET', path: '/large', produces: ['text/plain'] },
        returns: String,
        run: () => 'x'.repeat(300_000),
      },
      nothing: { http: { method: 'GET', path: '/nothing' }, run: () => undefined },
    });
    expect((await (await client.fetch('http://catalog/large')).text()).length).toBe(300_000);
    const head = await client.fetch('http://catalog/large', { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['300000', '']);
    expect((await client.fetch('http://catalog/nothing')).status).toBe(204);
    await (await client.fetch('http://catalog/large')).body!.cancel();
  });

  it('rejects when it is aborted', async () => {
    const { client, invocations } = await fetching({
      slow: { http: { method: 'GET', path: '/slow' }, run: () => new Promise(() => undefined) },
    });
    const controller = new AbortController();
    const running = client.fetch('http://catalog/slow', { signal: controller.signal });
    const rejected = expect(running).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    while (invocations.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await rejected;
  });

  it.each([
    'catalog/books',
    'ftp://catalog/',
    'http:///books',
    'http://[::1]/books',
    'http://a b/',
    'http://user@catalog/',
    'http://cata{log}/',
  ])('refuses %s', async (url) => {
    const { client } = await fetching({});
    await expect(client.fetch(url)).rejects.toMatchObject({ code: 'FETCH_INVALID' });
  });

  it('refuses missing and stray path values', async () => {
    const { client } = await fetching({});
    await expect(client.fetch('http://catalog/{a}/{b}', { path: { a: 1 } })).rejects.toThrow(/needs a value for "b"/);
    await expect(client.fetch('http://catalog/{a}', { path: { a: 1, c: 2 } })).rejects.toThrow(/has no parameter "c"/);
  });
});
