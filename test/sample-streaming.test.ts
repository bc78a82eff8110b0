import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, Service } from './fixtures/service.js';

const folder = join(root, 'samples/streaming');
let sample: Service;
let address: string;

beforeAll(async () => {
  const environment = { PORT: '0', PRICES_EVERY_MS: '5' };
  sample = new Service({ command: [join(folder, 'dist/main.js')], environment, cwd: folder });
  address = await sample.ready();
});

afterAll(() => sample.stop());

/** The events that a client hears before it leaves. */
async function listen(count: number, headers: Record<string, string> = {}): Promise<string> {
  const leaving = new AbortController();
  const response = await fetch(`${address}/prices/live`, { headers, signal: leaving.signal });
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.split('\n\n').length > count) break;
  }
  leaving.abort();
  return text.split('\n\n').slice(0, count).join('\n\n');
}

describe('the sample streaming', () => {
  it('lists prices as an array, as lines and as events', async () => {
    const list = async (accept: string): Promise<string> =>
      (await fetch(`${address}/prices?count=2`, { headers: { accept } })).text();
    const [first, second] = JSON.parse(await list('application/json')) as readonly object[];
    expect(first).toEqual({ id: 1, symbol: 'CHEESE', cents: 319 });
    expect(await list('application/x-ndjson')).toBe(`${JSON.stringify(first)}\n${JSON.stringify(second)}\n`);
    expect(await list('text/event-stream')).toBe(
      `data: ${JSON.stringify(first)}\n\ndata: ${JSON.stringify(second)}\n\n`,
    );
  });

  it('goes on telling prices from where a client left', async () => {
    expect(await listen(2)).toBe('retry: 1000\n\nevent: price\nid: 1\ndata: {"id":1,"symbol":"CHEESE","cents":319}');
    expect(await listen(3, { 'last-event-id': '41' })).toMatch(/id: 42\n.*\n\nevent: price\nid: 43\n/);
  });

  it('exports a table, compressed', async () => {
    const asked = get(`${address}/prices/export`, { headers: { 'accept-encoding': 'gzip' } });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const lines = String(gunzipSync(Buffer.concat(chunks))).split('\n');
    expect([response.headers['content-encoding'], lines[0], lines.length]).toEqual([
      'gzip',
      'id,symbol,cents',
      100_002,
    ]);
  });

  it('has a page that listens', async () => {
    expect(await (await fetch(`${address}/`)).text()).toContain('prices.js');
    expect((await fetch(`${address}/prices.js`)).headers.get('content-type')).toMatch('text/javascript');
  });

  it('stops while clients listen', async () => {
    const response = await fetch(`${address}/prices/live`);
    const reader = response.body!.getReader();
    await reader.read();
    const stopped = sample.stop();
    while (!(await reader.read()).done);
    expect(await stopped).toBe(0);
  });
});
