import { silentLogger, silentMeter, systemClock, type Clock, type Logger } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { BackendContext, SpanReporter, TracingBackend } from './backend.js';
import type { FinishedSpan } from './span/finished-span.js';
import type { TracingSettings } from './tracing-section.js';

/** What a collector got, in words that belong to no format. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly startedAtUs: number;
  readonly durationUs: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly logs: readonly { readonly atUs: number; readonly event: string }[];
}

/** A backend with the place where its spans arrive. */
export interface BackendSubject {
  readonly backend: TracingBackend;
  /** All that arrived so far. */
  received(): readonly ReceivedSpan[];
  /** Resolves when so many have arrived. */
  arrival(count: number): Promise<void>;
  stop(): Promise<void>;
}

export const SETTINGS: TracingSettings = { batchSize: 50, batchInterval: 1000, queueSize: 1000, timeout: 5000 };

/** What an application would give a backend. */
export function contextOf(
  settings: Partial<TracingSettings> = {},
  parts: { readonly clock?: Clock; readonly logger?: Logger } = {},
): BackendContext {
  const { clock = systemClock, logger = silentLogger } = parts;
  return {
    ...{ service: 'orders', version: '1.2.3', clock, logger },
    settings: { ...SETTINGS, ...settings },
    meter: () => silentMeter,
  };
}

/** A finished span as an example, but for what is said. */
export function finishedSpan(parts: Partial<FinishedSpan> = {}): FinishedSpan {
  return {
    service: 'orders',
    name: 'orders.place',
    kind: 'server',
    traceId: '463ac35c9f6413ad48485a3953bb6124',
    spanId: '0020000000000001',
    parentId: undefined,
    debug: false,
    startedAtMs: 1_763_836_800_000.125,
    durationMs: 12.5,
    tags: new Map(),
    logs: [],
    ...parts,
  };
}

/** What every backend does, whatever it speaks. */
export function backendConformance(name: string, start: () => Promise<BackendSubject>): void {
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
