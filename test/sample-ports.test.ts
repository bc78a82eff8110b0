import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, Service } from './fixtures/service.js';

const folder = join(root, 'samples/ports');
const PORTS = { PORT: '0', ADMIN_PORT: '0', LEGACY_PORT: '0', VISITOR_PORT: '0' };
let sample: Service;
let store: Readonly<Record<string, string>>;
let visitor: string;

beforeAll(async () => {
  sample = new Service({ command: [join(folder, 'dist/main.js')], environment: PORTS, cwd: folder });
  store = endpoints(await sample.line(({ message, service }) => message === 'ready' && service === 'store'));
  visitor = endpoints(await sample.line(({ message, service }) => message === 'ready' && service === 'visitor'))[
    'rest'
  ]!;
});

afterAll(() => sample.stop());

/** Origins by listener. */
function endpoints({ endpoints: listed }: { readonly [field: string]: unknown }): Record<string, string> {
  return Object.fromEntries(
    (listed as readonly string[]).map((text) => [text.split(':')[0]!, text.replace(/^[^:]+/, 'http')]),
  );
}

const count = (origin: string, headers: Record<string, string>, body = '{"pieces":1}'): Promise<Response> =>
  fetch(`${origin}/stock/cheese`, { method: 'PUT', headers: { 'content-type': 'application/json', ...headers }, body });

describe('the sample ports', () => {
  it('has REST and gRPC on one port and two more', () => {
    expect(Object.keys(store).sort()).toEqual(['grpc', 'rest', 'rest-admin', 'rest-legacy']);
    expect(store['grpc']).toBe(store['rest']);
    expect(new Set(Object.values(store)).size).toBe(3);
  });

  it('offers each operation on its own port only', async () => {
    const status = async (listener: string, path: string): Promise<number> =>
      (await fetch(`${store[listener]}${path}`)).status;
    expect(await status('rest', '/stock/ham')).toBe(200);
    expect(await status('rest', '/v1/stock.txt')).toBe(404);
    expect(await status('rest-legacy', '/v1/stock.txt')).toBe(200);
    expect(await status('rest-legacy', '/stock/ham')).toBe(404);
    expect((await count(store['rest']!, { 'x-staff': 'me' })).status).toBe(405);
  });

  it('has a chain and limits of its own for a port', async () => {
    expect((await count(store['rest-admin']!, {})).status).toBe(403);
    expect((await count(store['rest-admin']!, { 'x-staff': 'me' })).status).toBe(200);
    const long = JSON.stringify({ pieces: 1, note: 'x'.repeat(200) });
    expect((await count(store['rest-admin']!, { 'x-staff': 'me' }, long)).status).toBe(413);
  });

  it('documents each port by itself', async () => {
    const paths = async (listener: string): Promise<string[]> => {
      const answer = await fetch(`${store[listener]}/apidocs.json`, { headers: { 'x-staff': 'me' } });
      const document = (await answer.json()) as { paths: object };
      return Object.keys(document.paths);
    };
    expect(await paths('rest')).toEqual(['/stock/{item}']);
    expect(await paths('rest-admin')).toEqual(['/stock/{item}']);
    expect(await paths('rest-legacy')).toEqual(['/v1/stock.txt']);
  });

  it('is called port by port, over REST and over gRPC', async () => {
    expect(await (await fetch(`${visitor}/visit/ports`)).json()).toEqual({
      admin: { item: 'bread', pieces: 3 },
      rest: { item: 'bread', pieces: 3 },
      grpc: { item: 'bread', pieces: 3 },
      legacy: expect.stringMatching(/bread;3\n$/) as string,
    });
  });
});
