import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressPool } from './address-pool.js';
import { parseAddress, parseAddresses, type Address } from './address.js';

const address = (name: string): Address => parseAddress(`http://${name}:30100`)!;
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(address) as [Address, Address, Address, Address];
const names = (addresses: readonly Address[]): string => addresses.map(({ host }) => host).join('');

describe('AddressPool', () => {
  it('begins with each in turn', () => {
    const pool = new AddressPool([a, b, c]);
    expect([1, 2, 3, 4].map(() => names(pool.candidates()))).toEqual(['abc', 'bca', 'cab', 'abc']);
  });

  it('asks those of the own zone first, then others, then those configured, each once', () => {
    const pool = new AddressPool([a, d]);
    pool.told({ near: [b, a], far: [c] });
    expect([1, 2].map(() => names(pool.candidates()))).toEqual(['bacd', 'abcd']);
    pool.told({ near: [], far: [] });
    expect(names(pool.candidates())).toBe('ad');
  });

  it('asks who failed after all others, at once, until it answers', () => {
    const pool = new AddressPool([a]);
    pool.told({ near: [a], far: [b] });
    pool.failed(a);
    expect(names(pool.candidates())).toBe('ba');
    pool.failed(b);
    expect(names(pool.candidates())).toBe('ab');
    pool.worked(a);
    expect(names(pool.candidates())).toBe('ab');
  });

  it('believes two good looks in a row, and three bad ones', () => {
    const pool = new AddressPool([a, b]);
    const isAvailable = (...looks: boolean[]): boolean => {
      for (const look of looks) pool.looked(a, look);
      return pool.isAvailable(a);
    };
    expect(isAvailable(false, false, true, false, false)).toBe(true);
    expect(isAvailable(false)).toBe(false);
    expect(isAvailable(true, false, true)).toBe(false);
    expect(isAvailable(true)).toBe(true);
    pool.failed(a);
    expect(isAvailable(true)).toBe(false);
    expect(isAvailable(true)).toBe(true);
  });

  it('never leaves an address out, nor an available one behind another', () => {
    const event = fc.record({ kind: fc.constantFrom('failed', 'worked', 'good', 'bad'), at: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const pool = new AddressPool([a, b]);
        pool.told({ near: [c], far: [d] });
        const all = [a, b, c, d];
        for (const { kind, at } of events) {
          if (kind === 'failed') pool.failed(all[at]!);
          else if (kind === 'worked') pool.worked(all[at]!);
          else pool.looked(all[at]!, kind === 'good');
          const candidates = pool.candidates();
          expect(new Set(candidates)).toEqual(new Set(all));
          expect(candidates).toHaveLength(4);
          const standing = candidates.map((one) => pool.isAvailable(one));
          expect(standing.lastIndexOf(true)).toBeLessThan(
            standing.includes(false) ? standing.indexOf(false) : standing.length,
          );
        }
      }),
    );
  });
});

describe('parseAddresses', () => {
  it('reads addresses, each once, without user and password', () => {
    const addresses = parseAddresses(
      [' http://me:secret@sc:30100/ ', 'sc:30100', 'http://[::1]:30100', 'http://sc/sc/'],
      'k',
    );
    expect(addresses).toEqual([
      { origin: 'http://sc:30100', host: 'sc', port: 30100, secure: false, prefix: '' },
      { origin: 'http://[::1]:30100', host: '::1', port: 30100, secure: false, prefix: '' },
      { origin: 'http://sc', host: 'sc', port: 80, secure: false, prefix: '/sc' },
    ]);
    expect(parseAddress('https://sc')).toMatchObject({ port: 443, secure: true });
  });

  it.each([
    [[], 'k: expected at least one address, got none'],
    [['ftp://sc'], 'k: expected an address such as http://127.0.0.1:30100, got "ftp://sc"'],
    [['http://me:secret@'], 'got "http://"'],
    [['me:secret@s c'], 'got "s c"'],
    [['https://me:sec/ret@sc:99999'], 'got "https://sc:99999"'],
    [['http://a', 'https://b'], 'k: expected addresses of one scheme, got http: and https:'],
  ])('refuses %j', (texts, message) => {
    expect(() => parseAddresses(texts, 'k')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
    expect(() => parseAddresses(texts, 'k')).toThrow(message);
  });
});
