import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesTags } from './matches-tags.js';
import { compareVersions, latestVersionOf } from './version-range.js';

const instance = (version: string, metadata: Readonly<Record<string, string>> = {}) => ({
  version,
  app: 'shop',
  metadata,
});

describe('tags of a rule', () => {
  it.each([
    ['1.2.0', '1.2.0', true],
    ['1.2.0', '1.2', false],
    ['2.0.0', 'latest', true],
    ['1.2.0', 'latest', false],
    ['0.0.1', '0+', true],
    ['1.2.0', '1.2+', true],
    ['1.1.9', '1.2+', false],
    ['1.2.0', '1.0-2.0', true],
    ['2.0.0', '1.0-2.0', false],
    ['1.10.0', '>=1.2', true],
    ['1.2.0', '>1.2', false],
    ['1.2.0', '>=1.2 <2', true],
    ['2.0.0', '>=1.2, <2', false],
    ['1.9.0', '<=1.9', true],
    ['1.9.0', 'nonsense', false],
  ])('version %s with %s: %s', (version, wanted, expected) => {
    expect(matchesTags(instance(version), { version: wanted }, '2.0.0')).toBe(expected);
  });

  it('are compared with application and metadata', () => {
    const blue = instance('1.0.0', { colour: 'blue' });
    expect(matchesTags(blue, undefined, '1.0.0')).toBe(true);
    expect(matchesTags(blue, { app: 'shop', colour: 'blue' }, '1.0.0')).toBe(true);
    expect(matchesTags(blue, { app: 'other' }, '1.0.0')).toBe(false);
    expect(matchesTags(blue, { colour: 'green' }, '1.0.0')).toBe(false);
    expect(matchesTags(blue, { toString: 'x' }, '1.0.0')).toBe(false);
  });
});

describe('versions', () => {
  const version = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }).map((numbers) => numbers.join('.'));

  it('are ordered by their numbers', () => {
    expect(compareVersions('1.2', '1.10')).toBe(-1);
    expect(compareVersions('1', '1.0.0')).toBe(0);
    expect(compareVersions('', '0.0.1')).toBe(-1);
    fc.assert(
      fc.property(
        version,
        version,
        (a, b) =>
          compareVersions(a, b) === -compareVersions(b, a) ||
          (compareVersions(a, b) === 0 && compareVersions(b, a) === 0),
      ),
    );
  });

  it('have a highest one, whatever the order of the list', () => {
    fc.assert(
      fc.property(fc.array(version, { minLength: 1 }), (versions) => {
        const latest = latestVersionOf(versions.map((each) => instance(each)))!;
        expect(versions.every((each) => compareVersions(each, latest) <= 0)).toBe(true);
      }),
    );
    expect(latestVersionOf([])).toBeUndefined();
  });
});
