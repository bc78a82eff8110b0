import { describe, expect, it } from 'vitest';
import { contextOf, finishedSpan } from '../backend-subject.fixture.js';
import { memoryTracer } from './memory-tracer.js';

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
