import { parsePath } from '@ts-chassis/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Router } from './router.js';

function routerOf(...routes: readonly (readonly [method: string, path: string])[]): Router<string> {
  const router = new Router<string>();
  for (const [method, path] of routes) router.add(method, path, `${method} ${path}`);
  return router;
}

describe('Router', () => {
  const router = routerOf(
    ['GET', '/'],
    ['GET', '/books'],
    ['POST', '/books'],
    ['GET', '/books/new'],
    ['GET', '/books/{isbn:[0-9]+}'],
    ['GET', '/books/{title}'],
    ['DELETE', '/books/{isbn:[0-9]+}'],
    ['GET', '/books/{title}/pages/{page}'],
    ['GET', '/files/{rest:*}'],
    ['GET', '/files/{name}/meta'],
    ['HEAD', '/probe'],
    ['GET', '/probe'],
  );
  const find = (method: string, path: string): readonly [string, readonly string[]] | undefined => {
    const match = router.find(method, path);
    return match && [match.route, match.params];
  };

  it.each([
    ['/', 'GET /', []],
    ['/books', 'GET /books', []],
    ['/books/', 'GET /books', []],
    ['/books/new', 'GET /books/new', []],
    ['/books/42', 'GET /books/{isbn:[0-9]+}', ['42']],
    ['/books/moby', 'GET /books/{title}', ['moby']],
    ['/books/moby/', 'GET /books/{title}', ['moby']],
    ['/books/new/pages/7', 'GET /books/{title}/pages/{page}', ['new', '7']],
    ['/books/42/pages/7', 'GET /books/{title}/pages/{page}', ['42', '7']],
    ['/files/a/b/c', 'GET /files/{rest:*}', ['a/b/c']],
    ['/files/a/', 'GET /files/{rest:*}', ['a/']],
    ['/files/a/meta', 'GET /files/{name}/meta', ['a']],
    ['/files/a/meta/x', 'GET /files/{rest:*}', ['a/meta/x']],
  ])('finds %s', (path, route, params) => {
    expect(find('GET', path)).toEqual([route, params]);
  });

  it.each(['/Books', '/books//', '//books', '/books/a/b', '/files', '/files/', '/nothing'])(
    'does not find %s',
    (path) => {
      expect(find('GET', path)).toBeUndefined();
    },
  );

  it('keeps an encoded slash inside its step, and decodes the rest', () => {
    expect(find('GET', '/books/a%2Fb')).toEqual(['GET /books/{title}', ['a/b']]);
    expect(find('GET', '/books/gr%C3%BCn')).toEqual(['GET /books/{title}', ['grün']]);
    expect(find('GET', '/b%6Foks/new')).toEqual(['GET /books/new', []]);
  });

  it.each(['/books/%', '/books/%zz', '/books/%ff', '/%C0%AE/books'])('refuses the malformed path %s', (path) => {
    expect(() => find('GET', path)).toThrow(expect.objectContaining({ code: 'URL_MALFORMED' }));
  });

  it('goes on to a worse match when the better one lacks the method', () => {
    expect(find('DELETE', '/books/42')).toEqual(['DELETE /books/{isbn:[0-9]+}', ['42']]);
    expect(find('DELETE', '/books/moby')).toBeUndefined();
  });

  it('answers HEAD with the route of GET, unless it has its own', () => {
    expect(find('HEAD', '/books/42')).toEqual(['GET /books/{isbn:[0-9]+}', ['42']]);
    expect(find('HEAD', '/probe')).toEqual(['HEAD /probe', []]);
  });

  it('names the methods of a path', () => {
    expect(router.allowed('/books')).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
    expect(router.allowed('/books/42')).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS']);
    expect(router.allowed('/books/moby/')).toEqual(['GET', 'HEAD', 'OPTIONS']);
    expect(router.allowed('/nothing')).toEqual([]);
    expect(router.methods).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST']);
  });

  it('refuses one route twice, whatever its parameters are called', () => {
    expect(() => routerOf(['GET', '/a/{x}'], ['GET', '/a/{y}'])).toThrow(/routed twice/);
    expect(() => routerOf(['GET', '/a/b'], ['GET', '/a/b/'])).toThrow(/routed twice/);
  });

  it('refuses a pattern it cannot match in linear time', () => {
    expect(() => routerOf(['GET', '/a/{x:(a)\\1}'])).toThrow(expect.objectContaining({ code: 'ROUTE_INVALID' }));
  });

  it('does not let a hostile path explode', () => {
    const hostile = routerOf(['GET', '/x/{a:(a+)+}/end'], ['GET', '/x/{a:(a|aa)*b}/end']);
    const began = process.cpuUsage().user;
    expect(hostile.find('GET', `/x/${'a'.repeat(20_000)}!/end`)).toBeUndefined();
    expect(process.cpuUsage().user - began).toBeLessThan(2_000_000);
  });

  const step = fc.constantFrom('a', 'b', 'ab', '1', '12');
  const routeStep = fc.oneof(step, fc.constantFrom('{p}', '{q}', '{n:[0-9]+}', '{w:[ab]+}'));
  const routes = fc.array(
    fc.tuple(
      fc.constantFrom('GET', 'POST'),
      fc
        .array(routeStep, { maxLength: 4 })
        .chain((steps) =>
          fc
            .constantFrom('', '/{rest:*}')
            .map((tail) =>
              `/${steps.map((text, at) => text.replace(/^\{(.)/, `{$1${at}`)).join('/')}${tail}`.replace('//', '/'),
            ),
        ),
    ),
    { maxLength: 12 },
  );

  it('finds what a naive matcher finds', () => {
    fc.assert(
      fc.property(routes, fc.array(step, { maxLength: 5 }), fc.constantFrom('GET', 'POST'), (all, steps, method) => {
        const own = new Router<string>();
        const added: (readonly [string, string])[] = [];
        for (const [verb, path] of all) {
          try {
            own.add(verb, path, `${verb} ${path}`);
            added.push([verb, path]);
          } catch {
            // twice the same route
          }
        }
        const match = own.find(method, `/${steps.join('/')}`);
        expect(match && [match.route, ...match.params]).toEqual(naive(added, method, steps));
      }),
      { numRuns: 500 },
    );
  });
});

/** Every route that matches, the best by comparing step for step. */
function naive(
  routes: readonly (readonly [string, string])[],
  method: string,
  steps: readonly string[],
): string[] | undefined {
  let best: { readonly ranks: readonly number[]; readonly found: string[] } | undefined;
  for (const [verb, path] of routes) {
    if (verb !== method) continue;
    const ranks: number[] = [];
    const params: string[] = [];
    let at = 0;
    let matches = true;
    for (const segment of parsePath(path).segments) {
      const text = steps[at++];
      if (text === undefined) matches = false;
      else if (segment.kind === 'static') {
        matches &&= segment.text === text;
        ranks.push(0);
      } else if (segment.kind === 'wildcard') {
        params.push(steps.slice(at - 1).join('/'));
        at = steps.length;
        ranks.push(3);
      } else {
        matches &&= segment.pattern === undefined || new RegExp(`^(?:${segment.pattern})$`).test(text);
        params.push(text);
        ranks.push(segment.pattern === undefined ? 2 : 1);
      }
      if (!matches) break;
    }
    if (!matches || at !== steps.length) continue;
    // Of two equal patterns on one step the one declared first wins, as in the tree; names do not count.
    if (!best || compare(ranks, best.ranks) < 0) best = { ranks, found: [`${verb} ${path}`, ...params] };
  }
  return best?.found;
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
