import { describe, expect, it } from 'vitest';
import { MATCH_OPERATORS } from './match-operator.js';

const test = (operator: string, expected: string, ignoreCase = false) =>
  MATCH_OPERATORS.get(operator)!.compile(expected, ignoreCase);

describe('operators', () => {
  it.each([
    ['exact', 'ios', 'ios', true],
    ['exact', 'ios', 'iOS', false],
    ['contains', 'ios', 'my-ios-17', true],
    ['prefix', '/api', '/api/v1', true],
    ['prefix', '/api', 'x/api', false],
    ['suffix', '.html', 'a.html', true],
    ['regex', '^[[:alpha:]]+$', 'abc', true],
    ['regex', 'ios [[:digit:]]{2}', 'my ios 17', true],
    ['regex', '^\\d+$', '12x', false],
    ['noEqu', 'ios', 'android', true],
    ['noEqu', 'ios', 'ios', false],
    ['less', '10', '9', true],
    ['less', '10', '10', false],
    ['noLess', '10', '10', true],
    ['greater', '10', '10.5', true],
    ['greater', '9', '10', true],
    ['noGreater', '10', '10', true],
    ['noGreater', '10', 'ten', false],
    ['less', '10', '', false],
    ['compare', '>=10', '10', true],
    ['compare', '!=10', '10', false],
    ['compare', ' < 10', '3', true],
  ])('%s %s on %s: %s', (operator, expected, value, outcome) => {
    expect(test(operator, expected)(value)).toBe(outcome);
  });

  it.each([
    ['exact', 'IOS'],
    ['contains', 'O'],
    ['prefix', 'IO'],
    ['suffix', 'OS'],
    ['regex', '^I[N-P]S$'],
  ])('%s %s does without case', (operator, expected) => {
    expect(test(operator, expected, true)('ios')).toBe(true);
    expect(test(operator, expected)('ios')).toBe(false);
  });

  it.each([
    ['less', 'ten'],
    ['compare', '10'],
    ['compare', '>ten'],
    ['regex', '(a)\\1'],
    ['regex', '(?=a)b'],
    ['regex', '(a'],
  ])('%s refuses to compare with %s', (operator, expected) => {
    expect(() => test(operator, expected)).toThrow();
  });

  it('an expression made to explode answers at once, padding evades none, and values longer than all headers never match one', () => {
    const exploding = test('regex', '^(a|aa)+$');
    expect(exploding(`${'a'.repeat(2047)}b`)).toBe(false);
    expect(exploding('a'.repeat(16_384))).toBe(true);
    expect(exploding('a'.repeat(16_385))).toBe(false);
  });
});
