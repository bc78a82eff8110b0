import { Arg, coreError, remote, Returns, Schema, type Client } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { play, type Answer, type Played } from '../retry/played-service.fixture.js';
import { Timeout } from './decorator.js';

@Schema({ id: 'books' })
class Books {
  @Returns(String)
  find(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Timeout(80)
  @Returns(String)
  quick(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Timeout(100)
  @Returns(Number, { stream: true })
  count(@Arg('to') to: number): AsyncIterable<number> {
    return remote();
  }
}

let played: Played;
let books: Client<Books>;

async function start(answer: Answer, values: Record<string, unknown> = {}): Promise<void> {
  played = await play({ contracts: [Books], answer, values });
  books = played.client(Books);
}

afterEach(async () => {
  await played.app.stop();
  expect(played.clock.pending).toBe(0);
});

const never = (): Promise<never> => new Promise(() => undefined);

async function endsAt(call: PromiseLike<unknown>): Promise<readonly [ms: number, outcome: unknown]> {
  const began = played.clock.elapsed();
  let ended = NaN;
  const outcome = Promise.resolve(call)
    .catch((error: unknown) => error)
    .finally(() => (ended = played.clock.elapsed() - began));
  await played.clock.advance(120_000);
  return [ended, await outcome];
}

describe('timeouts', () => {
  it('end a call at its time and cancel what was begun, and tell the callee how long it has', async () => {
    await start(never);
    const [ms, outcome] = await endsAt(books.quick('1'));
    expect(ms).toBe(80);
    expect(outcome).toMatchObject({ code: 'TIMED_OUT', kind: 'DEADLINE_EXCEEDED' });
    expect((outcome as Error).message).toBe('books.quick: "played" took longer than the 80 ms its timeout grants');
    const { invocation } = played.calls[0]!;
    expect(invocation.deadline).toBe(80);
    expect(invocation.signal.reason).toBe(outcome);
  });

  it('leave alone what is in time, and what failed before', async () => {
    await start(({ count }) => {
      if (count === 2) throw coreError('CALL_FAILED', 'reset');
      return 'fine';
    });
    expect(await endsAt(books.quick('1'))).toEqual([0, 'fine']);
    expect(await endsAt(books.quick('1'))).toMatchObject([0, { code: 'CALL_FAILED' }]);
  });

  it.each(['cse', 'servicecomb'])(
    'are configured as in go-chassis (%s), for all, a service, a schema, an operation',
    async (prefix) => {
      const key = (names: string): string => `${prefix}.isolation.Consumer${names}.timeoutInMilliseconds`;
      await start(never, { [key('')]: 4000 });
      // by the link, so that who stands around it can stand in
      expect(await endsAt(books.find('1'))).toMatchObject([4000, { code: 'TIMED_OUT' }]);
      played.app.config.set(key('.played'), '3000');
      expect(await endsAt(books.find('1'))).toMatchObject([3000, { code: 'TIMED_OUT' }]);
      played.app.config.set(key('.played.books'), 2000);
      expect((await endsAt(books.find('1')))[0]).toBe(2000);
      played.app.config.set(key('.played.books.find'), 1000);
      expect((await endsAt(books.find('1')))[0]).toBe(1000);
      expect((await endsAt(books.quick('1')))[0]).toBe(80);
    },
  );

  it('may be longer than the 30 s that a call has otherwise', async () => {
    await start(never, { 'cse.isolation.Consumer.timeoutInMilliseconds': 45_000 });
    expect(await endsAt(books.find('1'))).toMatchObject([45_000, { code: 'TIMED_OUT' }]);
    played.app.config.set('cse.isolation.Consumer.played.timeoutInMilliseconds', 90_000);
    expect(await endsAt(books.find('1'))).toMatchObject([90_000, { code: 'TIMED_OUT' }]);
  });

  it('of 0 are none', async () => {
    await start(never, {
      'servicecomb.governance.timeout.consumer.services.played.schemas.books.operations.quick.ms': 0,
    });
    expect((await endsAt(books.quick('1')))[0]).toBe(30_000);
  });

  it('start no timer of their own where less time is left already', async () => {
    await start(never);
    const call = Promise.resolve(played.client(Books, { timeoutMs: 50 }).quick('1')).catch((error: unknown) => error);
    await played.clock.advance(0);
    expect(played.clock.pending).toBe(1);
    await played.clock.advance(50);
    expect(await call).toMatchObject({ code: 'CALL_DEADLINE' });
  });

  it('hold for a stream until its end, and end its source', async () => {
    let closed = false;
    await start(() =>
      (async function* () {
        try {
          yield 1;
          await played.clock.sleep(60);
          yield 2;
          await played.clock.sleep(60);
          yield 3;
        } finally {
          closed = true;
        }
      })(),
    );
    const got: number[] = [];
    const [ms, outcome] = await endsAt(
      (async () => {
        for await (const item of books.count(3)) got.push(item);
      })(),
    );
    expect([ms, got, closed]).toEqual([100, [1, 2], true]);
    expect(outcome).toMatchObject({ code: 'TIMED_OUT' });
  });

  it('end a stream that comes too late', async () => {
    let closed = false;
    await start(async () => {
      await played.clock.sleep(150);
      return (async function* () {
        try {
          yield 1;
          await never();
        } finally {
          closed = true;
        }
      })();
    });
    const [ms] = await endsAt(
      (async () => {
        for await (const item of books.count(3)) void item;
      })(),
    );
    expect([ms, closed]).toEqual([100, true]);
  });

  it.each([
    ['soon', /timeout\.consumer\.ms.*expected a duration/s],
    [-5, /timeout\.consumer\.ms.*expected a duration/s],
  ])('of %s are refused', async (value, message) => {
    await start(never);
    await expect(start(never, { 'servicecomb.governance.timeout.consumer.ms': value })).rejects.toThrow(message);
  });
});
