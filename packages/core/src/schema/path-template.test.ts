import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinPaths, parsePath } from './path-template.js';

describe('parsePath', () => {
  it.each([
    ['', '/', '/', []],
    ['/', '/', '/', []],
    ['books', '/books', '/books', []],
    ['/books/:isbn/', '/books/{isbn}', '/books/{isbn}', ['isbn']],
    ['/a/{id}/b', '/a/{id}/b', '/a/{id}/b', ['id']],
    ['/a/{id:[0-9]{1,3}(/x)?}', '/a/{id:[0-9]{1,3}(/x)?}', '/a/{id}', ['id']],
    ['/files/{rest:*}', '/files/{rest:*}', '/files/{rest}', ['rest']],
    ['/a b/%C3%A9/$x@y', '/a%20b/%C3%A9/$x@y', '/a%20b/%C3%A9/$x@y', []],
    [String.raw`/a/{id:\}x}`, String.raw`/a/{id:\}x}`, '/a/{id}', ['id']],
  ])('reads %j', (path, text, openApi, names) => {
    const template = parsePath(path);
    expect([template.text, template.toOpenApi(), template.names]).toEqual([text, openApi, names]);
    expect(parsePath(template.text).text).toBe(text);
  });

  it.each([
    ['/a//b', /empty segment/],
    ['/a/{id', /braces that do not match/],
    ['/a/id}', /braces that do not match/],
    ['/a/{id}.json', /mixes text and a parameter/],
    ['/a/*', /wildcard without a name; write \{rest:\*\}/],
    ['/a/{rest:*}/b', /goes on after the wildcard/],
    ['/a/{1:*}', /wildcard named '1'/],
    ['/a/:id(\\d+)', /parameter named 'id\(\\d\+\)'.*\{id:\[0-9\]\+\}/],
    ['/a/{}', /parameter named ''/],
    ['/a/{id:}', /no regular expression: it is empty/],
    ['/a/{id:(}', /no regular expression/],
    ['/a/../b', /resolve away/],
    ['/a?x=1', /ends a path/],
    ['/a/%zz', /malformed percent-encoding/],
    ['/a/:id/b/{id}', /two parameters 'id'/],
  ])('refuses %j, naming who declares it', (path, message) => {
    expect(() => parsePath(path, 'Catalog.find')).toThrow(message);
    expect(() => parsePath(path, 'Catalog.find')).toThrow(
      expect.objectContaining({ code: 'SCHEMA_INVALID', message: expect.stringMatching(/^Catalog\.find: path '/) }),
    );
  });
});

describe('expand', () => {
  it('encodes what a segment cannot hold, and keeps the slashes of a wildcard', () => {
    const template = parsePath('/a/{id}/{rest:*}');
    expect(template.expand({ id: 'x/y z?é', rest: 'b c/d' })).toBe('/a/x%2Fy%20z%3F%C3%A9/b%20c/d');
    expect(template.expand({ id: 7, rest: true })).toBe('/a/7/true');
    expect(parsePath('/').expand({})).toBe('/');
  });

  it.each([
    [{ rest: 'x' }, /'id' of .* cannot be nothing/],
    [{ id: '', rest: 'x' }, /'id'/],
    [{ id: '..', rest: 'x' }, /'id' .* cannot be '\.\.'/],
    [{ id: 'a', rest: 'x/../../y' }, /'rest'/],
    [{ id: '\ud800', rest: 'x' }, /no well-formed text/],
  ])('refuses %j, which would end elsewhere', (values, message) => {
    expect(() => parsePath('/a/{id}/{rest:*}').expand(values)).toThrow(message);
  });

  it('gives paths whose segments decode to the values', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((value) => value !== '.' && value !== '..' && !/\p{Surrogate}/u.test(value));
    fc.assert(
      fc.property(text, text, (id, name) => {
        const path = parsePath('/a/{id}/b/:name').expand({ id, name });
        const segments = new URL(path, 'http://host').pathname.split('/').map(decodeURIComponent);
        expect(segments).toEqual(['', 'a', id, 'b', name]);
      }),
    );
  });
});

it.each([
  ['', '', '/'],
  ['/books', '', '/books'],
  ['books/', '/:isbn', '/books/:isbn'],
  ['/', '/a/', '/a'],
])('joinPaths(%j, %j)', (prefix, path, joined) => {
  expect(joinPaths(prefix, path)).toBe(joined);
});
