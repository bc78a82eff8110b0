import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { discardStream, pullFirst, streamInside } from './streams.js';

async function* three(onEnd: () => void = () => undefined): AsyncGenerator<number> {
  try {
    yield* [1, 2, 3];
  } finally {
    onEnd();
  }
}

async function all(source: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('pullFirst', () => {
  it('loses no item', async () => {
    expect(await all(await pullFirst(three()))).toEqual([1, 2, 3]);
    expect(await all(await pullFirst(Readable.from([])))).toEqual([]);
  });

  it('fails with a source that fails at once', async () => {
    const source = three();
    const failing = (async function* () {
      await source.throw(new Error('no rows'));
      yield 1;
    })();
    await expect(pullFirst(failing)).rejects.toThrow('no rows');
  });

  it('passes a later failure on in its place', async () => {
    const pulled = await pullFirst(
      (async function* () {
        yield 1;
        throw new Error('torn');
      })(),
    );
    const items = pulled[Symbol.asyncIterator]();
    expect((await items.next()).value).toBe(1);
    await expect(items.next()).rejects.toThrow('torn');
  });

  it('ends the source of a reader that leaves before the first item', async () => {
    let ended = false;
    const pulled = await pullFirst(three(() => (ended = true)));
    const items = pulled[Symbol.asyncIterator]();
    await items.return?.();
    expect(ended).toBe(true);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });
});

describe('streamInside', () => {
  it('runs every step of the source inside, the end too', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const source = (async function* () {
      try {
        seen.push(storage.getStore());
        yield 1;
        seen.push(storage.getStore());
        yield 2;
      } finally {
        seen.push(storage.getStore());
      }
    })();
    for await (const item of streamInside(source, (run) => storage.run('inside', run))) if (item === 2) break;
    expect(seen).toEqual(['inside', 'inside', 'inside']);
    expect(storage.getStore()).toBeUndefined();
  });
});

describe('discardStream', () => {
  it('ends generators that were begun and Node streams that were not', async () => {
    let ended = false;
    const begun = three(() => (ended = true));
    await begun.next();
    const node = new Readable({ read() {} });
    discardStream(begun);
    discardStream(node);
    await new Promise((resolve) => setImmediate(resolve));
    expect([ended, node.destroyed]).toEqual([true, true]);
  });

  it('lets nobody hear of a source that fails to end', async () => {
    discardStream({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: true, value: undefined }),
        return: () => Promise.reject(new Error('cannot end')),
      }),
    });
    await new Promise((resolve) => setImmediate(resolve));
  });
});
