import { ChassisError, VirtualClock, type Clock } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { contextOf, finishedSpan } from '../backend-subject.fixture.js';
import type { SpanReporter } from '../backend.js';
import { Lines } from '../lines.fixture.js';
import type { TracingSettings } from '../tracing-section.js';
import { Collector } from './collector.fixture.js';
import { zipkin, type ZipkinOptions } from './zipkin.js';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

interface ZipkinSpan {
  readonly [name: string]: unknown;
}

interface Sending {
  readonly collector: Collector;
  readonly reporter: SpanReporter;
  readonly lines: Lines;
  /** Reports so many spans. */
  report(count: number): void;
}

async function sending(
  settings: Partial<TracingSettings> = {},
  { clock, ...options }: ZipkinOptions & { readonly clock?: Clock } = {},
): Promise<Sending> {
  const collector = await new Collector().listen();
  cleanups.push(() => collector.close());
  const lines = new Lines();
  const context = contextOf(settings, { logger: lines, ...(clock && { clock }) });
  const reporter = zipkin({ uri: collector.uri, ...options }).make(context)!;
  cleanups.push(() => reporter.close());
  return {
    ...{ collector, reporter, lines },
    report: (count) => Array.from({ length: count }).forEach(() => reporter.report(finishedSpan())),
  };
}

const sizes = ({ posted }: Collector): readonly number[] =>
  posted.map(({ body }) => (JSON.parse(body.toString()) as unknown[]).length);

describe('spans in Zipkin’s JSON', () => {
  async function written(parts: Parameters<typeof finishedSpan>[0]): Promise<ZipkinSpan> {
    const { reporter, collector } = await sending();
    reporter.report(finishedSpan(parts));
    await reporter.flush();
    return (JSON.parse(collector.posted[0]!.body.toString()) as ZipkinSpan[])[0]!;
  }

  it('name the other side as an endpoint', async () => {
    const at = async (address: string): Promise<unknown> => {
      const tags = new Map([
        ...([
          ['peer.service', 'catalog'],
          ['peer.address', address],
        ] as const),
      ]);
      const span = await written({ tags });
      expect(span['tags']).toEqual({});
      return span['remoteEndpoint'];
    };
    expect(await at('10.0.0.7:8080')).toEqual({ serviceName: 'catalog', ipv4: '10.0.0.7', port: 8080 });
    expect(await at('[::1]:8080')).toEqual({ serviceName: 'catalog', ipv6: '::1', port: 8080 });
    expect(await at('::1')).toEqual({ serviceName: 'catalog', ipv6: '::1' });
    expect(await at('::ffff:10.0.0.7')).toEqual({ serviceName: 'catalog', ipv4: '10.0.0.7' });
    expect(await at('catalog.svc:80')).toEqual({ serviceName: 'catalog', port: 80 });
  });

  it('have the message of a failure as the tag that Zipkin shows', async () => {
    const logs = [{ atMs: 1, fields: { event: 'error', message: 'disk on fire' } }];
    const tags = new Map([['error', true]]);
    expect((await written({ tags, logs }))['tags']).toEqual({ error: 'disk on fire' });
    expect((await written({ tags }))['tags']).toEqual({ error: 'true' });
  });

  it('have no kind when they are internal, a duration of at least one, and the debug flag', async () => {
    const span = await written({ kind: 'internal', durationMs: 0, debug: true });
    expect([span['kind'], span['duration'], span['debug']]).toEqual([undefined, 1, true]);
  });
});

describe('batches', () => {
  it('are sent when they are full', async () => {
    const { report, collector, reporter } = await sending({ batchSize: 3 }, { clock: new VirtualClock() });
    const posted = collector.next();
    report(4);
    await posted;
    expect(sizes(collector)).toEqual([3]);
    await reporter.flush();
    expect(sizes(collector)).toEqual([3, 1]);
  });

  it('are sent when the first span has waited long enough', async () => {
    const clock = new VirtualClock();
    const { report, collector } = await sending({ batchInterval: 1000 }, { clock });
    report(2);
    await clock.advance(999);
    expect(collector.posted).toEqual([]);
    const posted = collector.next();
    await clock.advance(1);
    await posted;
    expect(sizes(collector)).toEqual([2]);
  });

  it('go over one connection, to the second version of the API, with headers of one’s own', async () => {
    const { report, collector, reporter } = await sending({}, { headers: { authorization: 'Bearer x' } });
    for (let count = 0; count < 3; count += 1) {
      report(1);
      await reporter.flush();
    }
    expect(collector.connections).toBe(1);
    expect(collector.posted.map(({ path }) => path)).toEqual(Array(3).fill('/api/v2/spans'));
    expect(collector.posted[0]!.headers).toMatchObject({
      authorization: 'Bearer x',
      'content-type': 'application/json',
    });
  });
});

describe('a collector that is away', () => {
  it('that refuses what it gets for good gets it once', async () => {
    const { report, collector, reporter, lines } = await sending();
    collector.status = 400;
    report(1);
    await reporter.flush();
    expect(lines.warnings[0]?.fields).toMatchObject({ reason: 'answered with status 400', dropped: 1 });
    collector.status = 202;
    await reporter.flush();
    expect(collector.posted).toHaveLength(1);
  });

  it('that gives no answer is given up after a time', async () => {
    const clock = new VirtualClock();
    const { report, collector, reporter, lines } = await sending({ timeout: 5000 }, { clock });
    collector.status = undefined;
    const posted = collector.next();
    report(1);
    const flushed = reporter.flush();
    await posted;
    await clock.advance(5000);
    await flushed;
    expect(lines.warnings[0]?.fields).toMatchObject({ reason: 'no answer within 5000 ms' });
  });

  it('does not hold up the stop: a refused connection ends it at once', async () => {
    const { report, collector, reporter, lines } = await sending();
    await collector.close();
    report(120);
    await reporter.close();
    expect(lines.warnings).toHaveLength(1);
    expect(String(lines.warnings[0]?.fields['reason'])).toMatch(/ECONNREFUSED/);
  });
});

describe('the address', () => {
  it('of go-chassis’s files means the second version of the API', async () => {
    const collector = await new Collector().listen();
    cleanups.push(() => collector.close());
    const reporter = zipkin().make(contextOf({ URI: `${collector.uri}/api/v1/spans` }))!;
    reporter.report(finishedSpan());
    await reporter.close();
    expect(collector.posted.map(({ path }) => path)).toEqual(['/api/v2/spans']);
  });

  it('when it is empty, means that nothing is traced', () => {
    expect(zipkin().make(contextOf({ URI: '' }))).toBeUndefined();
    expect(zipkin({ uri: '' }).make(contextOf())).toBeUndefined();
  });

  it('that is none refuses the start, without telling secrets', () => {
    const attempt = (): unknown => zipkin().make(contextOf({ URI: 'udp://ann:hunter2@zipkin:9411' }));
    expect(attempt).toThrow(/tracing\.settings\.URI: expected an address such as http:.*got "udp:/);
    expect(attempt).not.toThrow(/hunter2/);
    expect(failureOf(attempt)).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

function failureOf(attempt: () => unknown): unknown {
  try {
    return attempt();
  } catch (error) {
    return ChassisError.is(error) ? error : undefined;
  }
}
