import { Arg, NotFound, remote, Returns, Schema, ResourceExhausted, Unavailable, type Client } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { GovernanceEvents } from '../events/governance-events.js';
import { Idempotent, Retry } from '../retry/decorator.js';
import { play, type Answer, type Played, type ReceivedCall } from '../retry/played-service.fixture.js';
import { Hedge } from './decorator.js';

@Schema({ id: 'books' })
@Hedge({ delayMs: 50 })
class Books {
  @Idempotent()
  @Returns(String)
  find(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Returns(String)
  add(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Hedge({ max: 2 })
  @Idempotent()
  @Returns(String)
  thrice(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Retry({ attempts: 2 })
  @Idempotent()
  @Returns(String)
  again(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Idempotent()
  @Returns(Number, { stream: true })
  count(@Arg('to') to: number): AsyncIterable<number> {
    return remote();
  }
}

@Schema({ id: 'learned' })
@Hedge()
class Learned {
  @Idempotent()
  @Returns(String)
  find(): Promise<string> {
    return remote();
  }
}

let played: Played;
let books: Client<Books>;

async function start(answer: Answer, values: Record<string, unknown> = {}): Promise<void> {
  played = await play({ contracts: [Books, Learned], answer, values });
  books = played.client(Books);
}

afterEach(async () => {
  await played.app.stop();
  expect(played.clock.pending).toBe(0);
});

/** Each call takes as long as its turn says, then answers with the instance. */
const taking =
  (...ms: readonly number[]): Answer =>
  async ({ instance, count }: ReceivedCall) => {
    await played.clock.sleep(ms[count - 1] ?? 0);
    return instance;
  };

describe('a hedge', () => {
  it('begins when the first try is late, on another instance, and the first to succeed wins', async () => {
    await start(taking(1000, 20));
    const told: unknown[] = [];
    played.get(GovernanceEvents).on('retried', ({ attempt, delayMs, hedge }) => told.push([attempt, delayMs, hedge]));
    expect(await played.outcome(books.find('1'), 70)).toBe(played.calls[1]!.instance);
    expect(played.times).toEqual([0, 50]);
    expect(new Set(played.order).size).toBe(2);
    expect(told).toEqual([[2, 50, true]]);
    // the loser learns that nobody waits for it
    expect(played.calls.map(({ invocation }) => invocation.cancelled)).toEqual([true, false]);
    await played.clock.advance(1000);
  });

  it('is not needed when the first try is in time', async () => {
    await start(taking(49));
    await played.outcome(books.find('1'));
    expect(played.calls).toHaveLength(1);
  });

  it('loses to a first try that comes before it', async () => {
    await start(taking(60, 500));
    expect(await played.outcome(books.find('1'), 60)).toBe(played.calls[0]!.instance);
    expect(played.calls.map(({ invocation }) => invocation.cancelled)).toEqual([false, true]);
    await played.clock.advance(1000);
  });

  it('outlives a first try that fails, and is not begun for one that failed already', async () => {
    await start(async ({ count, instance }) => {
      await played.clock.sleep(count === 1 ? 60 : 30);
      if (count !== 2) throw Unavailable('down');
      return instance;
    });
    expect(await played.outcome(books.find('1'))).toBe(played.calls[1]!.instance);
    await played.app.stop();
    await start(() => {
      throw Unavailable('down');
    });
    expect(await played.outcome(books.find('1'))).toMatchObject({ message: 'down' });
    expect(played.calls).toHaveLength(1);
  });

  it('does no harm when it is refused itself', async () => {
    await start(async ({ count, instance }) => {
      await played.clock.sleep(count === 1 ? 100 : 10);
      if (count > 1) throw ResourceExhausted('busy');
      return instance;
    });
    expect(await played.outcome(books.find('1'))).toBe(played.calls[0]!.instance);
    expect(played.calls).toHaveLength(2);
  });

  it('does not wait for what the others would say too', async () => {
    await start(async ({ count }) => {
      await played.clock.sleep(count === 1 ? 60 : 5000);
      throw NotFound('no book');
    });
    expect(await played.outcome(books.find('1'), 60)).toMatchObject({ message: 'no book' });
    await played.clock.advance(6000);
  });

  it('fails as the last one did when all failed', async () => {
    await start(async ({ count }) => {
      await played.clock.sleep(60);
      throw Unavailable(`down ${count}`);
    });
    expect(await played.outcome(books.find('1'))).toMatchObject({ message: 'down 2' });
  });

  it('may be followed by others', async () => {
    await start(taking(1000, 1000, 10));
    expect(await played.outcome(books.thrice('1'), 110)).toBe(played.calls[2]!.instance);
    expect(played.times).toEqual([0, 50, 100]);
    expect(new Set(played.order).size).toBe(3);
    await played.clock.advance(1000);
  });

  it('is for operations that may run twice', async () => {
    await start(taking(100));
    await played.outcome(books.add('1'));
    expect(played.calls).toHaveLength(1);
  });

  it('is left out where the caller chose the instance', async () => {
    await start(taking(100));
    await played.outcome(played.client(Books, { endpoint: 'played://b:2' }).find('1'));
    expect(played.calls).toHaveLength(1);
  });

  it('shares its budget with retries, and a retry goes where none of both went', async () => {
    await start(
      async ({ count }) => {
        if (count > 2) return 'third';
        await played.clock.sleep(60);
        throw Unavailable('down');
      },
      { 'servicecomb.governance.retry.budgetBurst': 2 },
    );
    expect(await played.outcome(books.again('1'))).toBe('third');
    expect(new Set(played.order).size).toBe(3);
    // both tries of the budget are gone
    played.calls.length = 0;
    expect(await played.outcome(books.again('1'))).toMatchObject({ message: 'down' });
    expect(played.calls).toHaveLength(1);
  });

  it('is not begun once the caller gave up', async () => {
    await start(taking(1000));
    const abort = new AbortController();
    const call = played.outcome(played.client(Books, { signal: abort.signal }).find('1'), 20);
    abort.abort();
    await call;
    await played.clock.advance(2000);
    expect(played.calls).toHaveLength(1);
    expect(played.calls[0]!.invocation.cancelled).toBe(true);
  });

  it('gives the stream of the winner, and ends the other', async () => {
    const ended: number[] = [];
    await start(async ({ count }) => {
      await played.clock.sleep(count === 1 ? 200 : 10);
      return (async function* () {
        try {
          yield count;
          yield count;
        } finally {
          ended.push(count);
        }
      })();
    });
    const got: number[] = [];
    await played.outcome(
      (async () => {
        for await (const item of books.count(2)) got.push(item);
      })(),
    );
    expect(got).toEqual([2, 2]);
    expect(ended).toEqual([2, 1]);
  });
});

it('learns what is late from the calls before', async () => {
  await start(async ({ count }) => {
    await played.clock.sleep(count === 41 ? 5000 : 10);
    return 'found';
  });
  const learned = played.client(Learned);
  for (let call = 0; call < 40; call += 1) await played.outcome(learned.find(), 100);
  expect(played.calls).toHaveLength(40);
  const began = played.clock.elapsed();
  expect(await played.outcome(learned.find(), 100)).toBe('found');
  expect(played.times.slice(40).map((at) => at - began)).toEqual([0, 10]);
  await played.clock.advance(5000);
});
