import { describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { ChassisError } from '../errors/chassis-error.js';
import { ambientInvocation, currentInvocation } from '../invocation/ambient.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import { replyOf, type Reply } from '../invocation/reply.js';
import { settle } from '../invocation/settle.js';
import { answering, invocation } from './planning.fixture.js';
import { PlannedRunner } from './runner.js';

const clock = new VirtualClock();

function running(
  next: Next,
  options: { readonly ambient?: boolean; readonly deadlineMs?: number; readonly call?: Invocation } = {},
) {
  const runner = new PlannedRunner(clock, options.ambient ?? false);
  runner.next = next;
  const { deadlineMs = Infinity } = options;
  const call = options.call ?? invocation({ deadline: clock.elapsed() + deadlineMs });
  return { call, outcome: runner.run(call) };
}

const never: Next = () => new Promise(() => undefined);

async function failureOf(outcome: Promise<unknown>): Promise<ChassisError> {
  const error: unknown = await outcome.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(ChassisError.is(error)).toBe(true);
  return error as ChassisError;
}

describe('a run', () => {
  it('gives back the reply of the chain and leaves nothing behind', async () => {
    const { outcome } = running(answering(42), { deadlineMs: 1000 });
    expect((await outcome).value).toBe(42);
    expect(clock.pending).toBe(0);
  });

  it('ends at the deadline while the chain does not, and tells those who watch', async () => {
    const told: unknown[] = [];
    const { outcome, call } = running(never, { deadlineMs: 100 });
    call.onCancel((reason) => told.push(reason));
    const failure = failureOf(outcome);
    await clock.advance(99);
    expect(call.cancelled).toBe(false);
    await clock.advance(1);
    expect(await failure).toMatchObject({ code: 'CALL_DEADLINE', kind: 'DEADLINE_EXCEEDED' });
    expect(told).toEqual([await failure]);
  });

  it.each([0, -5])('runs nothing when %i ms remain', async (deadlineMs) => {
    const next = vi.fn(answering(42));
    const { outcome, call } = running(next, { deadlineMs });
    expect(await failureOf(outcome)).toMatchObject({ code: 'CALL_DEADLINE' });
    expect(next).not.toHaveBeenCalled();
    expect(call.cancelled).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('runs nothing that was given up before', async () => {
    const next = vi.fn(answering(42));
    const call = invocation();
    call.cancel(new Error('left'));
    expect(await failureOf(running(next, { call }).outcome)).toMatchObject({
      code: 'CALL_CANCELLED',
      kind: 'CANCELLED',
    });
    expect(next).not.toHaveBeenCalled();
  });

  it('ends when its invocation is cancelled, with the reason where that is a failure of ours', async () => {
    const one = running(never, { deadlineMs: 100 });
    one.call.cancel(new Error('the caller hung up'));
    expect(await failureOf(one.outcome)).toMatchObject({
      code: 'CALL_CANCELLED',
      cause: { message: 'the caller hung up' },
    });
    const two = running(never, { deadlineMs: 100 });
    two.call.cancel(new ChassisError('UNAVAILABLE', 'stopping'));
    expect(await failureOf(two.outcome)).toMatchObject({ kind: 'UNAVAILABLE', message: 'stopping' });
    expect(clock.pending).toBe(0);
  });

  it('fails with a ChassisError whatever a handler throws, at once or later', async () => {
    const typed = new ChassisError('NOT_FOUND', 'no book');
    expect(await failureOf(running(() => Promise.reject(typed)).outcome)).toBe(typed);
    for (const thrown of [new Error('secret'), 'text', undefined]) {
      for (const next of [
        (): never => {
          throw thrown;
        },
        // oxlint-disable-next-line prefer-promise-reject-errors -- handlers in JavaScript may
        () => Promise.reject(thrown as Error),
      ]) {
        const failure = await failureOf(running(next).outcome);
        expect(failure).toMatchObject({ kind: 'INTERNAL', message: 'internal error' });
        expect(failure.cause).toBe(thrown);
      }
    }
  });

  it('fails when a handler gives back no reply, or no promise', async () => {
    for (const wrong of [() => undefined, () => Promise.resolve(undefined)]) {
      const failure = await failureOf(running(wrong as unknown as Next).outcome);
      expect(failure.message).toBe('catalog.find: a handler gave back no reply');
    }
  });

  it('calls what code throws because it was cancelled a cancellation', async () => {
    const aborting: Next = async (inner) => {
      await new Promise((_, reject) =>
        inner.onCancel(() => reject(new DOMException('This operation was aborted', 'AbortError'))),
      );
      return replyOf(1);
    };
    const { outcome, call } = running(aborting);
    call.cancel('gone');
    expect(await failureOf(outcome)).toMatchObject({ code: 'CALL_CANCELLED' });
    const foreign: Next = () => Promise.reject(new DOMException('aborted', 'AbortError'));
    expect(await failureOf(running(foreign).outcome)).toMatchObject({ code: 'CALL_CANCELLED' });
  });

  it('takes no notice of what comes after its end', async () => {
    let late = (_reply: Reply): void => undefined;
    const { outcome } = running(() => new Promise<Reply>((resolve) => (late = resolve)), { deadlineMs: 10 });
    const failure = failureOf(outcome);
    await clock.advance(10);
    await failure;
    const ended = vi.fn();
    late(replyOf(silentAfter(1, ended)));
    await clock.advance(0);
    expect(ended).toHaveBeenCalledOnce();
  });

  it('stops watching an invocation that outlives it', async () => {
    const { outcome, call } = running(answering(42));
    await outcome;
    call.cancel('later');
    expect((await outcome).value).toBe(42);
  });
});

describe('the ambient context', () => {
  it('is there inside the chain only where it is asked for', async () => {
    const asking: Next = async () => {
      await Promise.resolve();
      return replyOf(ambientInvocation());
    };
    const on = running(asking, { ambient: true });
    expect((await on.outcome).value).toBe(on.call);
    expect((await running(asking).outcome).value).toBeUndefined();
    expect(() => currentInvocation()).toThrow(expect.objectContaining({ code: 'AMBIENT_OFF' }));
  });
});

/** 1, 2, 3, ... each after a turn of the event loop. */
async function* endless(ended: () => void): AsyncIterable<number> {
  try {
    for (let number = 1; ; number += 1) yield await Promise.resolve(number);
  } finally {
    ended();
  }
}

function silentAfter(first: unknown, ended: () => void): AsyncIterable<unknown> {
  let given = false;
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        if (given) return new Promise(() => undefined);
        given = true;
        return Promise.resolve({ done: false, value: first });
      },
      return: () => {
        ended();
        return Promise.resolve({ done: true as const, value: undefined });
      },
    }),
  };
}

async function streaming(source: AsyncIterable<unknown>, deadlineMs = Infinity) {
  const { call, outcome } = running(answering(source), { deadlineMs });
  const items = ((await outcome).value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return { call, items };
}

describe('a stream', () => {
  it('passes its items on, ends the timer with its last one and is over', async () => {
    const { items } = await streaming(listOf(1, 2), 1000);
    expect(await items.next()).toEqual({ done: false, value: 1 });
    expect(clock.pending).toBe(1);
    expect(await items.next()).toEqual({ done: false, value: 2 });
    expect(await items.next()).toMatchObject({ done: true });
    expect(clock.pending).toBe(0);
  });

  it('fails at the deadline in the middle of it, even while its source is silent, and ends the source', async () => {
    const ended = vi.fn();
    const { items } = await streaming(silentAfter('first', ended), 100);
    expect(await items.next()).toEqual({ done: false, value: 'first' });
    const failure = failureOf(items.next());
    await clock.advance(100);
    expect(await failure).toMatchObject({ code: 'CALL_DEADLINE' });
    expect(ended).toHaveBeenCalledOnce();
    expect(await failureOf(items.next())).toMatchObject({ code: 'CALL_DEADLINE' });
    expect(clock.pending).toBe(0);
  });

  it('tells those who settle on it, one inside the other, why it was ended', async () => {
    const settled = vi.fn();
    const ended = vi.fn();
    const inner = settle(replyOf(silentAfter('first', ended)), (error) => settled('inner', error));
    const { value } = settle(inner, (error) => settled('outer', error));
    const { items } = await streaming(value as AsyncIterable<unknown>, 100);
    await items.next();
    await clock.advance(100);
    const late = expect.objectContaining({ code: 'CALL_DEADLINE' }) as unknown;
    expect(settled.mock.calls).toEqual([
      ['outer', late],
      ['inner', late],
    ]);
    expect(ended).toHaveBeenCalledOnce();
  });

  it('fails all items waited for when it is cancelled', async () => {
    const { items, call } = await streaming(
      silentAfter('first', () => undefined),
      100,
    );
    await items.next();
    const failures = [failureOf(items.next()), failureOf(items.next())];
    call.cancel(new Error('hung up'));
    for (const failure of failures) expect(await failure).toMatchObject({ code: 'CALL_CANCELLED' });
    expect(clock.pending).toBe(0);
  });

  it('that was cancelled between two items fails at the next', async () => {
    const ended = vi.fn();
    const { items, call } = await streaming(endless(ended));
    await items.next();
    call.cancel('gone');
    expect(await failureOf(items.next())).toMatchObject({ code: 'CALL_CANCELLED' });
    expect(ended).toHaveBeenCalledOnce();
  });

  it('fails with a ChassisError when its source fails, and stops the timer', async () => {
    const { items } = await streaming(failingAfter(1, new Error('disk')), 1000);
    await items.next();
    expect(await failureOf(items.next())).toMatchObject({ kind: 'INTERNAL', cause: { message: 'disk' } });
    expect(clock.pending).toBe(0);
  });

  it('that is left early ends its source and the timer, and is cancelled no more', async () => {
    const ended = vi.fn();
    const { items, call } = await streaming(endless(ended), 1000);
    await items.next();
    await items.return?.();
    expect(ended).toHaveBeenCalledOnce();
    expect(clock.pending).toBe(0);
    call.cancel('later');
    expect(await items.next()).toMatchObject({ done: true });
  });
});

async function* listOf(...list: readonly unknown[]): AsyncIterable<unknown> {
  yield* list;
}

async function* failingAfter(first: unknown, error: Error): AsyncIterable<unknown> {
  yield first;
  throw error;
}
