import { systemClock, type Clock } from '@ts-chassis/core';
import { expect, it } from 'vitest';
import type { FinishedSpan } from './finished-span.js';
import { RecordedSpan } from './recorded-span.js';
import { SpanTime } from './span-time.js';

it('ends when it was finished, however long the thread was held up while it began', () => {
  let elapsed = 0;
  // every look at the clock takes a millisecond
  const clock: Clock = { ...systemClock, now: () => 1000 + elapsed, elapsed: () => (elapsed += 1) };
  const finished: FinishedSpan[] = [];
  const context = { traceId: '1', spanId: '2', parentId: undefined, debug: false, sampled: true, state: undefined };
  const time = new SpanTime(clock);
  const span = new RecordedSpan({
    ...{ service: 'orders', name: 'place', kind: 'server' },
    context: { ...context, headers: {} } as never,
    time,
    report: (over) => finished.push(over),
  });
  span.finish();
  const [{ startedAtMs, durationMs }] = finished as [FinishedSpan];
  expect(startedAtMs + durationMs).toBe(time.now(elapsed));
});
