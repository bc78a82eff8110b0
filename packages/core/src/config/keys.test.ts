import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillKey, isWithin, keyPattern, matchHead } from './keys.js';

describe('keyPattern', () => {
  it.each([
    ['shop.discount', 'shop.discount', true],
    ['shop.discount', 'shop.discounts', false],
    ['shop.*', 'shop.discount', true],
    ['shop.*', 'shop.prices.book', true],
    ['shop.*', 'shop', false],
    ['shop.*.rate', 'shop.book.rate', true],
    ['shop.*.rate', 'shop.book.old.rate', false],
    ['shop.**.rate', 'shop.book.old.rate', true],
    ['shop.**.rate', 'shop.rate', true],
    ['**.rate', 'rate', true],
    ['**', 'any.thing', true],
    ['*', 'any.thing', true],
    ['**.a.**', 'b.a.c.a.d', true],
    ['a.b', 'axb', false],
  ])('%s on %s: %s', (pattern, key, expected) => {
    expect(keyPattern(pattern)(key)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const step = fc.constantFrom('a', 'b', 'ab');
    const pattern = fc.array(fc.oneof(step, fc.constant('*'), fc.constant('**')), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pattern, fc.array(step, { minLength: 1, maxLength: 6 }), (steps, key) => {
        const parts = steps.at(-1) === '*' ? [...steps, '**'] : steps;
        const source = parts
          .map((part) => (part === '*' ? '[^.]+\\.' : part === '**' ? '(?:[^.]+\\.)*' : `${part}\\.`))
          .join('');
        expect(keyPattern(steps.join('.'))(key.join('.'))).toBe(new RegExp(`^${source}$`).test(`${key.join('.')}.`));
      }),
    );
  });
});

describe('steps of keys', () => {
  it('knows what lies within a key', () => {
    expect(isWithin('a.b', 'a')).toBe(true);
    expect(isWithin('a', 'a')).toBe(true);
    expect(isWithin('ab', 'a')).toBe(false);
    expect(isWithin('anything', '')).toBe(true);
  });

  it('captures what stands for a star and puts it elsewhere', () => {
    const match = matchHead(['a', '*'], ['a', 'rest', 'port']);
    expect(match).toEqual({ captured: ['rest'], rest: ['port'] });
    expect(fillKey('b.*.c', match!.captured)).toBe('b.rest.c');
    expect(matchHead(['a', '*'], ['a'])).toBeUndefined();
  });
});
