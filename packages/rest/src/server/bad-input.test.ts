import { jsonSpec, type OperationDefinition } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { RawConnection, serve, type Serving, type ServingOptions } from './serving.fixture.js';

const anything = jsonSpec({});
let open: Serving[] = [];
let connections: RawConnection[] = [];

afterEach(async () => {
  for (const { socket } of connections) socket.destroy();
  const closing = open;
  open = [];
  connections = [];
  await Promise.all(closing.map(({ server }) => server.close()));
});

async function serving(options?: ServingOptions): Promise<Serving> {
  const operations: Record<string, OperationDefinition> = {
    echo: {
      http: { method: 'POST', path: '/echo' },
      parameters: { body: { place: 'body', type: anything, optional: true } },
      returns: anything,
      run: (body: unknown) => ({ body }),
    },
    word: { http: { method: 'GET', path: '/word' }, returns: String, run: () => 'pong' },
    query: {
      http: { method: 'GET', path: '/query' },
      parameters: { a: { place: 'query', type: String, optional: true } },
      returns: anything,
      run: (a: unknown) => ({ a }),
    },
  };
  const made = await serve(operations, options);
  open.push(made);
  return made;
}

function connectTo({ port }: Serving): RawConnection {
  const connection = new RawConnection(port);
  connections.push(connection);
  return connection;
}

async function postTo(made: Serving, body: string | Buffer): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${made.origin}/echo`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  return { status: response.status, body: await response.json() };
}

const isAlive = async ({ origin }: Serving): Promise<boolean> =>
  (await (await fetch(`${origin}/word`)).text()) === '"pong"';

describe('a hostile body', () => {
  it.each([
    ['broken JSON', '{"a":'],
    ['text behind the JSON', '{} {}'],
    ['no JSON at all', 'hello'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['a key that is a prototype', '{"a":{"__proto__":{"admin":true}}}'],
    ['the same, escaped', '{"\\u005f_proto__":1}'],
    ['a constructor with a prototype', '[{"constructor":{"prototype":{"admin":true}}}]'],
    ['deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['deep nesting of objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`],
  ])('with %s is refused', async (_name, body) => {
    const made = await serving();
    expect(await postTo(made, body)).toEqual({
      status: 400,
      body: expect.objectContaining({ code: 'BODY_MALFORMED' }),
    });
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    expect(await isAlive(made)).toBe(true);
  });

  it.each([
    ['brackets in strings', { text: '[{'.repeat(1000) }],
    ['64 levels', JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`) as unknown],
    ['the words alone', { note: '__proto__ and "constructor" and \u0001' }],
  ])('is not mistaken for one with %s', async (_name, value) => {
    expect(await postTo(await serving(), JSON.stringify(value))).toEqual({ status: 200, body: { body: value } });
  });

  it('may be empty where it is optional', async () => {
    const made = await serving();
    const response = await fetch(`${made.origin}/echo`, { method: 'POST' });
    expect(await response.json()).toEqual({});
    expect(await postTo(made, '')).toEqual({ status: 200, body: {} });
  });

  it('is refused by its announced length before it is read', async () => {
    const made = await serving({ limits: { maxBodyBytes: 100 } });
    const connection = connectTo(made);
    await connection.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n{',
    );
    const text = await connection.until(/BODY_TOO_LARGE/);
    expect(text).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
    expect(text).toMatch(/connection: close/i);
    expect(await isAlive(made)).toBe(true);
  });

  it('of 100 MB is refused when it has grown too large, and the client still reads the answer', async () => {
    const made = await serving({ limits: { maxBodyBytes: 1_000_000 } });
    const connection = connectTo(made);
    await connection.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const mebibyte = Buffer.alloc(1024 * 1024, 0x20);
    for (let count = 0; count < 100 && !connection.closed; count++) {
      await connection.write('100000\r\n');
      await connection.write(mebibyte);
      await connection.write('\r\n');
    }
    expect(await connection.until(/BODY_TOO_LARGE/)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await isAlive(made)).toBe(true);
  });

  it('is not asked for when it is not wanted', async () => {
    const made = await serving({ limits: { maxBodyBytes: 100 } });
    const refused = connectTo(made);
    await refused.write('POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n');
    expect(await refused.until(/BODY_TOO_LARGE/)).toMatch(/^HTTP\/1\.1 413 /);
    const wanted = connectTo(made);
    await wanted.write('POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    expect(await wanted.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 100 Continue\r\n/);
    await wanted.write('{}');
    expect(await wanted.until(/\{"body":\{\}\}/)).toContain('HTTP/1.1 200 OK');
  });

  it('that is half sent ends the invocation, and nothing else', async () => {
    const made = await serving();
    const connection = connectTo(made);
    await connection.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":',
    );
    while (made.invocations.length === 0) await isAliveTurn();
    const cancelled = new Promise<unknown>((resolve) => made.invocations[0]!.onCancel(resolve));
    connection.socket.destroy();
    expect(await cancelled).toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await isAlive(made)).toBe(true);
  });

  it.each([
    ['by the deadline of the request', undefined],
    ['by the watch over connections', standingClock()],
  ])('that is sent too slowly is answered 408 %s', async (_name, clock) => {
    const made = await serving({ limits: { timeoutMs: 200 }, ...(clock && { clock }) });
    const connection = connectTo(made);
    await connection.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":',
    );
    const text = await connection.until(/"code":"REQUEST_TIMEOUT"/);
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(text).toMatch(/connection: close/i);
    expect(await isAlive(made)).toBe(true);
  });

  it('with a broken chunk is answered 400', async () => {
    const made = await serving();
    const connection = connectTo(made);
    await connection.write('POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n');
    const text = await connection.untilClosed();
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toContain('"code":"REQUEST_MALFORMED"');
  });

  it('that nobody reads does not spoil the connection', async () => {
    const made = await serving();
    const connection = connectTo(made);
    const request = (length: number, body: string): string =>
      `GET /word HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n${body}`;
    await connection.write(request(5, 'hello'));
    await connection.until(/"pong"/);
    await connection.write(request(0, ''));
    expect(await connection.until(/"pong"[^]*"pong"/)).not.toMatch(/connection: close/i);
  });
});

describe('a hostile head', () => {
  it('of 10,000 headers is answered 431', async () => {
    const made = await serving();
    const connection = connectTo(made);
    const headers = Array.from({ length: 10_000 }, (_, index) => `a${index}: b\r\n`).join('');
    await connection.write(`GET /word HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
    const text = await connection.untilClosed();
    expect(text).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(text).toContain('"code":"HEADERS_TOO_LARGE"');
    expect(await isAlive(made)).toBe(true);
  });

  it('of more than a thousand small headers is answered 431 too', async () => {
    const made = await serving({ limits: { maxHeaderBytes: 1024 * 1024 } });
    const connection = connectTo(made);
    await connection.write(`GET /word HTTP/1.1\r\nHost: a\r\n${'a:b\r\n'.repeat(1500)}\r\n`);
    expect(await connection.until(/HEADERS_TOO_LARGE/)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('that comes too slowly is answered 408', async () => {
    const made = await serving({ limits: { timeoutMs: 100 } });
    const connection = connectTo(made);
    await connection.write('GET /word HTTP/1.1\r\nHost: a\r\nX-Slow:');
    const text = await connection.untilClosed();
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(text).toContain('application/problem+json');
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['two lengths', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
    [
      'a length and chunks',
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 'GET /word HTTP/1.1\r\n\r\n'],
  ])('with %s is answered 400', async (_name, request) => {
    const made = await serving();
    const connection = connectTo(made);
    await connection.write(request);
    expect(await connection.untilClosed()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(await isAlive(made)).toBe(true);
  });

  it('that breaks off leaves nothing behind', async () => {
    const made = await serving();
    const connection = connectTo(made);
    await connection.write('GET /word HTT');
    connection.socket.destroy();
    expect(await isAlive(made)).toBe(true);
  });

  it('may name its target in full, as proxies do', async () => {
    const made = await serving();
    const connection = connectTo(made);
    await connection.write('GET http://a.example/word?x HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await connection.until(/"pong"/)).toContain('200 OK');
    await connection.write('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await connection.until(/Allow/)).toContain('Allow: GET, HEAD, OPTIONS, POST');
  });
});

describe('a hostile query', () => {
  it.each([
    ['broken percent signs', 'a=%zz', 400],
    ['overlong UTF-8', 'a=%c0%ae', 400],
    ['more than a thousand parameters', 'b=1&'.repeat(1001), 400],
    ['a thousand parameters', 'b=1&'.repeat(1000), 200],
    ['prototypes', '__proto__=1&constructor=2&a[__proto__]=3', 200],
  ])('with %s', async (_name, query, status) => {
    const made = await serving();
    const response = await fetch(`${made.origin}/query?${query}`);
    expect(response.status).toBe(status);
    expect(await isAlive(made)).toBe(true);
  });
});

/** A turn of the event loop. */
const isAliveTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what Node would answer by itself', () => {
  it.each([
    ['a request without Host', 'GET /word HTTP/1.1\r\n\r\n', '400 Bad Request', 'REQUEST_MALFORMED'],
    [
      'an odd expectation',
      'POST /echo HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nContent-Length: 2\r\n\r\n{}',
      '417 Expectation Failed',
      'EXPECTATION_FAILED',
    ],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', '405 Method Not Allowed', 'METHOD_NOT_ALLOWED'],
  ])('for %s is a problem like others, and seen', async (_name, request, status, code) => {
    const made = await serving();
    const connection = connectTo(made);
    await connection.write(request);
    const text = await connection.until(new RegExp(`"code":"${code}"`));
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\\r\\n`));
    expect(text).toContain('application/problem+json');
    expect(made.invocations.map(({ operation }) => operation.id)).toEqual(['none.unmatched']);
    expect(await isAlive(made)).toBe(true);
  });

  it('closes a connection that asked for a tunnel, without waiting for its other end', async () => {
    const made = await serving({ clock: standingClock() });
    const connection = connectTo(made);
    await connection.write('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\nGET /word HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await connection.untilClosed()).toMatch(/allow: GET, HEAD, OPTIONS, POST\r\n/i);
    expect(made.invocations).toHaveLength(1);
  });

  it('leaves HTTP/1.0, which has no Host, alone', async () => {
    const connection = connectTo(await serving());
    await connection.write('GET /word HTTP/1.0\r\n\r\n');
    expect(await connection.untilClosed()).toMatch(/^HTTP\/1\.1 200 OK/);
  });
});

/** Deadlines never come, so that what ends the request is the connection's own watch. */
function standingClock(): NonNullable<ServingOptions['clock']> {
  return { now: () => 0, elapsed: () => 0, after: () => () => undefined, sleep: () => Promise.resolve() };
}
