import { VirtualClock } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { Bench, ControlPlane, json } from './control-plane.fixture.js';

const bench = new Bench();
afterEach(async () => {
  await bench.close();
  bench.lines.all.length = 0;
});

const ask = { method: 'GET', path: '/a' } as const;
const askedFor = (plane: ControlPlane, path: string): number => plane.asked.filter(({ url }) => url === path).length;

describe('several addresses', () => {
  it('are asked in turn, and another answers when one fails, which is told once', async () => {
    const planes = [await bench.plane(), await bench.plane()] as const;
    const connection = bench.connection(planes.map(({ url }) => url));
    for (let time = 0; time < 4; time += 1) await connection.request(ask);
    expect(planes.map((plane) => askedFor(plane, '/a'))).toEqual([2, 2]);
    planes[0].answer = json({ errorCode: '500003' }, 500);
    for (let time = 0; time < 4; time += 1) {
      await expect(connection.request(ask)).resolves.toMatchObject({ status: 200, address: planes[1].url });
    }
    expect(planes.map((plane) => askedFor(plane, '/a'))).toEqual([3, 6]);
    expect(bench.lines.all).toEqual([
      {
        level: 'warn',
        message: `service-center at ${planes[0].url} fails: others are asked first`,
        fields: { reason: 'status 500: {"errorCode":"500003"}' },
      },
    ]);
  });

  it('are asked again though all of them fail', async () => {
    const planes = [await bench.plane(), await bench.plane()] as const;
    const connection = bench.connection(planes.map(({ url }) => url));
    for (const plane of planes) plane.answer = json({}, 503);
    await expect(connection.request(ask)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: `service-center at ${planes[1].url} (and 1 more addresses): GET /a: status 503: {}`,
    });
    for (const plane of planes) plane.answer = json({});
    await expect(connection.request(ask)).resolves.toMatchObject({ status: 200 });
  });

  it('are not to blame for a path that none of them has, but one is that others have', async () => {
    const planes = [await bench.plane(), await bench.plane()] as const;
    const connection = bench.connection(planes.map(({ url }) => url));
    const missing: ControlPlane['answer'] = (_, response) => void response.writeHead(404).end('404 page not found');
    for (const plane of planes) plane.answer = missing;
    await expect(connection.request(ask)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER_INVALID' });
    expect(bench.lines.all).toEqual([]);
    planes[1].answer = json({});
    for (let time = 0; time < 4; time += 1) await connection.request(ask);
    expect(bench.lines.messages).toEqual([`service-center at ${planes[0].url} fails: others are asked first`]);
    expect(askedFor(planes[0], '/a')).toBeLessThanOrEqual(2);
  });

  it('are looked at while there are several; two good looks bring one back', async () => {
    const clock = new VirtualClock();
    const planes = [await bench.plane(), await bench.plane()] as const;
    const probe = { path: '/ready', everyMs: 15_000 };
    const connection = bench.connection(
      planes.map(({ url }) => url),
      { clock, probe },
    );
    // it knows no such path, and is there
    for (const plane of planes) {
      plane.answer = (asked, response) =>
        asked.url === '/ready' ? void response.writeHead(404).end('404 page not found') : json({})(asked, response);
    }
    const healthy = planes[0].answer;
    planes[0].answer = json({}, 500);
    await connection.request(ask);
    await connection.request(ask);
    expect(askedFor(planes[0], '/a')).toBe(1);
    planes[0].answer = healthy;
    for (let look = 2; look <= 3; look += 1) {
      while (clock.pending !== 1) await clock.advance(0);
      await clock.advance(15_000);
      while (askedFor(planes[0], '/ready') < look) await clock.advance(0);
    }
    while (bench.lines.messages.length < 2) await clock.advance(0);
    expect(bench.lines.messages[1]).toBe(`service-center at ${planes[0].url} answers again`);
    for (let time = 0; time < 2; time += 1) await connection.request(ask);
    expect(askedFor(planes[0], '/a')).toBe(2);
    await connection.close();
    expect(clock.pending).toBe(0);
  });

  it('one alone is never looked at', async () => {
    const clock = new VirtualClock();
    const plane = await bench.plane();
    const connection = bench.connection([plane.url], { clock, probe: { path: '/ready', everyMs: 15_000 } });
    await connection.request(ask);
    await clock.advance(60_000);
    await connection.request(ask);
    expect(askedFor(plane, '/ready')).toBe(0);
  });

  it('are learned from the registry, those of the own zone first, until it tells others', async () => {
    const clock = new VirtualClock();
    const planes = [await bench.plane(), await bench.plane(), await bench.plane()] as const;
    const [first, near, far] = planes;
    const instance = (zone: string, ...endpoints: string[]): object => ({
      endpoints,
      dataCenterInfo: { name: 'x', region: 'x', availableZone: zone },
    });
    const told = (...instances: object[]) => (
      planes.forEach((plane) => (plane.answer = json({ instances }))),
      undefined
    );
    told(
      instance('z2', `rest://127.0.0.1:${far.port}/`),
      instance(
        'z1',
        `rest://127.0.0.1:${near.port}?sslEnabled=false`,
        'rest://127.0.0.1:1?sslEnabled=true',
        'grpc://x',
      ),
      { endpoints: 'none' },
    );
    const discovery = { path: '/health', everyMs: 30_000, zone: 'z1' };
    const connection = bench.connection([first.url], { clock, discovery });
    await connection.request(ask);
    while (clock.pending !== 1) await clock.advance(0);
    for (let time = 0; time < 3; time += 1) await connection.request(ask);
    expect(askedFor(near, '/a')).toBe(3);
    near.answer = json({}, 500);
    await connection.request(ask);
    expect(askedFor(far, '/a')).toBe(1);
    told();
    await clock.advance(30_000);
    while (clock.pending !== 1) await clock.advance(0);
    const before = askedFor(first, '/a');
    for (let time = 0; time < 3; time += 1) await connection.request(ask);
    expect(askedFor(first, '/a')).toBe(before + 3);
  });
});
