import { Type, Field, Root } from 'protobufjs/light';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusDetails } from '../server/status-details-writer.js';
import { StatusDetailsReader } from './status-details.js';

const reader = new StatusDetailsReader();

describe('google.rpc details', () => {
  it('say again what our own server said', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.option(fc.integer({ min: 0, max: 1e9 }), { nil: undefined }),
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((name) => !['__proto__', 'faults'].includes(name)),
          fc.jsonValue({ maxDepth: 3 }),
          { maxKeys: 4, noNullPrototype: true },
        ),
        (code, retryAfterMs, details) => {
          const plain = JSON.parse(JSON.stringify(details)) as Record<string, unknown>;
          // a name that could change what objects are is left out by the reader, at any depth
          fc.pre(!JSON.stringify(plain).includes('"__proto__":'));
          const failure = { kind: 'ABORTED' as const, code, message: 'm', details: plain };
          const bytes = statusDetails({ ...failure, ...(retryAfterMs !== undefined && { retryAfterMs }) }, 'catalog');
          fc.pre(bytes.length < 4000);
          const read = reader.read(bytes);
          expect(read?.code).toBe(code);
          expect(read?.retryAfterMs).toBe(retryAfterMs);
          expect(read?.details ?? {}).toEqual(plain);
        },
      ),
    );
  });

  it('of others are read as far as they are known: faults, metadata, delays', () => {
    const any = new Type('Any').add(new Field('typeUrl', 1, 'string')).add(new Field('value', 2, 'bytes'));
    const status = new Type('Status')
      .add(new Field('code', 1, 'int32'))
      .add(new Field('details', 3, 'Any', 'repeated'));
    new Root().add(any).add(status);
    const detail = (name: string, hex: string): object => ({
      typeUrl: `type.googleapis.com/${name}`,
      value: Buffer.from(hex, 'hex'),
    });
    const text = (field: number, value: string): string =>
      Buffer.from([(field << 3) | 2, Buffer.byteLength(value)]).toString('hex') + Buffer.from(value).toString('hex');
    const nested = (field: number, hex: string): string =>
      Buffer.from([(field << 3) | 2, hex.length / 2]).toString('hex') + hex;
    const details = [
      detail('google.rpc.Help', '0a00'),
      detail('google.rpc.ErrorInfo', text(1, 'STOCK_EMPTY') + nested(3, text(1, 'isbn') + text(2, '978'))),
      detail('google.rpc.RetryInfo', nested(1, '0802' + '1080cab5ee01')),
      detail('google.rpc.BadRequest', nested(1, text(1, 'isbn') + text(2, 'too short'))),
    ];
    const bytes = status.encode({ code: 9, details }).finish();
    expect(reader.read(bytes)).toEqual({
      code: 'STOCK_EMPTY',
      retryAfterMs: 2500,
      details: { isbn: '978', faults: [{ pointer: 'isbn', message: 'too short' }] },
    });
  });

  it('that are anything else say nothing, and do no harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const read = reader.read(bytes);
        expect(read === undefined || typeof read === 'object').toBe(true);
      }),
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
