import fc from 'fast-check';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { EventItems } from '../../client/event-items.js';
import { parseHeaderParameters } from '../media-type.js';
import { PartReader } from '../multipart/part-reader.js';
import { writeForm } from '../multipart/write-multipart.js';
import type { ItemOptions } from './item-options.js';
import { JsonArrayItems } from './json-array-items.js';
import { LineItems } from './line-items.js';

const options: ItemOptions = {
  maxItemBytes: Infinity,
  parse: (bytes) => JSON.parse(bytes.toString('utf8')) as unknown,
  invalid: (what) => new Error(what),
  tooLarge: () => new Error('too large'),
};

const values = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 5 });
/** After how many bytes the next piece begins, again and again. */
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

async function* pieces(text: string | Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0, count = 0; at < bytes.length; count++) {
    const end = at + lengths[count % lengths.length]!;
    yield await Promise.resolve(bytes.subarray(at, end));
    at = end;
  }
}

async function collected(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** What JSON gives back of a value. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('a body that comes in any pieces', () => {
  it('as an array has the items it had', async () => {
    await fc.assert(
      fc.asyncProperty(values, sizes, fc.constantFrom(undefined, 2), async (items, lengths, indent) => {
        const text = JSON.stringify(items, undefined, indent);
        expect(await collected(new JsonArrayItems(pieces(text, lengths), options))).toEqual(plain(items));
      }),
    );
  });

  it('as lines has the items it had', async () => {
    await fc.assert(
      fc.asyncProperty(values, sizes, fc.constantFrom('\n', '\r\n', '\n\n'), async (items, lengths, end) => {
        const text = items.map((item) => JSON.stringify(item)).join(end);
        expect(await collected(new LineItems(pieces(text, lengths), options))).toEqual(plain(items));
      }),
    );
  });

  it('as events has the items it had', async () => {
    const failure = (): Error => new Error('none');
    await fc.assert(
      fc.asyncProperty(values, sizes, fc.constantFrom('\n', '\r\n', '\r'), async (items, lengths, end) => {
        const text = items
          .map((item) => `id: 1${end}data: ${JSON.stringify(item)}${end}${end}`)
          .join(`: comment${end}`);
        const events = new EventItems(pieces(`${text}: end`, lengths), {
          operationId: 'x',
          maxItemBytes: Infinity,
          failure,
        });
        expect(await collected(events)).toEqual(plain(items));
      }),
    );
  });

  it('as parts has the fields it had', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ü', '-', '\r', '\n', '--', '"'), maxLength: 12 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', ' ', ';', '='), minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, text), { maxLength: 4 }), sizes, async (fields, lengths) => {
        const { contentType, body } = writeForm(fields);
        const boundary = parseHeaderParameters(contentType).get('boundary')!;
        const limits = { maxParts: 10, maxPartHeaders: 5 };
        const source = Readable.from(pieces(body as Uint8Array, lengths), { objectMode: false });
        const found: [string, string][] = [];
        for await (const { head, content } of new PartReader(source, { boundary, limits })) {
          const chunks = (await collected(content)) as Buffer[];
          found.push([head.name, Buffer.concat(chunks).toString('utf8')]);
        }
        expect(found).toEqual(fields);
      }),
    );
  });

  it('fails as an error whatever comes, and never otherwise', async () => {
    const anything = fc.string({
      unit: fc.constantFrom('[', ']', '{', '}', ',', '"', '\\', '1', ' ', '\n', 'a'),
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(anything, sizes, async (text, lengths) => {
        let expected: unknown;
        try {
          const parsed: unknown = JSON.parse(text);
          expected = Array.isArray(parsed) ? parsed : undefined;
        } catch {
          expected = undefined;
        }
        const got = await collected(new JsonArrayItems(pieces(text, lengths), options)).catch(() => undefined);
        expect(got).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
