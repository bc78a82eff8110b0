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

  it.each([
    ['^/items/', '/items/'],
    ['^\\/v1\\.0\\/a$', '/v1.0/a'],
    ['^/items/[0-9]+', '/items/'],
    ['^ab?', 'a'],
    ['^a\\.*', 'a'],
    ['^a{2}', ''],
    ['^a|b', ''],
    ['items', ''],
    ['^\\d', ''],
  ])('tells of %s that it begins with "%s"', (pattern, head) => {
    expect(LinearPattern.headOf(pattern)).toBe(head);
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

describe('LinearPattern, searching', () => {
  it.each([
    ['[0-9]+', 'a42b', true],
    ['^[0-9]+', 'a42b', false],
    ['[0-9]+$', 'a42', true],
    ['[0-9]+$', 'a42b', false],
    ['^a|b$', 'ax', true],
    ['^a|b$', 'xb', true],
    ['^a|b$', 'bxa', false],
    ['^(ios|android)$', 'ios', true],
    ['^(ios|android)$', 'ios 1', false],
    ['a\\$', 'xa$', true],
    ['', 'anything', true],
    ['a.c', 'xxabcxx', true],
    ['a.c', 'a\nc', false],
    ['^x*$', '\n', false],
    ['^ab?c', 'ac', true],
    ['^/a/[0-9]+$', '/a/12', true],
    ['^/a/[0-9]+$', '/b/12', false],
    ['^ab{2}', 'abb', true],
  ])('%s on %j is %s, as for Node', (pattern, text, expected) => {
    expect(new LinearPattern(pattern, { search: true }).matches(text)).toBe(expected);
    expect(new RegExp(pattern, 'u').test(text)).toBe(expected);
  });

  it.each([
    ['^[[:alpha:]]+[[:digit:]]$', 'abc1', true],
    ['^[[:alpha:]]+$', 'abc1', false],
    ['^[^[:space:]]+$', 'a b', false],
    ['[[:upper:]_]', 'ab_', true],
  ])('POSIX classes: %s on %j is %s', (pattern, text, expected) => {
    expect(new LinearPattern(pattern, { search: true }).matches(text)).toBe(expected);
  });

  it.each([
    ['^IOS', 'ios 17', true],
    ['[a-c]+x', 'ABX', true],
    ['^[^a]$', 'A', false],
    ['\\d', 'x', false],
    ['[A-Z]', 'q', true],
  ])('whatever the case: %s on %j is %s, as for Node', (pattern, text, expected) => {
    expect(new LinearPattern(pattern, { search: true, ignoreCase: true }).matches(text)).toBe(expected);
    expect(new RegExp(pattern, 'i').test(text)).toBe(expected);
  });

  it.each(['(a)\\1', '(?=a)', 'a\\b', 'x(^a)', '(a', 'a**', '[z-a]', 'a{2000}{2000}'])('refuses %s', (pattern) => {
    expect(() => new LinearPattern(pattern, { search: true })).toThrow(SyntaxError);
  });

  it('takes time in proportion to the text, whatever the pattern', () => {
    const steps = new LinearPattern('^(a+)+$', { search: true });
    expect(steps.matches(`${'a'.repeat(100_000)}b`)).toBe(false);
  });

  it('agrees with Node on random patterns', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '(a|b)', '(?:ab)?');
    const part = fc
      .tuple(atom, fc.constantFrom('', '*', '+', '?'))
      .map(([one, often]) => one + (one.endsWith('?') ? '' : often));
    const alternative = fc
      .tuple(fc.constantFrom('', '^'), fc.array(part, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '$'))
      .map(([begin, parts, end]) => begin + parts.join('') + end);
    const pattern = fc.array(alternative, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|'));
    const text = fc
      .array(fc.constantFrom('a', 'b', 'A', 'x', '\n'), { maxLength: 8 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (source, given, ignoreCase) => {
        const expected = new RegExp(source, ignoreCase ? 'iu' : 'u').test(given);
        expect(new LinearPattern(source, { search: true, ignoreCase }).matches(given)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
