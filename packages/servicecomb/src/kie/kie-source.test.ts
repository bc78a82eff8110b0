import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FakeKie } from './fake-kie.fixture.js';
import { APP, KieBench, SERVICE, VERSION, type Followed } from './kie-bench.fixture.js';

/** Real sockets on a busy machine. */
const PATIENCE_MS = 30_000;

let bench: KieBench;

beforeEach(() => {
  bench = new KieBench();
});
afterEach(() => bench.close());

/** Dimensions of a service with an environment. */
const ALL = 3;

async function followed(kie: FakeKie, options = {}): Promise<Followed> {
  const followed = await bench.follow(kie, options);
  await kie.polls(ALL);
  return followed;
}

describe('the values of KIE', { timeout: PATIENCE_MS }, () => {
  test('are those of the application, the service and its version, stronger in this order, and enabled', async () => {
    const kie = await bench.kie();
    for (const labels of [APP, SERVICE, VERSION]) kie.put({ key: 'from', value: JSON.stringify(labels), labels });
    kie.put({ key: 'app.only', value: '1', labels: APP });
    kie.put({ key: 'off', value: '1', labels: SERVICE, status: 'disabled' });
    kie.put({ key: 'strange', value: '1', labels: { ...APP, service: 'other' } });
    const layer = await bench.source(kie).load();
    expect(layer.values).toEqual({ from: JSON.stringify(VERSION), 'app.only': '1' });
    expect(layer.place('app.only')).toBe('kie app=shop,environment=test app.only revision 4');
    expect(kie.questions[0]!.url).toContain('label=app%3Ashop&label=environment%3Atest&match=exact&revision=-1');
  });

  test('without an environment are found with an empty label and without one', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'a', value: 'without', labels: { app: 'shop' } });
    kie.put({ key: 'b', value: 'without', labels: { app: 'shop' } });
    kie.put({ key: 'b', value: 'empty', labels: { app: 'shop', environment: '' } });
    const layer = await bench.source(kie, { environment: '' }).load();
    expect(layer.values).toEqual({ a: 'without', b: 'empty' });
  });

  test('of custom labels win', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'a', value: '1', labels: VERSION });
    kie.put({ key: 'a', value: '2', labels: { ...SERVICE, 'a&b': 'c d=é' } });
    expect((await bench.source(kie, { custom: { 'a&b': 'c d=é' } }).load()).values).toEqual({ a: '2' });
  });

  test('are trees by their type', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'pool', value: 'size: 5', type: 'yaml', labels: APP });
    kie.put({ key: 'pool.hosts', value: '["a"]', type: 'json', labels: APP });
    kie.put({ key: 'rule', value: 'rate: 1\n', type: 'text', labels: APP });
    expect((await bench.source(kie).load()).values).toEqual({ 'pool.size': 5, 'pool.hosts': ['a'], rule: 'rate: 1\n' });
  });

  test('that are more than one answer holds come in pages', async () => {
    const kie = await bench.kie();
    for (let index = 0; index < 250; index += 1) kie.put({ key: `key${index}`, value: String(index), labels: APP });
    kie.pageSize = 100;
    const { values } = await bench.source(kie).load();
    expect(Object.keys(values)).toHaveLength(250);
  });
});

describe('a long poll', { timeout: PATIENCE_MS }, () => {
  test('brings what is created, changed, disabled and deleted, down to the last of a dimension', async () => {
    const kie = await bench.kie();
    const { first, shows } = await followed(kie);
    expect(first.values).toEqual({});
    kie.put({ key: 'a', value: '1', labels: SERVICE });
    await shows({ a: '1' });
    kie.put({ key: 'a', value: '2', labels: SERVICE });
    await shows({ a: '2' });
    kie.put({ key: 'b', value: '2', labels: APP });
    await shows({ a: '2', b: '2' });
    kie.put({ key: 'b', value: '2', labels: APP, status: 'disabled' });
    await shows({ a: '2' });
    kie.delete('a', SERVICE);
    await shows({});
    expect(bench.lines.messages).toEqual([]);
  });

  test('waits as long as is configured, and is asked again', async () => {
    const kie = await bench.kie();
    await followed(kie);
    expect(kie.questions.at(-1)).toMatchObject({ wait: '30000ms', revision: '0' });
    const before = kie.questions.length;
    await bench.clock.advance(30_000);
    await kie.asked(before + ALL);
    expect(bench.lines.messages).toEqual([]);
  });

  test('changes of others bring no layer', async () => {
    const kie = await bench.kie();
    const { latest } = await followed(kie);
    const before = kie.questions.length;
    kie.put({ key: 'x', value: '1', labels: { app: 'other' } });
    await bench.clock.advance(30_000);
    // told of by the revision, listed, and the same
    await bench.advanceUntil(() => kie.questions.length >= before + 2 * ALL && kie.questions.at(-1)!.revision === '1');
    expect(latest()).toBeUndefined();
  });

  test('what a cache of the server hid is found soon after', async () => {
    const kie = await bench.kie();
    const { shows, latest } = await followed(kie);
    kie.shown = kie.stored;
    kie.put({ key: 'a', value: '1', labels: SERVICE });
    await bench.advanceUntil(() => kie.questions.some(({ revision, wait }) => revision === '1' && wait === '2000ms'));
    expect(latest()).toBeUndefined();
    kie.shown = undefined;
    await shows({ a: '1' });
  });

  test('a server that never waits is not asked without pause', async () => {
    const kie = await bench.kie();
    await bench.source(kie).load();
    kie.instead = (_, response) => {
      response.writeHead(304).end();
      return true;
    };
    await bench.follow(kie).catch(() => undefined);
    const before = kie.questions.length;
    const begun = bench.clock.elapsed();
    await bench.advanceUntil(() => bench.clock.elapsed() - begun > 60_000);
    expect(kie.questions.length - before).toBeLessThan(ALL * 30);
  });

  test('a revision that went back is said once, and what the server has now counts', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'a', value: '1', labels: SERVICE });
    kie.put({ key: 'b', value: '1', labels: SERVICE });
    const { first, shows } = await followed(kie);
    expect(first.values).toEqual({ a: '1', b: '1' });
    kie.lose();
    kie.put({ key: 'a', value: '0', labels: SERVICE });
    await shows({ a: '0' });
    const begun = bench.clock.elapsed();
    await bench.advanceUntil(() => bench.clock.elapsed() - begun > 60_000);
    const back = bench.lines.messages.filter((line) => line.includes('went back'));
    expect(back).toEqual([
      'kie: its revision went back from 2 to 1: it has lost or replaced data; what it has now counts',
    ]);
  });
});

describe('intervals', { timeout: PATIENCE_MS }, () => {
  test('ask with the revision, and are answered with changes alone', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'a', value: '1', labels: SERVICE });
    const { shows, latest } = await bench.follow(kie, { mode: 1 });
    await bench.advanceUntil(() => kie.questions.length >= 2 * ALL);
    expect(kie.questions.at(-1)).toMatchObject({ revision: '1', wait: null });
    expect(latest()).toBeUndefined();
    kie.put({ key: 'a', value: '2', labels: SERVICE });
    const begun = bench.clock.elapsed();
    await shows({ a: '2' });
    expect(bench.clock.elapsed() - begun).toBeLessThan(35_000);
  });
});

describe('a value that is wrong', { timeout: PATIENCE_MS }, () => {
  test('is said with its place, and leaves the last good one of its key', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'pool', value: '{"size": 5}', type: 'json', labels: SERVICE });
    kie.put({ key: 'other', value: '1', labels: SERVICE });
    const { shows } = await followed(kie);
    kie.put({ key: 'pool', value: '{"size": ', type: 'json', labels: SERVICE });
    await bench.advanceUntil(() => bench.lines.messages.length > 0);
    expect(bench.lines.messages).toEqual([
      expect.stringMatching(
        /^kie app=shop,environment=test,service=catalog pool revision 3: its json cannot be read: .*no JSON; its last good value stays, of revision 1$/,
      ),
    ]);
    kie.put({ key: 'other', value: '2', labels: SERVICE });
    await shows({ 'pool.size': 5, other: '2' });
    kie.delete('pool', SERVICE);
    await shows({ other: '2' });
    expect(bench.lines.messages).toHaveLength(1);
  });

  test('is left out where there was none, as are types and states that nobody knows', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'a', value: '<a/>', type: 'xml', labels: SERVICE });
    kie.put({ key: 'b', value: 'x', type: 'toml', labels: SERVICE });
    kie.put({ key: 'c', value: 'x', status: 'maybe', labels: SERVICE });
    kie.put({ key: 'd', value: 'x', labels: SERVICE });
    expect((await bench.source(kie).load()).values).toEqual({ d: 'x' });
    expect(bench.lines.messages).toHaveLength(3);
    expect(bench.lines.messages.join()).toMatch(/a revision 1: its xml.*b revision 2: its toml.*c revision 3: .*maybe/);
  });

  test('records without key or value are left out, the others are taken', async () => {
    const kie = await bench.kie();
    kie.instead = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-kie-revision': '1' });
      const good = { key: 'a', value: '1', status: 'enabled', labels: SERVICE };
      const data = [good, { ...good }, { key: 5 }, null, { key: 'b c', value: '1' }, { key: 'd' }];
      response.end(JSON.stringify({ total: data.length, data }));
      return true;
    };
    expect((await bench.source(kie).load()).values).toEqual({ a: '1' });
    expect(bench.lines.messages.length).toBeLessThanOrEqual(3 * ALL);
  });
});

describe('an outage', { timeout: PATIENCE_MS }, () => {
  test('leaves the last good values, is told once when it begins and once when it ends', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'a', value: '1', labels: SERVICE });
    const { latest, shows } = await followed(kie);
    await kie.stop();
    const begun = bench.clock.elapsed();
    await bench.advanceUntil(() => bench.clock.elapsed() - begun > 300_000);
    expect(bench.lines.messages).toEqual([expect.stringMatching(/^kie cannot be asked: .*the last good values stay/)]);
    expect(latest()).toBeUndefined();
    const again = await bench.kie({ port: kie.port });
    again.put({ key: 'a', value: '2', labels: SERVICE });
    await bench.advanceUntil(() => bench.lines.messages.length === 2);
    await shows({ a: '2' });
    expect(bench.lines.messages[1]).toBe('kie answers again');
  });

  test('at the start lasts until it is over, with growing pauses', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'a', value: '1', labels: SERVICE });
    kie.instead = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    const loading = bench.source(kie).load();
    const begun = bench.clock.elapsed();
    await bench.advanceUntil(() => bench.clock.elapsed() - begun > 120_000);
    expect(kie.questions.length).toBeLessThan(ALL * 12);
    kie.instead = undefined;
    let layer: Awaited<typeof loading> | undefined;
    void loading.then((loaded) => (layer = loaded));
    await bench.advanceUntil(() => layer !== undefined);
    expect(layer!.values).toEqual({ a: '1' });
    expect(bench.lines.messages).toHaveLength(2);
  });

  test.each([
    ['broken JSON', 'application/json', '{"total": 1, "da', { 'x-kie-revision': '1' }],
    ['no list', 'application/json', '{}', { 'x-kie-revision': '1' }],
    ['no revision', 'application/json', '{"total": 0, "data": []}', {}],
    ['a page of another program', 'text/html', '<html>', {}],
  ])('is what answers with %s', async (_name, type, body, headers) => {
    const kie = await bench.kie();
    kie.put({ key: 'a', value: '1', labels: SERVICE });
    const { latest } = await followed(kie);
    kie.instead = (_, response) => {
      response.writeHead(200, { 'content-type': type, ...(headers as Record<string, string>) }).end(body);
      return true;
    };
    await bench.clock.advance(30_000);
    await bench.advanceUntil(() => bench.lines.messages.length > 0);
    expect(bench.lines.messages).toEqual([expect.stringMatching(/^kie cannot be asked: KIE at http/)]);
    kie.instead = undefined;
    await bench.advanceUntil(() => bench.lines.messages.length === 2);
    expect(latest()).toBeUndefined();
  });

  test('a server that accepts and never answers is given up', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'a', value: '1', labels: SERVICE });
    const { latest } = await followed(kie);
    kie.instead = () => true;
    await bench.clock.advance(30_000);
    await bench.advanceUntil(() => bench.lines.messages.length > 0);
    expect(bench.lines.messages[0]).toContain('no whole answer');
    expect(latest()).toBeUndefined();
  });

  test('an answer of 10 MB is taken, one beyond the limit is not', async () => {
    const kie = await bench.kie();
    const value = 'x'.repeat(100_000);
    for (let index = 0; index < 100; index += 1) kie.put({ key: `key${index}`, value, labels: APP });
    expect(Object.keys((await bench.source(kie).load()).values)).toHaveLength(100);
    const loading = bench.source(kie, { connection: { maxBytes: 1_000_000 } }).load();
    loading.catch(() => undefined);
    await bench.advanceUntil(() => bench.lines.messages.length > 0);
    expect(bench.lines.messages[0]).toContain('1000000');
  });
});

describe('addresses and refusals', { timeout: PATIENCE_MS }, () => {
  test('the next address is asked when one fails', async () => {
    const [dead, kie] = [await bench.kie(), await bench.kie()];
    await dead.stop();
    kie.put({ key: 'a', value: '1', labels: SERVICE });
    const { first, shows } = await followed(kie, { addresses: [dead.url, kie.url] });
    expect(first.values).toEqual({ a: '1' });
    kie.put({ key: 'a', value: '2', labels: SERVICE });
    await shows({ a: '2' });
  });

  test('a question that is refused does not hold up the others', async () => {
    const kie = await bench.kie();
    kie.put({ key: 'a', value: '1', labels: SERVICE });
    let values: unknown;
    void bench.follow(kie, { custom: { time: '10:30' } }).then(({ first }) => (values = first.values));
    await bench.advanceUntil(() => values !== undefined);
    expect(values).toEqual({ a: '1' });
    expect(bench.lines.messages).toEqual([expect.stringMatching(/time=10:30 was refused: invalid: labels \(400001\)/)]);
    kie.instead = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    await bench.advanceUntil(() => bench.lines.messages.length === 2);
    expect(bench.lines.messages[1]).toMatch(/^kie cannot be asked: .*503/);
  });

  test('a source that is closed asks no more, and a start that waits for it ends', async () => {
    const kie = await bench.kie();
    kie.instead = () => true;
    const source = bench.source(kie);
    const loading = source.load();
    await kie.asked(ALL);
    source.close();
    await expect(loading).rejects.toThrow('closed');
    const before = kie.questions.length;
    await bench.clock.advance(120_000);
    expect(kie.questions).toHaveLength(before);
    expect(bench.clock.pending).toBe(0);
  });
});
