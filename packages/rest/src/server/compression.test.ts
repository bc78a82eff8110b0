import { jsonSpec, replyWith, type OperationDefinition } from '@ts-chassis/core';
import { once } from 'node:events';
import { get as request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { brotliDecompressSync, createBrotliDecompress, createGunzip, gunzipSync, inflateSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { ETagKey } from '../decorators/etag.js';
import { serve, type Serving } from './serving.fixture.js';

const anything = jsonSpec({});
const long = 'ab'.repeat(2000);
let open: Serving[] = [];

afterEach(async () => {
  const closing = open;
  open = [];
  await Promise.all(closing.map(({ server }) => server.close()));
});

function get(path: string, more: object = {}): { http: { method: string; path: string } } {
  return { http: { method: 'GET', path, ...more } };
}

const operations: Readonly<Record<string, OperationDefinition>> = {
  long: { ...get('/long'), returns: anything, run: () => ({ long }) },
  short: { ...get('/short'), returns: anything, run: () => ({ a: 1 }) },
  image: { ...get('/image', { produces: ['image/png'] }), returns: anything, run: () => Buffer.alloc(4000) },
  coded: {
    ...get('/coded', { produces: ['text/plain'] }),
    returns: anything,
    run: () => replyWith(long, { headers: { 'content-encoding': 'x-own' } }),
  },
  fixed: {
    ...get('/fixed', { headers: [['cache-control', 'no-transform']] }),
    returns: anything,
    run: () => ({ long }),
  },
  tagged: {
    ...get('/tagged'),
    returns: anything,
    run: () => replyWith({ long }, { headers: { etag: '"v1"' } }),
  },
  weak: { ...get('/weak'), returns: anything, run: () => replyWith({ long }, { headers: { etag: 'W/"v1"' } }) },
  made: { ...get('/made'), marks: new Map([[ETagKey, true]]) as never, returns: anything, run: () => ({ long }) },
  ranges: {
    ...get('/ranges', { produces: ['text/plain'], headers: [['accept-ranges', 'bytes']] }),
    returns: anything,
    run: () => long,
  },
  nothing: { ...get('/nothing'), run: () => undefined },
  csv: {
    ...get('/csv', { produces: ['text/csv'] }),
    returns: { type: anything, stream: true },
    run: () => Readable.from([Buffer.from(long), Buffer.from('end')]),
  },
};

async function serving(more: Readonly<Record<string, OperationDefinition>> = {}): Promise<Serving> {
  const made = await serve(
    { ...operations, ...more },
    { answers: { compression: { minBytes: 1024 }, etag: false, heartbeatMs: 0 } },
  );
  open.push(made);
  return made;
}

/** The answer as it came, nothing decoded. */
async function raw(
  { origin }: Serving,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; body: Buffer }> {
  const asked = request(origin + path, { headers, method });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

const decoders: Record<string, (body: Buffer) => Buffer> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  deflate: inflateSync,
};

describe('an answer', () => {
  it.each([
    ['gzip', 'gzip'],
    ['deflate', 'deflate'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *;q=0.1', 'gzip'],
    ['GZIP', 'gzip'],
  ])('is compressed as %j asks: %s', async (accept, coding) => {
    const made = await serving();
    const { headers, body } = await raw(made, '/long', { 'accept-encoding': accept });
    expect([headers['content-encoding'], headers.vary]).toEqual([coding, 'Accept-Encoding']);
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(body.length).toBeLessThan(200);
    expect(JSON.parse(String(decoders[coding]!(body)))).toEqual({ long });
  });

  it.each(['', 'identity', 'zstd', 'gzip;q=0', 'identity, gzip;q=0.1', `${'x,'.repeat(5000)}y`])(
    'is left as it is for %.40j',
    async (accept) => {
      const made = await serving();
      const { headers, body } = await raw(made, '/long', { 'accept-encoding': accept });
      expect([headers['content-encoding'], headers.vary, body.length]).toEqual([undefined, 'Accept-Encoding', 4011]);
    },
  );

  it.each([
    ['/short', undefined],
    ['/image', undefined],
    ['/coded', 'x-own'],
    ['/fixed', undefined],
    ['/ranges', undefined],
    ['/nothing', undefined],
  ])('at %s keeps its coding: %s', async (path, coding) => {
    const made = await serving();
    const { headers } = await raw(made, path, { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBe(coding);
  });

  it('without the option is never compressed', async () => {
    const made = await serve(operations);
    open.push(made);
    const { headers } = await raw(made, '/long', { 'accept-encoding': 'gzip' });
    expect([headers['content-encoding'], headers.vary]).toEqual([undefined, undefined]);
  });

  it('has the head of GET for HEAD', async () => {
    const made = await serving();
    const { status, headers, body } = await raw(made, '/long', { 'accept-encoding': 'gzip' }, 'HEAD');
    expect([status, headers['content-encoding'], headers.vary, headers['content-length'], body.length]).toEqual([
      200,
      'gzip',
      'Accept-Encoding',
      undefined,
      0,
    ]);
  });

  it('has a tag of its own for each coding', async () => {
    const made = await serving();
    const tagOf = async (path: string, coding: string): Promise<unknown> =>
      (await raw(made, path, { 'accept-encoding': coding })).headers.etag;
    expect([await tagOf('/tagged', 'identity'), await tagOf('/tagged', 'gzip'), await tagOf('/tagged', 'br')]).toEqual([
      '"v1"',
      '"v1-gzip"',
      '"v1-br"',
    ]);
    expect(await tagOf('/weak', 'gzip')).toBe('W/"v1"');
    expect(await tagOf('/made', 'gzip')).toMatch(/^"[\w+/]{27}-gzip"$/);
    const status = async (tag: string, coding: string): Promise<unknown> => {
      const answer = await raw(made, '/tagged', { 'accept-encoding': coding, 'if-none-match': tag });
      expect(answer.headers['content-encoding']).toBe(answer.status === 304 ? undefined : coding);
      return answer.status;
    };
    expect([await status('"v1-gzip"', 'gzip'), await status('"v1-br"', 'gzip')]).toEqual([304, 200]);
  });
});

describe('a stream', () => {
  it('is compressed as a whole where it is bytes', async () => {
    const made = await serving();
    const { headers, body } = await raw(made, '/csv', { 'accept-encoding': 'gzip' });
    expect([headers['content-encoding'], headers['content-length']]).toEqual(['gzip', undefined]);
    expect(String(gunzipSync(body))).toBe(`${long}end`);
  });

  it.each([
    ['application/x-ndjson', 'gzip', () => createGunzip()],
    ['text/event-stream', 'br', () => createBrotliDecompress()],
  ])('of items arrives item by item, as %s in %s', async (accept, coding, decoder) => {
    let resume!: () => void;
    const second = new Promise<void>((resolve) => (resume = resolve));
    const made = await serving({
      items: {
        ...get('/items'),
        returns: { type: anything, stream: true },
        run: async function* () {
          yield 1;
          await second;
          yield 2;
        },
      },
    });
    const asked = request(`${made.origin}/items`, { headers: { accept, 'accept-encoding': coding } });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect([response.headers['content-encoding'], response.headers.vary]).toEqual([coding, 'Accept, Accept-Encoding']);
    const decoded = response.pipe(decoder()).setEncoding('utf8');
    const [first] = (await once(decoded, 'data')) as [string];
    expect(first).toMatch(/^(?:data: )?1\n+$/);
    resume();
    let rest = '';
    for await (const chunk of decoded) rest += String(chunk);
    expect(rest).toMatch(/^(?:data: )?2\n+$/);
  });

  it('ends its source when the client leaves in the middle', async () => {
    let ended!: () => void;
    const over = new Promise<void>((resolve) => (ended = resolve));
    const made = await serving({
      endless: {
        ...get('/endless'),
        returns: { type: anything, stream: true },
        run: async function* () {
          try {
            for (;;) yield Math.PI.toString().repeat(1000);
          } finally {
            ended();
          }
        },
      },
    });
    const asked = request(`${made.origin}/endless`, { headers: { 'accept-encoding': 'gzip' } });
    asked.on('error', () => undefined);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    await once(response, 'data');
    response.destroy();
    await over;
    await made.server.stopAccepting();
    await made.server.drain();
  });
});
