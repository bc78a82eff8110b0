import { encode } from '@msgpack/msgpack';
import { CodecPort, type Codec, type PluginHost } from '@ts-chassis/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { messagePack } from './message-pack.js';

let codec!: Codec;
messagePack().install({
  extend: (port: unknown, _name: string, make: () => Codec) => {
    expect(port).toBe(CodecPort);
    codec = make();
  },
} as unknown as PluginHost);

it('reads whatever it writes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      fc.pre(!JSON.stringify(value).includes('__proto__'));
      // neither JSON nor MessagePack as it is written here has a negative zero of its own
      expect(JSON.stringify(codec.decode(codec.encode(value)))).toBe(JSON.stringify(value));
    }),
  );
});

it('reads what others write: lengths of every width, bytes, extensions', () => {
  const texts = [0, 31, 32, 255, 256, 65_535, 65_536].map((length) => 'x'.repeat(length));
  const lists = [0, 15, 16, 65_535, 65_536].map((length) => Array.from({ length }, () => 1));
  const maps = [15, 16, 70_000].map((length) =>
    Object.fromEntries(lists[4]!.slice(0, length).map((one, at) => [`k${at}`, one])),
  );
  for (const value of [...texts, ...lists, ...maps, 1.5, -1, -200, -40_000, 5_000_000_000, null, true]) {
    expect(codec.decode(encode(value))).toEqual(value);
  }
  expect(codec.decode(encode(new Uint8Array(300)))).toEqual(new Uint8Array(300));
  expect(codec.decode(encode(new Date(5)))).toEqual(new Date(5));
});

it('throws for anything else, and holds no more than it was given', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        codec.decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
  );
  const nested = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from([0xdc, 0xff, 0xff])));
  expect(() => codec.decode(nested)).toThrow('announces more than it brings');
});
