import { silentMeter, VirtualClock, type Instrument, type InstrumentOptions } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { Complaints } from '../complaints.js';
import { Lines } from '../lines.fixture.js';
import { SpanCounter } from '../span-counter.js';
import { BatchQueue } from './batch-queue.js';
import { PostFailure } from './poster.js';

interface Queueing {
  readonly clock: VirtualClock;
  readonly lines: Lines;
  readonly queue: BatchQueue;
  /** The spans of every message, as they were tried. */
  readonly tried: string[][];
  /** How many spans had which outcome. */
  readonly counted: Record<string, number>;
  /** What the collector answers: undefined when it takes all. */
  answer: PostFailure | undefined;
  add(from: number, to: number): void;
}

function queueing({ batchSize = 2, queueSize = 5 } = {}): Queueing {
  const clock = new VirtualClock();
  const lines = new Lines();
  const counted: Record<string, number> = { sent: 0, dropped: 0 };
  const counter = ({ name }: InstrumentOptions): Instrument => ({
    bind: ({ outcome = '' } = {}) => ({
      record: (value) =>
        void (counted[outcome] = (counted[outcome] ?? 0) + (name === 'tracing_spans_total' ? value : 0)),
    }),
  });
  const tried: string[][] = [];
  const state: Queueing = {
    ...{ clock, lines, tried, counted, answer: undefined },
    queue: new BatchQueue({
      post: async (body) => {
        tried.push((JSON.parse(body) as number[]).map(String));
        if (state.answer) throw state.answer;
      },
      target: 'http://zipkin:9411',
      ...{ batchSize, queueSize, clock, intervalMs: 1000 },
      complaints: new Complaints(clock, lines),
      counter: new SpanCounter(() => Object.assign(Object.create(silentMeter) as typeof silentMeter, { counter })),
    }),
    add: (from, to) => {
      for (let span = from; span <= to; span += 1) state.queue.add(String(span));
    },
  };
  return state;
}

describe('the queue of spans', () => {
  it('keeps what a collector that is away did not take, in its order', async () => {
    const state = queueing();
    state.answer = new PostFailure('answered with status 503', false);
    state.add(1, 2);
    await state.clock.advance(0);
    state.add(3, 5);
    state.answer = undefined;
    await state.clock.advance(2000);
    expect(state.tried).toEqual([
      ['1', '2'],
      ['1', '2'],
      ['3', '4'],
    ]);
    await state.clock.advance(1000);
    expect(state.tried.at(-1)).toEqual(['5']);
    expect(state.counted).toEqual({ sent: 5, dropped: 0 });
  });

  it('holds no more than it may, and counts the rest', async () => {
    const state = queueing({ queueSize: 5 });
    state.answer = new PostFailure('answered with status 503', false);
    state.add(1, 20);
    await state.clock.advance(0);
    expect(state.counted['dropped']).toBe(15);
    state.answer = undefined;
    await state.queue.flush();
    expect(state.counted).toEqual({ sent: 5, dropped: 15 });
  });

  it('asks ever more rarely, and complains once a minute', async () => {
    const state = queueing();
    state.answer = new PostFailure('connect ECONNREFUSED', false);
    state.add(1, 2);
    await state.clock.advance(59_000);
    // after 0, 2, 6, 14 and 30 seconds
    expect(state.tried).toHaveLength(5);
    expect(state.lines.warnings).toEqual([
      {
        message: 'spans could not be sent to http://zipkin:9411',
        fields: { reason: 'connect ECONNREFUSED', waiting: 2, dropped: 0 },
      },
    ]);
    await state.clock.advance(60_000);
    expect(state.lines.warnings).toHaveLength(2);
    expect(state.lines.warnings[1]?.fields).toMatchObject({ alsoFailed: 4 });
  });

  it('drops what is refused for good, and goes on with the next', async () => {
    const state = queueing();
    state.answer = new PostFailure('answered with status 400', true);
    state.add(1, 2);
    await state.clock.advance(0);
    state.answer = undefined;
    state.add(3, 4);
    await state.clock.advance(0);
    expect(state.tried).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(state.counted).toEqual({ sent: 2, dropped: 2 });
  });

  it('sends all at a flush, and drops what cannot be sent then', async () => {
    const state = queueing();
    state.add(1, 5);
    await state.queue.flush();
    expect(state.tried.flat()).toEqual(['1', '2', '3', '4', '5']);
    state.answer = new PostFailure('connect ECONNREFUSED', false);
    state.add(6, 10);
    await state.queue.flush();
    expect(state.counted).toEqual({ sent: 5, dropped: 5 });
    expect(state.clock.pending).toBe(0);
  });

  it('at a flush does not ask again a collector that is failing just then', async () => {
    const state = queueing();
    state.answer = new PostFailure('no answer within 5000 ms', false);
    state.add(1, 2);
    await state.queue.flush();
    expect(state.tried).toHaveLength(1);
    expect(state.counted['dropped']).toBe(2);
  });
});
