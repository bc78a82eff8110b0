import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Router } from '../server/router.js';
import { PathPrefix } from './path-prefix.js';

/** A text with some of its characters encoded, in either case of the hexadecimal digits. */
const written = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(...[...text].map((char) => fc.constantFrom(char, char, encoded(char), encoded(char).toLowerCase())))
    .map((parts) => parts.join(''));

const encoded = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

const step = fc.oneof(
  fc.constantFrom(
    '',
    'admin',
    'Admin',
    'ADMIN',
    'users',
    '%61dmin',
    'admin%2Fusers',
    'admin ',
    'ad',
    'administrator',
    '%',
    '%zz',
  ),
  written('admin'),
  written('users'),
  fc.string({ maxLength: 5 }).map((text) => text.replaceAll(/[/?#\s]/g, '')),
);

describe('the prefix of a path', () => {
  const router = new Router<string>();
  router.add('GET', '/admin', 'admin');
  router.add('GET', '/admin/users', 'users');
  router.add('GET', '/admin/users/{id}', 'user');
  router.add('GET', '/admin/{rest:*}', 'rest');
  router.add('GET', '/{other}/users', 'other');

  it('sees whatever the router takes to be below it', () => {
    const prefixes = [new PathPrefix('/admin'), new PathPrefix('/Admin/')];
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
        const path = `/${steps.join('/')}`;
        const found = find(router, path);
        for (const prefix of prefixes) {
          const length = prefix.lengthIn(path);
          if (found !== undefined && found !== 'other') expect(length).toBeGreaterThan(0);
          if (length >= 0) expect(path.slice(length)).toMatch(/^(\/|$)/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('of several steps needs them all', () => {
    const prefix = new PathPrefix('/a/b');
    expect(['/a/b', '/A/%42/c', '/a', '/a/bc', '/b/a/b', '/a%2Fb'].map((path) => prefix.lengthIn(path))).toEqual([
      4, 6, -1, -1, -1, -1,
    ]);
    expect(new PathPrefix('/').lengthIn('/anything')).toBe(0);
  });
});

function find(router: Router<string>, path: string): string | undefined {
  try {
    return router.find('GET', path)?.route;
  } catch {
    return undefined;
  }
}
