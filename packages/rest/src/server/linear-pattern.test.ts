import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearPattern } from './linear-pattern.js';

describe('LinearPattern', () => {
  it.each([
    ['[0-9]+', '42', true],
    ['[0-9]+', '4a', false],
    ['[0-9]{3}', '123', true],
    ['[0-9]{3}', '1234', false],
    ['[0-9]{2,}', '12345', true],
    ['[0-9]{2,3}', '1', false],
    ['\\d+(\\.\\d+)?', '1.25', true],
    ['(en|de|fr)(-[A-Z]{2})?', 'de-AT', true],
    ['[a-z0-9]+(?:-[a-z0-9]+)*', 'a-slug-2', true],
    ['[^/.]+', 'a.b', false],
    ['^v\\d$', 'v2', true],
    ['.*', '', true],
    ['.', '😀', true],
    ['[α-ω]+', 'λογος', true],
    ['[\\w.-]+@[\\w-]+', 'a.b@c-d', true],
    ['a\\$', 'a$', true],
    ['[]', 'a', false],
    ['(?<year>\\d{4})', '2026', true],
    ['a|', '', true],
    ['x*?y+?', 'xxyy', true],
  ])('%s on %s is %s, as for Node', (pattern, text, expected) => {
    expect(new LinearPattern(pattern).matches(text)).toBe(expected);
    expect(new RegExp(`^(?:${pattern})$`, 'u').test(text)).toBe(expected);
  });

  it.each([
    '(a)\\1',
    '(?=a)a',
    '(?!a)b',
    '(?<=a)b',
    '\\bword',
    'a**',
    '(a',
    'a)',
    '[a',
    '*a',
    'a{2,1}',
    '[b-a]',
    '\\p{L}',
    'a^b',
    'a{x}',
  ])('refuses %s', (pattern) => {
    expect(() => new LinearPattern(pattern)).toThrow(SyntaxError);
  });

  it('refuses a pattern that would need too many states', () => {
    expect(() => new LinearPattern('(([ab]{50}){50}){50}')).toThrow(/states/);
  });

  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w');
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc
        .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,}'))
        .map(([part, times]) => `(?:${part})${times}`),
      fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => left + right),
      fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(${left}|${right})`),
    ),
  }));

  it('agrees with Node on every regular pattern', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '-'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        expect(new LinearPattern(source).matches(subject)).toBe(new RegExp(`^(?:${source})$`).test(subject));
      }),
      { numRuns: 1000 },
    );
  });
});
