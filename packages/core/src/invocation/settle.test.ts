import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { describe, expect, it } from 'vitest';
import { HeaderMap } from './header-map.js';
import { replyOf, replyWith } from './reply.js';
import { isStream, settle } from './settle.js';

/** What `done` was told, call by call. */
function watched(): { ends: unknown[]; done: (error?: unknown) => void } {
  const ends: unknown[] = [];
  return { ends, done: (error) => ends.push(error) };
}

function iterate(source: AsyncIterable<unknown>, done: (error?: unknown) => void): AsyncIterableIterator<unknown> {
  return settle(replyOf(source), done).value as AsyncIterableIterator<unknown>;
}

async function* numbers(onEnd: () => void = () => undefined): AsyncGenerator<number> {
  try {
    yield 1;
    yield 2;
  } finally {
    onEnd();
  }
}

/** A stream that gives one item and then waits for ever. */
async function* stuck(): AsyncGenerator<number> {
  yield 1;
  await new Promise(() => undefined);
}

describe('isStream', () => {
  it.each([
    ['generator', numbers(), true],
    ['Node stream', Readable.from([]), true],
    ['web stream', new ReadableStream(), true],
    ['array', [1], false],
    ['text', 'x', false],
    ['null', null, false],
    ['promise', Promise.resolve(), false],
  ])('of a %s', (_, value, expected) => expect(isStream(value)).toBe(expected));
});

describe('settle', () => {
  it('is done with a value at once and passes the reply on as it is', () => {
    const { ends, done } = watched();
    const reply = replyOf([1]);
    expect(settle(reply, done)).toBe(reply);
    expect(ends).toEqual([undefined]);
  });

  it('keeps headers, trailers and status of a streamed reply', () => {
    const trailers = HeaderMap.of({ end: '1' });
    const reply = settle(
      { ...replyWith(numbers(), { status: 206, headers: { ETag: 'x' } }), trailers },
      () => undefined,
    );
    expect(reply).toMatchObject({ status: 206, trailers });
    expect(reply.headers.get('etag')).toBe('x');
  });

  it.each([
    ['generator', () => numbers()],
    ['Node stream', () => Readable.from([1, 2])],
    ['web stream', () => ReadableStream.from([1, 2])],
  ])('is done once with a %s, after its last item', async (_, source) => {
    const { ends, done } = watched();
    const seen: unknown[] = [];
    const items = iterate(source() as AsyncIterable<unknown>, done);
    for await (const item of items) {
      seen.push(item);
      expect(ends).toEqual([]);
    }
    expect(seen).toEqual([1, 2]);
    expect(ends).toEqual([undefined]);
    expect(await items.next()).toEqual({ done: true, value: undefined });
    await items.return?.();
    expect(ends).toEqual([undefined]);
  });

  it('is done with the error that ends a stream', async () => {
    const { ends, done } = watched();
    const failure = new Error('torn');
    const items = iterate(
      (async function* () {
        yield 1;
        throw failure;
      })(),
      done,
    );
    await items.next();
    await expect(items.next()).rejects.toBe(failure);
    expect(ends).toEqual([failure]);
  });

  it('is done when the reader leaves early, after the source has cleaned up', async () => {
    const order: string[] = [];
    const items = iterate(
      numbers(() => order.push('source')),
      () => order.push('done'),
    );
    for await (const item of items) {
      expect(item).toBe(1);
      break;
    }
    expect(order).toEqual(['source', 'done']);
  });

  it('ends the source of a reader that leaves before the first item', async () => {
    let cancelled: unknown;
    const web = new ReadableStream({ cancel: (reason) => void (cancelled = reason ?? 'no reason') });
    const node = new Readable({ read() {} });
    const { ends, done } = watched();
    for (const source of [web, node] as AsyncIterable<unknown>[]) await iterate(source, done).return?.();
    expect(cancelled).toBe('no reason');
    expect(node.destroyed).toBe(true);
    expect(ends).toEqual([undefined, undefined]);
  });

  it('cancels a web stream that is left early', async () => {
    let cancelled = false;
    const { ends, done } = watched();
    const web = new ReadableStream({
      pull: (controller) => controller.enqueue('x'),
      cancel: () => void (cancelled = true),
    });
    for await (const item of iterate(web, done)) if (item === 'x') break;
    expect([cancelled, ends.length]).toEqual([true, 1]);
  });

  it('is done when the reader leaves while the source is stuck', async () => {
    const { ends, done } = watched();
    const items = iterate(stuck(), done);
    await items.next();
    void items.next();
    void items.return?.();
    await Promise.resolve();
    expect(ends).toEqual([undefined]);
  });

  it('is done when a source without return or throw is left or broken', async () => {
    const bare = (): AsyncIterable<unknown> => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: false, value: 1 }) }),
    });
    const { ends, done } = watched();
    const left = iterate(bare(), done);
    expect(await left.return?.('bye')).toEqual({ done: true, value: 'bye' });
    const broken = iterate(bare(), done);
    const failure = new Error('broken');
    await expect(broken.throw?.(failure)).rejects.toBe(failure);
    expect(ends).toEqual([undefined, failure]);
  });

  it('is not done when the source catches what is thrown into it and goes on', async () => {
    const { ends, done } = watched();
    const items = iterate(
      (async function* () {
        try {
          yield 1;
        } catch {
          yield 2;
        }
      })(),
      done,
    );
    await items.next();
    expect(await items.throw?.(new Error('caught'))).toEqual({ done: false, value: 2 });
    expect(ends).toEqual([]);
    await items.next();
    expect(ends).toEqual([undefined]);
  });

  it('tells each of several that watch one stream, the inner first', async () => {
    const order: string[] = [];
    const inner = settle(replyOf(numbers()), () => order.push('inner'));
    const outer = settle(inner, () => order.push('outer'));
    for await (const item of outer.value as AsyncIterable<unknown>) void item;
    expect(order).toEqual(['inner', 'outer']);
  });
});
