import { describe, expect, it } from 'vitest';
import { argumentNames } from './argument-names.js';

const key = 'computed(';

class Methods {
  plain(isbn: string, _limit: number): void {}
  async defaults(
    a = 'x,y)',
    b: unknown = { c: [1, 2], d: (e: number, f: number) => e + f },
    g = `${1})`,
  ): Promise<void> {}
  *destructured({ a, b }: { a: 1; b: 2 }, [c]: [1], ...rest: unknown[]): Generator {}
  async *$odd_näme(é: string /* ) */, $b: string): AsyncGenerator {} // (
  [key](x: string): void {}
  none(): void {}
}

const names = (member: string): unknown =>
  argumentNames((Methods.prototype as unknown as Record<string, Function>)[member]!);

describe('argumentNames', () => {
  it.each([
    ['plain', ['isbn', '_limit']],
    ['defaults', ['a', 'b', 'g']],
    ['destructured', [undefined, undefined, undefined]],
    ['$odd_näme', ['é', '$b']],
    [key, ['x']],
    ['none', []],
  ])('reads %s', (member, expected) => {
    expect(names(member)).toEqual(expected);
  });

  it('reads trailing commas, comments and old functions, and gives up on what has no list', () => {
    expect(argumentNames(new Function('a', 'b', 'return a'))).toEqual(['a', 'b']);
    expect(argumentNames(new Function('return ({ m(a /* , b( */, // c)\n b,) {} }).m')() as Function)).toEqual([
      'a',
      'b',
    ]);
    expect(argumentNames(((single: number) => single) as Function).length).toBeLessThanOrEqual(1);
    expect(argumentNames(Math.max)).toEqual([]);
  });
});
