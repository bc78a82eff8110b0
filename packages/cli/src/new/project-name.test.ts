import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.js';
import { projectName } from './project-name.js';

describe('projectName', () => {
  it.each([
    ['orders', 'orders'],
    ['My Service', 'my-service'],
    ['orderService', 'order-service'],
    ['  order_items  ', 'order-items'],
    ['a'.repeat(63), 'a'.repeat(63)],
  ])('makes of %j the name %j', (typed, name) => {
    expect(projectName(typed)).toBe(name);
  });

  it.each([
    ['', 'it is empty'],
    ['   ', 'it is empty'],
    ['..', 'it is a path'],
    ['.', 'it is a path'],
    ['../orders', 'it is a path'],
    ['/etc/orders', 'it is a path'],
    ['C:\\orders', 'it is a path'],
    ['@shop/orders', 'it is a path'],
    ['.orders', 'it begins with "."'],
    ['_orders', 'it begins with "_"'],
    ['-rf', 'it does not begin with a letter'],
    ['7up', 'it does not begin with a letter'],
    ['orders-', 'it ends with a hyphen'],
    ['bücher', 'it has "ü" in it'],
    ['订单', 'in it'],
    ['🍞', 'in it'],
    ['a\u0000b', 'in it'],
    ['a\nb', 'in it'],
    ['a;rm -rf', 'it has ";" in it'],
    ['$(id)', 'it has "$" in it'],
    ['node_modules', 'taken'],
    ['http', 'taken'],
    ['CON', 'taken'],
    ['favicon.ico', 'it has "." in it'],
    ['a'.repeat(64), '64 characters'],
    ['a'.repeat(10_000), '(10000 characters)'],
  ])('refuses %j', (typed, why) => {
    expect(() => projectName(typed)).toThrow(why);
    expect(() => projectName(typed)).toThrow(CommandError);
  });

  it('gives back names that are safe everywhere, or refuses', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[A-Za-z _-]{1,70}$/)),
        (typed) => {
          let name: string;
          try {
            name = projectName(typed);
          } catch (error) {
            return error instanceof CommandError && error.exitCode === 2;
          }
          return /^[a-z][a-z0-9-]{0,62}$/.test(name) && projectName(name) === name;
        },
      ),
    );
  });
});
