import { Arg, Field, Injectable, NotFound, remote, Returns, Schema, type Client } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { Idempotent } from '../retry/decorator.js';
import { play, type Answer, type Played } from '../retry/played-service.fixture.js';
import { Timeout } from '../timeout/decorator.js';
import { Coalesce } from './decorator.js';

class Criteria {
  readonly #note = 'of nobody else’s concern';

  @Field()
  title: string;

  constructor(title: string) {
    this.title = title;
  }

  get note(): string {
    return this.#note;
  }
}

@Schema({ id: 'books' })
@Coalesce()
class Books {
  @Idempotent()
  @Returns(String)
  find(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Idempotent()
  @Timeout(100)
  @Returns(String)
  quick(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Idempotent()
  @Returns(String)
  search(@Arg('criteria') criteria: Criteria): Promise<string> {
    return remote();
  }

  @Returns(String)
  add(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Coalesce({
    key: (isbn: string) => (isbn === 'alone' ? undefined : isbn.replaceAll('-', '')),
    headers: ['Accept-Language'],
  })
  @Idempotent()
  @Returns(String)
  loose(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Idempotent()
  @Returns(Number, { stream: true })
  count(@Arg('to') to: number): AsyncIterable<number> {
    return remote();
  }
}

/** Hides what tells it apart. */
class Account {
  readonly #owner: string;

  constructor(owner: string) {
    this.#owner = owner;
  }

  get owner(): string {
    return this.#owner;
  }
}

class Tenant {
  constructor(readonly name: string) {}

  @Coalesce()
  async load(id: number): Promise<string> {
    await played.clock.sleep(10);
    return `${this.name} ${id}`;
  }

  @Coalesce()
  async of(account: Account): Promise<string> {
    await played.clock.sleep(10);
    return account.owner;
  }
}

@Injectable()
class First extends Tenant {
  constructor() {
    super('first');
  }
}

@Injectable()
class Second extends Tenant {
  constructor() {
    super('second');
  }
}

let played: Played;
let books: Client<Books>;

async function start(answer: Answer = slowly): Promise<void> {
  played = await play({ contracts: [Books], answer, providers: [First, Second] });
  books = played.client(Books);
}

afterEach(async () => {
  await played.app.stop();
  expect(played.clock.pending).toBe(0);
});

const slowly: Answer = async ({ count }) => {
  await played.clock.sleep(100);
  return `answer ${count}`;
};

const all = (...calls: readonly PromiseLike<unknown>[]): Promise<unknown> =>
  played.outcome(Promise.all(calls.map((call) => Promise.resolve(call).catch((error: unknown) => error))), 500);

describe('equal calls at the same time', () => {
  it('share one outcome', async () => {
    await start();
    expect(await all(books.find('1'), books.find('1'), books.find('2'))).toEqual(['answer 1', 'answer 1', 'answer 2']);
    expect(played.calls).toHaveLength(2);
  });

  it('share a failure too', async () => {
    await start(async () => {
      await played.clock.sleep(10);
      throw NotFound('no book');
    });
    const [one, other] = (await all(books.find('1'), books.find('1'))) as [unknown, unknown];
    expect(one).toMatchObject({ message: 'no book' });
    expect(other).toBe(one);
    expect(played.calls).toHaveLength(1);
  });

  it('belong to the object they are made on', async () => {
    await start();
    const [first, second] = [played.get(First), played.get(Second)];
    const got = await all(first.load(1), second.load(1), first.load(1));
    expect(got).toEqual(['first 1', 'second 1', 'first 1']);
  });

  it('are none where an argument may hide what tells it apart', async () => {
    await start();
    const first = played.get(First);
    expect(await all(first.of(new Account('a')), first.of(new Account('b')))).toEqual(['a', 'b']);
  });

  it('are equal by what is sent of a declared class', async () => {
    await start();
    const search = (title: string): PromiseLike<string> => books.search(new Criteria(title));
    expect(await all(search('a'), search('a'), search('b'))).toEqual(['answer 1', 'answer 1', 'answer 2']);
  });

  it('share nothing once the call has ended', async () => {
    await start();
    await all(books.find('1'));
    await all(books.find('1'));
    expect(played.calls).toHaveLength(2);
  });

  it('are not equal when they are made for different callers or ask for different things by their headers', async () => {
    await start();
    const by = (headers: Record<string, string>): PromiseLike<string> => played.client(Books, { headers }).find('1');
    await all(
      by({ authorization: 'a' }),
      by({ authorization: 'b' }),
      by({ accept: 'x' }),
      by({ traceparent: '1' }),
      by({ traceparent: '2' }),
    );
    expect(played.calls).toHaveLength(4);
  });

  it('are equal by the key and the headers that are named', async () => {
    await start();
    const by = (isbn: string, headers: Record<string, string> = {}): PromiseLike<string> =>
      played.client(Books, { headers }).loose(isbn);
    await all(
      by('1-2'),
      by('12'),
      by('12', { accept: 'x' }),
      by('12', { 'accept-language': 'de' }),
      by('12', { authorization: 'a' }),
    );
    expect(played.calls).toHaveLength(3);
    await all(by('alone'), by('alone'));
    expect(played.calls).toHaveLength(5);
  });

  it('are made apart where the operation must not run twice', async () => {
    await start();
    await all(books.add('1'), books.add('1'));
    expect(played.calls).toHaveLength(2);
  });

  it('are made apart for streams', async () => {
    await start(() =>
      (async function* () {
        yield 1;
      })(),
    );
    const read = async (): Promise<number[]> => {
      const got = [];
      for await (const item of books.count(1)) got.push(item);
      return got;
    };
    expect(await all(read(), read())).toEqual([[1], [1]]);
    expect(played.calls).toHaveLength(2);
  });
});

describe('one who gives up', () => {
  const client = (): readonly [Client<Books>, AbortController] => {
    const abort = new AbortController();
    return [played.client(Books, { signal: abort.signal }), abort];
  };

  it('leaves the others waiting, also when it was the first', async () => {
    await start();
    const [first, abort] = client();
    const calls = [first.find('1'), books.find('1')];
    const outcomes = Promise.all(
      calls.map((call) => Promise.resolve(call).catch((error: { kind: string }) => error.kind)),
    );
    await played.clock.advance(50);
    abort.abort();
    await played.clock.advance(100);
    expect(await outcomes).toEqual(['CANCELLED', 'answer 1']);
    expect(played.calls[0]!.invocation.cancelled).toBe(false);
  });

  it('ends the call when it is the last', async () => {
    await start();
    const [first, abortFirst] = client();
    const [second, abortSecond] = client();
    const outcomes = Promise.allSettled([first.find('1'), second.find('1')]);
    await played.clock.advance(10);
    abortFirst.abort();
    abortSecond.abort();
    await played.clock.advance(0);
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(played.calls[0]!.invocation.cancelled).toBe(true);
    // who comes then is not tied to it
    expect(await played.outcome(books.find('1'), 200)).toBe('answer 2');
  });

  it('takes its own deadline with it', async () => {
    await start(
      ({ invocation, count }) =>
        new Promise((resolve, reject) => {
          if (count > 1) return resolve('second');
          // as a callee does that was told how long it has
          played.clock.after(invocation.deadline - played.clock.elapsed(), () =>
            reject(Object.assign(NotFound('x'), { kind: 'DEADLINE_EXCEEDED' })),
          );
        }),
    );
    const hurried = played.client(Books, { timeoutMs: 50 }).find('1');
    expect(await all(hurried, books.find('1'))).toMatchObject([{ kind: 'DEADLINE_EXCEEDED' }, 'second']);
  });
});

describe('one who came later', () => {
  const soon = async (...calls: readonly (() => PromiseLike<unknown>)[]): Promise<unknown> => {
    const running: PromiseLike<unknown>[] = [];
    for (const call of calls) {
      running.push(Promise.resolve(call()).catch((error: { code: string }) => error.code));
      await played.clock.advance(60);
    }
    return all(...running);
  };

  it('has its own time: a timeout that began before is not its own', async () => {
    await start(async ({ count }) => {
      await played.clock.sleep(count === 1 ? 1000 : 50);
      return `answer ${count}`;
    });
    const find = (): PromiseLike<string> => books.quick('1');
    expect(await soon(find, find)).toEqual(['TIMED_OUT', 'answer 2']);
    await played.clock.advance(1000);
  });

  it('does not go on for ever', async () => {
    await start(() => played.clock.sleep(1000));
    const find = (): PromiseLike<string> => books.quick('1');
    expect(await soon(find, find, find)).toEqual(['TIMED_OUT', 'TIMED_OUT', 'TIMED_OUT']);
    expect(played.calls).toHaveLength(3);
    await played.clock.advance(1000);
  });
});
