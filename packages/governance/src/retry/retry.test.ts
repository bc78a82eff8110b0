import {
  Arg,
  ChassisError,
  coreError,
  InvalidArgument,
  remote,
  Returns,
  Schema,
  Unavailable,
  type Client,
} from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { GovernanceEvents } from '../events/governance-events.js';
import { Idempotent, Retry } from './decorator.js';
import { play, refused, type Answer, type Played, type PlayOptions } from './played-service.fixture.js';

@Schema({ id: 'books' })
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

  @Retry({ attempts: 2 })
  @Idempotent()
  @Returns(String)
  twice(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Retry({ attempts: 3 })
  @Idempotent()
  @Returns(Number, { stream: true })
  count(@Arg('to') to: number): AsyncIterable<number> {
    return remote();
  }
}

const CSE = 'cse.loadbalance';
const ROOT = 'servicecomb.governance.retry';

let played: Played;
let books: Client<Books>;

async function start(
  answer: Answer,
  values: Record<string, unknown> = {},
  more: Partial<PlayOptions> = {},
): Promise<void> {
  played = await play({ contracts: [Books], answer, values, ...more });
  books = played.client(Books);
}

afterEach(() => played.app.stop());

const down = (): never => {
  throw new ChassisError('UNAVAILABLE', 'down', { remote: true });
};

describe('go-chassis keys', () => {
  it('try each instance retryOnSame times more, then retryOnNext others, with the waits of the back-off', async () => {
    const values = {
      [`${CSE}.retryEnabled`]: true,
      [`${CSE}.retryOnSame`]: 1,
      [`${CSE}.retryOnNext`]: 2,
      [`${CSE}.backoff.kind`]: 'constant',
      [`${CSE}.backoff.minMs`]: 200,
    };
    await start(down, values);
    expect(await played.outcome(books.find('1'))).toMatchObject({ kind: 'UNAVAILABLE', message: 'down' });
    expect(played.order).toMatch(/^(.)\1(.)\2(.)\3$/);
    expect(new Set(played.order).size).toBe(3);
    expect(played.times).toEqual([0, 200, 400, 600, 800, 1000]);
  });

  it('do nothing unless enabled, and nothing more than asked for', async () => {
    await start(down, { [`${CSE}.retryOnNext`]: 2 });
    await played.outcome(books.find('1'));
    expect(played.calls).toHaveLength(1);
    played.app.config.set(`${CSE}.retryEnabled`, true);
    await played.outcome(books.find('1'));
    expect(played.calls).toHaveLength(4);
  });

  it.each(['cse', 'servicecomb'])('hold for one service, key by key over those for all (%s, MinMs)', async (prefix) => {
    const values = {
      [`${prefix}.loadbalance.retryEnabled`]: 'true',
      [`${prefix}.loadbalance.retryOnNext`]: '1',
      [`${prefix}.loadbalance.backoff.kind`]: 'constant',
      [`${prefix}.loadbalance.played.backoff.MinMs`]: '70',
      [`${prefix}.loadbalance.other.retryEnabled`]: false,
    };
    await start(down, values);
    await played.outcome(books.find('1'));
    expect(played.times).toEqual([0, 70]);
  });

  it('refuse an unknown kind of back-off, naming what is known', async () => {
    await expect(start(down, { [`${CSE}.backoff.kind`]: 'linear' })).rejects.toThrow(
      /retry\.consumer\.backoff.*exponential, constant, zero/s,
    );
  });

  it('a success takes no further pick', async () => {
    await start(() => 'fine', { [`${CSE}.retryEnabled`]: true, [`${CSE}.retryOnNext`]: 2 }, { instances: 2 });
    for (let call = 0; call < 10; call += 1) await books.find('1');
    expect([...played.order].filter((name) => name === 'A')).toHaveLength(5);
  });
});

describe('what is tried again', () => {
  const three = { [`${ROOT}.attempts`]: 3 };

  it('an operation that may run twice, on instances not tried yet', async () => {
    await start(({ count }) => (count < 3 ? down() : 'third'), three);
    expect(await books.find('1')).toBe('third');
    expect(new Set(played.order).size).toBe(3);
    expect(played.calls.map(({ invocation }) => invocation.attempt)).toEqual([1, 2, 3]);
    expect(played.calls.map(({ invocation }) => invocation.headers.get('x-chassis-attempt'))).toEqual([
      undefined,
      '2',
      '3',
    ]);
  });

  it('an operation that may not, only when nothing was sent', async () => {
    await start(down, three);
    await played.outcome(books.add('1'));
    expect(played.calls).toHaveLength(1);
    await played.app.stop();
    await start(({ count }) => {
      if (count < 3) throw refused();
      return 'added';
    }, three);
    expect(await books.add('1')).toBe('added');
    await played.app.stop();
    await start(() => {
      throw coreError('CALL_FAILED', 'reset', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) });
    }, three);
    await played.outcome(books.add('1'));
    expect(played.calls).toHaveLength(1);
  });

  it('every operation when told so', async () => {
    await start(down, { ...three, [`${ROOT}.onlyIdempotent`]: false });
    await played.outcome(books.add('1'));
    expect(played.calls).toHaveLength(3);
  });

  it('as the configuration tells of an operation', async () => {
    const told = 'servicecomb.governance.idempotent.services.played.schemas.books.operations';
    await start(down, { ...three, [`${told}.add.value`]: true, [`${told}.find.value`]: false });
    await played.outcome(books.add('1'));
    expect(played.calls).toHaveLength(3);
    await played.outcome(books.find('1'));
    expect(played.calls).toHaveLength(4);
  });

  it('not what another try cannot mend', async () => {
    await start(() => {
      throw InvalidArgument('no isbn');
    }, three);
    expect(await played.outcome(books.find('x'))).toMatchObject({ kind: 'INVALID_ARGUMENT' });
    expect(played.calls).toHaveLength(1);
  });

  it('the kinds that are listed', async () => {
    await start(
      () => {
        throw new ChassisError('ABORTED', 'busy', { remote: true });
      },
      { ...three, [`${ROOT}.on`]: 'ABORTED' },
    );
    await played.outcome(books.find('x'));
    expect(played.calls).toHaveLength(3);
  });

  it('the statuses that are listed', async () => {
    const reply = { status: 418 };
    await start(
      () => {
        throw new ChassisError('INTERNAL', 'tea', { remote: true, reply });
      },
      { ...three, [`${ROOT}.statuses`]: [418] },
    );
    await played.outcome(books.find('x'));
    expect(played.calls).toHaveLength(3);
  });

  it('not what our own guards refused, unless told', async () => {
    const guarded = (): never => {
      throw new ChassisError('UNAVAILABLE', 'open', { code: 'CIRCUIT_OPEN' });
    };
    await start(guarded, three);
    await played.outcome(books.find('1'));
    expect(played.calls).toHaveLength(1);
    played.app.config.set(`${ROOT}.rejections`, true);
    await played.outcome(books.find('1'));
    expect(played.calls).toHaveLength(4);
  });

  it('not what its caller gave up', async () => {
    const abort = new AbortController();
    await start(({ count }) => {
      if (count === 1) abort.abort();
      return down();
    }, three);
    await played.outcome(played.client(Books, { signal: abort.signal }).find('1'));
    expect(played.calls).toHaveLength(1);
  });

  it('the instance that the caller wants stays', async () => {
    await start(down, three);
    await played.outcome(played.client(Books, { endpoint: 'played://b:2' }).find('1'));
    expect(played.order).toBe('BBB');
  });
});

describe('a decorator', () => {
  it('acts on consumers, and the configuration of the operation is stronger', async () => {
    await start(down);
    await played.outcome(books.twice('1'));
    expect(played.calls).toHaveLength(2);
    played.app.config.set(`${ROOT}.services.played.schemas.books.operations.twice.attempts`, 4);
    await played.outcome(books.twice('1'));
    expect(played.calls).toHaveLength(6);
  });
});

describe('time', () => {
  it('waits longer each time, within the jitter', async () => {
    await start(down, { [`${ROOT}.attempts`]: 4, [`${ROOT}.minMs`]: '100ms', [`${ROOT}.jitter`]: 0 });
    await played.outcome(books.find('1'));
    expect(played.times).toEqual([0, 100, 250, 475]);
  });

  it('ends when the wait does not fit before the deadline, without waiting', async () => {
    await start(down, { [`${ROOT}.attempts`]: 9, [`${ROOT}.minMs`]: 400, [`${ROOT}.backoff`]: 'constant' });
    const outcome = played.outcome(played.client(Books, { timeoutMs: 1000 }).find('1'), 800);
    expect(await outcome).toMatchObject({ message: 'down' });
    expect(played.times).toEqual([0, 400, 800]);
  });

  it('waits as long as the callee asks, if it may', async () => {
    await start(
      () => {
        throw Unavailable('later', { retryAfterMs: 3000 });
      },
      { [`${ROOT}.attempts`]: 2, [`${ROOT}.minMs`]: 1 },
    );
    await played.outcome(books.find('1'));
    expect(played.times).toEqual([0, 3000]);
    const before = played.clock.elapsed();
    await played.outcome(played.client(Books, { timeoutMs: 2000 }).find('1'), 1);
    expect(played.times.slice(2)).toEqual([before]);
  });

  it('grants each try its time, and ends what it began', async () => {
    await start(({ count }) => (count === 1 ? new Promise(() => undefined) : 'second'), {
      [`${ROOT}.attempts`]: 3,
      [`${ROOT}.perTryTimeoutMs`]: 50,
    });
    expect(await played.outcome(books.find('1'), 60)).toBe('second');
    expect(played.times).toEqual([0, 50]);
    const [first, second] = played.calls;
    expect(first!.invocation.cancelled).toBe(true);
    expect(first!.invocation.deadline).toBe(50);
    expect(second!.instance).not.toBe(first!.instance);
    expect(played.clock.pending).toBe(0);
  });

  it('fails as a try that was too slow when all were', async () => {
    await start(() => new Promise(() => undefined), { [`${ROOT}.attempts`]: 2, [`${ROOT}.perTryTimeoutMs`]: 50 });
    expect(await played.outcome(books.find('1'), 100)).toMatchObject({
      code: 'TRY_TIMED_OUT',
      kind: 'DEADLINE_EXCEEDED',
    });
    expect(played.times).toEqual([0, 50]);
  });
});

describe('the budget', () => {
  it('bounds the further tries of all operations of a service', async () => {
    await start(down, { [`${ROOT}.attempts`]: 3, [`${ROOT}.budget`]: 0.1, [`${ROOT}.budgetBurst`]: 5 });
    const refusals: unknown[] = [];
    played.get(GovernanceEvents).on('rejected', (event) => refusals.push(event));
    for (let call = 0; call < 50; call += 1) {
      await played.outcome(books.find('1'), 0);
      await played.outcome(books.twice('1'), 0);
    }
    // the one that was allowed less says so
    expect(refusals.length).toBeGreaterThan(80);
    expect(refusals.at(-1)).toEqual({ service: 'played', operation: 'books.twice', by: 'retry', name: 'played' });
    // 100 calls, 5 + 0.1 x 100 further ones
    expect(played.calls.length).toBeGreaterThanOrEqual(100 + 10);
    expect(played.calls.length).toBeLessThanOrEqual(100 + 15);
  });
});

it('a wait ends with the application, and the failure stands', async () => {
  await start(down, { [`${ROOT}.attempts`]: 3, [`${ROOT}.minMs`]: 8000 });
  const outcome = Promise.resolve(books.find('1')).catch((error: unknown) => error);
  await played.clock.advance(10);
  const stopping = played.app.stop();
  await played.clock.advance(100);
  await stopping;
  expect(played.clock.pending).toBe(0);
  expect(await outcome).toMatchObject({ kind: 'UNAVAILABLE' });
  expect(played.calls).toHaveLength(1);
});

describe('streams', () => {
  it('are tried again until their first item is there', async () => {
    const items = async function* (count: number): AsyncIterable<number> {
      if (count === 1) throw Unavailable('not yet');
      yield count;
      if (count === 2) throw Unavailable('broke off');
      yield count;
    };
    await start(({ count }) => items(count));
    const got: number[] = [];
    await expect(async () => {
      for await (const item of books.count(2)) got.push(item);
    }).rejects.toThrow('broke off');
    expect(got).toEqual([2]);
    expect(played.calls).toHaveLength(2);
  });
});

describe('by mark', () => {
  const marker = {
    name: 'marker',
    install: (host: Parameters<NonNullable<PlayOptions['plugins']>[number]['install']>[0]) =>
      host.handler({
        ...{ name: 'traffic-marker', side: 'consumer' },
        make: () => ({
          handle: (invocation, next) => {
            invocation.mark = invocation.headers.get('x-mark');
            return next(invocation);
          },
        }),
      }),
  } as const;

  it('the specification counts further tries and has its own words for waits', async () => {
    const gold =
      'match: gold\nmaxAttempts: 2\nretryStrategy: FixedInterval\nwaitDuration: 30ms\nretryOnResponseStatus: [500]';
    await start(
      () => {
        throw new ChassisError('INTERNAL', 'broken', { remote: true, reply: { status: 500 } });
      },
      { 'servicecomb.retry.gold': gold },
      { plugins: [marker] },
    );
    await played.outcome(books.find('1'));
    expect(played.calls).toHaveLength(1);
    await played.outcome(played.client(Books, { headers: { 'x-mark': 'gold' } }).find('1'));
    expect(played.times.slice(1).map((at) => at - played.times[1]!)).toEqual([0, 30, 60]);
  });
});

it('tells of each further try', async () => {
  await start(down, { [`${ROOT}.attempts`]: 3, [`${ROOT}.minMs`]: 40, [`${ROOT}.backoff`]: 'constant' });
  const told: unknown[] = [];
  played.get(GovernanceEvents).on('retried', (event) => told.push(event));
  await played.outcome(books.find('1'));
  const event = { service: 'played', operation: 'books.find', delayMs: 40, hedge: false };
  expect(told).toEqual([
    { ...event, attempt: 2 },
    { ...event, attempt: 3 },
  ]);
});

it('stands in a chain of go-chassis that names the balancer only', async () => {
  const chain = { 'servicecomb.handler.chain.Consumer.default': 'loadbalance, transport' };
  await start(down, {
    ...chain,
    [`${CSE}.retryEnabled`]: true,
    [`${CSE}.retryOnNext`]: 1,
    [`${ROOT}.perTryTimeoutMs`]: 50,
  });
  await played.outcome(books.find('1'));
  expect(played.calls).toHaveLength(2);
  expect(played.calls[0]!.invocation.deadline).toBe(50);
});

it('sends arguments once that are there but once', async () => {
  const once = {
    name: 'once',
    install: (host: Parameters<NonNullable<PlayOptions['plugins']>[number]['install']>[0]) =>
      host.handler({
        ...{ name: 'once', side: 'consumer', everywhere: true },
        make: () => ({ handle: (invocation, next) => next(invocation.fork({ replayable: false })) }),
      }),
  } as const;
  await start(down, { [`${ROOT}.attempts`]: 3 }, { plugins: [once] });
  await played.outcome(books.find('1'));
  expect(played.calls).toHaveLength(1);
});

it.each([
  ['attempts', 0, /attempts.*at least 1/s],
  ['attempts', 'many', /attempts.*an integer/s],
  ['budget', -1, /budget.*at least 0/s],
  ['jitter', 2, /jitter.*at most 1/s],
  ['on', 'UNAVAILABEL', /on\[0\].*one of/s],
  ['minMs', 'soon', /minMs.*a duration/s],
])('%s of %s is refused, naming what is expected', async (field, value, message) => {
  await start(down);
  await expect(start(down, { [`${ROOT}.${field}`]: value })).rejects.toThrow(message);
});
