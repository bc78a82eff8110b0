import fc from 'fast-check';
import { VERSION_NEUTRAL, type HttpVersion } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { acceptedVersions } from './accepted-version.js';
import { RouteVersions } from './route-versions.js';

interface Named {
  readonly name: string;
  readonly operation: { readonly http: { readonly version?: HttpVersion } };
  versions: RouteVersions<Named> | undefined;
}

const byHeader = { by: 'header', name: 'X-Api-Version', neutral: false } as const;
const byType = { by: 'media-type', name: 'v', neutral: false } as const;

function route(name: string, version?: HttpVersion): Named {
  const made: Named = { name, operation: { http: version ? { version } : {} }, versions: undefined };
  made.versions = RouteVersions.of(made);
  return made;
}

function joined(...routes: readonly Named[]): RouteVersions<Named> {
  return routes.reduce((one, other) => RouteVersions.join(one, other)!).versions!;
}

const asked = (versions: RouteVersions<Named>, headers: Record<string, string>): string => {
  try {
    return versions.choose(headers).name;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('versions of one route, by header', () => {
  const one = route('one', { ...byHeader, versions: ['1', '1.1'] });
  const two = route('two', { ...byHeader, versions: ['2'] });
  const neutral = route('neutral');
  const withDefault = route('two', { ...byHeader, versions: ['2'], default: '1' });

  it.each<[string | undefined, Named[], string]>([
    ['1', [one, two], 'one'],
    [' 1.1 ', [one, two], 'one'],
    ['2', [one, two], 'two'],
    ['3', [one, two], 'VERSION_UNSUPPORTED'],
    ['1, 2', [one, two], 'VERSION_UNSUPPORTED'],
    ['__proto__', [one, two], 'VERSION_UNSUPPORTED'],
    [undefined, [one, two], 'VERSION_UNSUPPORTED'],
    ['', [one, two], 'VERSION_UNSUPPORTED'],
    [undefined, [one, withDefault], 'one'],
    ['', [withDefault, one], 'one'],
    ['3', [one, withDefault], 'VERSION_UNSUPPORTED'],
    ['3', [one, neutral, two], 'neutral'],
    [undefined, [neutral, one], 'neutral'],
    [undefined, [neutral, one, withDefault], 'one'],
    ['2', [one, neutral, two], 'two'],
  ])('%j in case %# gives what it should', (version, routes, expected) => {
    const fresh = routes.map(({ name, operation }) => route(name, operation.http.version));
    expect(asked(joined(...fresh), version === undefined ? {} : { 'x-api-version': version })).toBe(expected);
  });

  it('finds every version that is there whatever the order, and refuses all others', () => {
    const version = fc.stringMatching(/^[a-z0-9][a-z0-9.]{0,3}$/);
    fc.assert(
      fc.property(fc.uniqueArray(version, { minLength: 2 }), version, (versions, other) => {
        const all = joined(...versions.map((each) => route(each, { ...byHeader, versions: [each] })));
        for (const each of versions) expect(asked(all, { 'x-api-version': each })).toBe(each);
        if (!versions.includes(other)) expect(asked(all, { 'x-api-version': other })).toBe('VERSION_UNSUPPORTED');
      }),
    );
  });

  it('are refused at start where nothing tells them apart', () => {
    expect(RouteVersions.join(route('a'), route('b'))).toBeUndefined();
    expect(() => joined(one, route('again', { ...byHeader, versions: ['1'] }))).toThrow("version '1' is routed twice");
    expect(() => joined(route('x', { ...byHeader, versions: ['7'] }), route('a'), route('b'))).toThrow('any version');
    expect(() => joined(one, route('type', { ...byType, versions: ['5'] }))).toThrow(
      "the version stands in the media-type 'v' here and in the header 'X-Api-Version' elsewhere",
    );
    const defaults = ['8', '9'].map((each) => route(each, { ...byHeader, versions: [each], default: each }));
    expect(() => joined(...defaults)).toThrow("the default version is '9' here and '8' elsewhere");
    expect(typeof VERSION_NEUTRAL).toBe('symbol');
  });
});

describe('versions of one route, by media type', () => {
  const make = (fallback?: string): RouteVersions<Named> =>
    joined(
      route('one', { ...byType, versions: ['1'], ...(fallback && { default: fallback }) }),
      route('two', { ...byType, versions: ['2'] }),
    );

  it.each([
    ['application/json;v=2', 'two', 'two'],
    ['application/json; V="1"', 'one', 'one'],
    ['application/json;v=1;q=0.5, application/json;v=2', 'two', 'two'],
    ['application/json;v=3, application/json;v=1;q=0.1', 'one', 'one'],
    ['application/json;v=2;q=0, application/json;v=1;q=0.2', 'one', 'one'],
    ['application/json;v=3', 'NOT_ACCEPTABLE', 'NOT_ACCEPTABLE'],
    ['application/json;v=3, */*;q=0.1', 'NOT_ACCEPTABLE', 'one'],
    ['application/json;v=2;q=x', 'NOT_ACCEPTABLE', 'NOT_ACCEPTABLE'],
    ['*/*', 'NOT_ACCEPTABLE', 'one'],
    [undefined, 'NOT_ACCEPTABLE', 'one'],
  ])('%s gives %s, and %s with a default', (accept, without, withDefault) => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    expect(asked(make(), headers)).toBe(without);
    expect(asked(make('1'), headers)).toBe(withDefault);
  });

  it('are read in a time that follows the length of the header', () => {
    const accept = Array.from({ length: 10_000 }, (_, index) => `a/b;v=${index % 50};q=0.${index % 9}`).join(',');
    expect(acceptedVersions(accept, 'v').named).toHaveLength(50);
    expect(acceptedVersions(`a/b${';v'.repeat(50_000)}=1`, 'v').named).toEqual(['1']);
  });
});
