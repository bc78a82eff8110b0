import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { contextOf, finishedSpan, type BackendSubject, type ReceivedSpan } from './backend-subject.fixture.js';
import type { SpanReporter } from './backend.js';
import { jaeger } from './jaeger/jaeger.js';
import { ThriftReader, type ThriftStruct, type ThriftValue } from './jaeger/thrift-reader.fixture.js';
import { memoryTracer } from './memory/memory-tracer.js';
import { ReceivedSpans } from './received-spans.fixture.js';
import { Collector } from './zipkin/collector.fixture.js';
import { zipkin } from './zipkin/zipkin.js';

/** What every backend does, whatever it speaks. */
function backendConformance(name: string, start: () => Promise<BackendSubject>): void {
  describe(`the backend ${name}`, () => {
    const cleanups: (() => Promise<void>)[] = [];

    afterEach(async () => {
      for (const clean of cleanups.splice(0).reverse()) await clean();
    });

    async function made(): Promise<BackendSubject & { readonly reporter: SpanReporter }> {
      const subject = await start();
      cleanups.push(() => subject.stop());
      const reporter = subject.backend.make(contextOf())!;
      reporter.open?.();
      cleanups.push(() => reporter.close());
      return { ...subject, reporter };
    }

    it('delivers ids, names, times, tags and logs', async () => {
      const { reporter, received, arrival } = await made();
      const parentId = 'fedcba9876543210';
      const tags = new Map<string, string | number | boolean>([
        ...([
          ['http.status_code', 200],
          ['order.id', 'a"b\u00e9'],
          ['express', true],
        ] as const),
      ]);
      const logs = [{ atMs: 1_763_836_800_001.25, fields: { event: 'cache miss' } }];
      reporter.report(finishedSpan({ parentId, tags, logs }));
      await reporter.flush();
      await arrival(1);
      const [span] = received();
      expect(span).toMatchObject({
        ...{ service: 'orders', name: 'orders.place', kind: 'server' },
        ...{ traceId: '463ac35c9f6413ad48485a3953bb6124', spanId: '0020000000000001', parentId },
        tags: { 'http.status_code': '200', 'order.id': 'a"b\u00e9', express: 'true' },
        logs: [{ atUs: 1_763_836_800_001_250, event: 'cache miss' }],
      });
      expect(Math.abs(span!.startedAtUs - 1_763_836_800_000_125)).toBeLessThanOrEqual(1);
      expect(Math.abs(span!.durationUs - 12_500)).toBeLessThanOrEqual(1);
    });

    it('delivers a span without parent, of a trace with a short id', async () => {
      const { reporter, received, arrival } = await made();
      reporter.report(finishedSpan({ traceId: '48485a3953bb6124' }));
      await reporter.flush();
      await arrival(1);
      expect(received()[0]).toMatchObject({ traceId: '48485a3953bb6124', parentId: undefined });
    });

    it('delivers all of many, each once', async () => {
      const { reporter, received, arrival } = await made();
      const ids = Array.from({ length: 230 }, (_, index) => (index + 1).toString(16).padStart(16, '0'));
      for (const spanId of ids) reporter.report(finishedSpan({ spanId, kind: 'client' }));
      await reporter.flush();
      await arrival(ids.length);
      const got = received().map(({ spanId }) => spanId);
      expect(got.sort()).toEqual(ids);
    });

    it('has nothing to do when there is nothing', async () => {
      const { reporter, received } = await made();
      await reporter.flush();
      await reporter.close();
      expect(received()).toEqual([]);
    });
  });
}

backendConformance('memory', async (): Promise<BackendSubject> => {
  const backend = memoryTracer();
  return {
    backend,
    received: () =>
      backend.spans.map((span) => ({
        ...span,
        startedAtUs: span.startedAtMs * 1000,
        durationUs: span.durationMs * 1000,
        tags: Object.fromEntries([...span.tags].map(([name, value]) => [name, String(value)])),
        logs: span.logs.map(({ atMs, fields }) => ({ atUs: atMs * 1000, event: String(fields['event']) })),
      })),
    arrival: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
});

interface ZipkinSpan {
  readonly [name: string]: unknown;
  readonly localEndpoint: { readonly serviceName: string };
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
}

function received(body: Buffer): readonly ReceivedSpan[] {
  return (JSON.parse(body.toString()) as ZipkinSpan[]).map((span) => ({
    service: span.localEndpoint.serviceName,
    name: span['name'] as string,
    kind: (span['kind'] as string).toLowerCase(),
    traceId: span['traceId'] as string,
    spanId: span['id'] as string,
    parentId: span['parentId'] as string | undefined,
    startedAtUs: span['timestamp'] as number,
    durationUs: span['duration'] as number,
    tags: span['tags'] as Record<string, string>,
    logs: (span.annotations ?? []).map(({ timestamp, value }) => ({ atUs: timestamp, event: value })),
  }));
}

backendConformance('zipkin', async (): Promise<BackendSubject> => {
  const spans = new ReceivedSpans();
  const collector = await new Collector().listen();
  collector.onPosted = ({ body }) => spans.add(received(body));
  return {
    backend: zipkin({ uri: collector.uri }),
    received: () => spans.all,
    arrival: (count) => spans.arrival(count),
    stop: () => collector.close(),
  };
});

backendConformance('jaeger, over HTTP', async (): Promise<BackendSubject> => {
  const spans = new ReceivedSpans();
  const collector = await new Collector().listen();
  collector.onPosted = ({ body }) => spans.add(batch(new ThriftReader(body).struct()));
  return {
    backend: jaeger({ uri: `${collector.uri}/api/traces` }),
    received: () => spans.all,
    arrival: (count) => spans.arrival(count),
    stop: () => collector.close(),
  };
});

backendConformance('jaeger, over UDP', async (): Promise<BackendSubject> => {
  const spans = new ReceivedSpans();
  const agent = createSocket('udp4');
  agent.on('message', (packet) => {
    const reader = new ThriftReader(packet);
    if (reader.message() === 'emitBatch') spans.add(batch(reader.struct().get(1) as ThriftStruct));
  });
  agent.bind(0, '127.0.0.1');
  await once(agent, 'listening');
  return {
    backend: jaeger({ uri: `udp://127.0.0.1:${agent.address().port}` }),
    received: () => spans.all,
    arrival: (count) => spans.arrival(count),
    stop: () => new Promise((resolve) => agent.close(() => resolve())),
  };
});

/** `Batch` of jaeger.thrift: 1 process, 2 spans. */
function batch(struct: ThriftStruct): readonly ReceivedSpan[] {
  const service = String((struct.get(1) as ThriftStruct).get(1));
  return (struct.get(2) as readonly ThriftStruct[]).map((span) => {
    const { 'span.kind': kind = '', ...tags } = tagsOf(span.get(10));
    return {
      ...{ service, kind, tags },
      name: String(span.get(5)),
      traceId: hex(span.get(2)).replace(/^0{16}/, '') + hex(span.get(1)),
      spanId: hex(span.get(3)),
      parentId: span.get(4) === 0n ? undefined : hex(span.get(4)),
      startedAtUs: Number(span.get(8)),
      durationUs: Number(span.get(9)),
      logs: ((span.get(11) ?? []) as readonly ThriftStruct[]).map((log) => ({
        atUs: Number(log.get(1)),
        event: tagsOf(log.get(2))['event'] ?? '',
      })),
    };
  });
}

/** `Tag`: 1 key, 2 type; the value stands in the field that follows from the type. */
function tagsOf(tags: ThriftValue | undefined): Record<string, string> {
  const list = (tags ?? []) as readonly ThriftStruct[];
  return Object.fromEntries(list.map((tag) => [String(tag.get(1)), String(tag.get(3 + Number(tag.get(2))))]));
}

function hex(value: ThriftValue | undefined): string {
  const id = BigInt.asUintN(64, value as bigint)
    .toString(16)
    .padStart(16, '0');
  return id === '0'.repeat(16) ? '' : id;
}
