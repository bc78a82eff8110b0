import { describe, expect, it } from 'vitest';
import { backendConformance, contextOf, finishedSpan, type BackendSubject } from '../backend-conformance.fixture.js';
import { memoryTracer } from './memory-tracer.js';

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

describe('the memory of spans', () => {
  it('finds by name and kind, and forgets', () => {
    const memory = memoryTracer();
    const reporter = memory.make(contextOf())!;
    reporter.report(finishedSpan({ name: 'a', kind: 'client' }));
    reporter.report(finishedSpan({ name: 'a', kind: 'server' }));
    expect(memory.find('a')?.kind).toBe('client');
    expect(memory.find('a', 'server')?.kind).toBe('server');
    expect(memory.find('b')).toBeUndefined();
    memory.clear();
    expect(memory.spans).toEqual([]);
  });
});
