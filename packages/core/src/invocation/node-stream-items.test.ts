import fc from 'fast-check';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { nodeStreamItems } from './node-stream-items.js';

async function all(items: AsyncIterator<unknown>): Promise<unknown[]> {
  const given: unknown[] = [];
  for (let item = await items.next(); !item.done; item = await items.next()) given.push(item.value);
  return given;
}

describe('the items of a Node stream', () => {
  it('are its chunks as they were pushed, however many are asked for at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1 })),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        async (texts, together, objectMode) => {
          const items = nodeStreamItems(
            Readable.from(
              texts.map((text) => (objectMode ? { text } : Buffer.from(text))),
              { objectMode },
            ),
          );
          const given: unknown[] = [];
          for (let over = false; !over;) {
            const asked = await Promise.all(Array.from({ length: together }, () => items.next()));
            given.push(...asked.flatMap(({ done, value }) => (done ? [] : [value])));
            over = asked.some(({ done }) => done);
          }
          expect(given).toEqual(texts.map((text) => (objectMode ? { text } : Buffer.from(text))));
        },
      ),
    );
  });

  it('are not copied together when several are ready', async () => {
    const chunks = [Buffer.from('a'), Buffer.from('b'), Buffer.from('c')];
    const left = chunks.slice();
    const stream = new Readable({
      read() {
        this.push(left.shift() ?? null);
      },
    });
    const given = await all(nodeStreamItems(stream));
    expect(given.every((chunk, index) => chunk === chunks[index])).toBe(true);
    expect(given).toHaveLength(3);
  });

  it('are asked of the source no faster than they are taken', async () => {
    let pushed = 0;
    const stream = new Readable({
      highWaterMark: 1,
      read() {
        pushed += 1;
        this.push(Buffer.from('x'));
      },
    });
    const items = nodeStreamItems(stream);
    for (let count = 0; count < 3; count++) await items.next();
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(pushed).toBeLessThan(12);
    await items.return!();
    expect(stream.destroyed).toBe(true);
  });

  it('end with the error of the stream, told once, after what came before it', async () => {
    const stream = new PassThrough();
    const items = nodeStreamItems(stream);
    stream.write('one');
    expect((await items.next()).value).toEqual(Buffer.from('one'));
    const next = items.next();
    stream.destroy(new Error('disk gone'));
    await expect(next).rejects.toThrow('disk gone');
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('end with an error when the stream closes too early', async () => {
    const stream = new PassThrough();
    const next = nodeStreamItems(stream).next();
    stream.destroy();
    await expect(next).rejects.toThrow('Premature close');
  });

  it('are those of any other iterable as it gives them', async () => {
    const source = (async function* (): AsyncGenerator<number> {
      yield 1;
      yield 2;
    })();
    expect(await all(nodeStreamItems(source))).toEqual([1, 2]);
  });
});
