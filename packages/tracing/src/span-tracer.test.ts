import { HeaderMap, silentSpan, VirtualClock } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { Complaints } from './complaints.js';
import { Lines } from './lines.fixture.js';
import { Propagation } from './propagation/propagation.js';
import type { FinishedSpan } from './span/finished-span.js';
import { IdSource } from './span/id-source.js';
import { Sampler } from './span/sampler.js';
import { SpanTime } from './span/span-time.js';
import { SpanTracer } from './span-tracer.js';

const TRACE = '463ac35c9f6413ad48485a3953bb6124';
const SPAN = '0020000000000001';
const carrier = HeaderMap.of({ traceparent: `00-${TRACE}-${SPAN}-00` });

function tracerOf(
  report: (span: FinishedSpan) => void,
  rate = 1,
): { readonly tracer: SpanTracer; readonly lines: Lines } {
  const clock = new VirtualClock();
  const lines = new Lines();
  const done = (): Promise<void> => Promise.resolve();
  const value = { rate, tracesPerSecond: 0, parent: 'trusted' as const };
  const tracer = new SpanTracer({
    service: 'orders',
    sampler: new Sampler(clock, { value, onChange: () => () => undefined }),
    ids: new IdSource(),
    propagation: new Propagation(['b3', 'w3c']),
    time: new SpanTime(clock),
    reporter: { report, flush: done, close: done },
    complaints: new Complaints(clock, lines),
  });
  return { tracer, lines };
}

describe('the tracer', () => {
  it('takes a context from a carrier, and what is recorded only from those who are trusted', () => {
    const { tracer } = tracerOf(() => undefined);
    expect(tracer.extract(carrier)).toMatchObject({ traceId: TRACE, spanId: SPAN, sampled: undefined });
    expect(tracer.extract(carrier, true)).toMatchObject({ traceId: TRACE, sampled: false });
    expect(tracer.extract(HeaderMap.empty)).toBeUndefined();
  });

  it('begins a trace below a foreign parent, and puts nothing of it into a carrier', () => {
    const { tracer } = tracerOf(() => undefined);
    expect(
      tracer.startSpan('job', { kind: 'internal', parent: silentSpan.context() }).context().parentId,
    ).toBeUndefined();
    const headers: Record<string, string> = {};
    tracer.inject(silentSpan.context(), headers);
    expect(headers).toEqual({});
  });

  it('writes a context that it reads again', () => {
    const { tracer } = tracerOf(() => undefined);
    const span = tracer.startSpan('job', { kind: 'internal', parent: tracer.extract(carrier) });
    const headers: Record<string, string> = {};
    tracer.inject(span.context(), headers);
    expect(tracer.extract(HeaderMap.of(headers), true)).toMatchObject({
      traceId: TRACE,
      spanId: span.context().spanId,
    });
  });

  it('lets no request fail because a backend cannot take its span', () => {
    const { tracer, lines } = tracerOf(() => {
      throw new Error('cannot write that');
    });
    tracer.startSpan('job', { kind: 'internal' }).finish();
    expect(lines.warnings.map(({ message }) => message)).toEqual(['a span could not be reported']);
  });
});

describe('a span', () => {
  it('is reported once, as it was when it ended', () => {
    const reported: FinishedSpan[] = [];
    const { tracer } = tracerOf((span) => reported.push(span));
    const span = tracer.startSpan('job', { kind: 'internal' });
    span.finish();
    span.setTag('late', true);
    span.log({ event: 'late' });
    span.finish();
    expect(reported).toHaveLength(1);
    expect([reported[0]!.tags.size, reported[0]!.logs.length]).toEqual([0, 0]);
  });

  it('holds a bounded number of tags and logs, of bounded length, and only plain values', () => {
    const { tracer } = tracerOf(() => undefined);
    const span = tracer.startSpan('job', { kind: 'internal' }) as unknown as FinishedSpan & {
      setTag(name: string, value: unknown): void;
      log(fields: object): void;
    };
    span.setTag('object', { a: 1 });
    span.setTag('nothing', undefined);
    span.setTag('long', 'x'.repeat(100_000));
    for (let count = 0; count < 1000; count += 1) {
      span.setTag(`tag ${count}`, count);
      span.log({ count });
    }
    expect([span.tags.get('object'), span.tags.has('nothing')]).toEqual(['[object Object]', false]);
    expect([String(span.tags.get('long')).length, span.tags.size, span.logs.length]).toEqual([4096, 100, 100]);
  });
});
