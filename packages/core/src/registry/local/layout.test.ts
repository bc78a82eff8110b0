import { join, normalize } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contractFile,
  instanceFile,
  isInstanceFile,
  pathStep,
  schemaIdOf,
  serviceFolderPath,
  textOfStep,
} from './layout.js';
import { compareVersions } from './compare-versions.js';

describe('the names of files', () => {
  it('keeps ordinary names and encodes what could lead elsewhere', () => {
    expect(
      ['catalog-2.1_x', '', '_', '.', '..', '../x', 'a/b', 'a\\b', 'a\0b', 'a:b', 'ä', '%', '.x', 'x.'].map(pathStep),
    ).toEqual([
      'catalog-2.1_x',
      '_',
      '%5F',
      '%2E',
      '%2E%2E',
      '%2E.%2Fx',
      'a%2Fb',
      'a%5Cb',
      'a%00b',
      'a%3Ab',
      '%C3%A4',
      '%25',
      '%2Ex',
      'x%2E',
    ]);
  });

  it('cuts long names without making two alike', () => {
    const [one, two] = [pathStep(`${'é'.repeat(400)}1`), pathStep(`${'é'.repeat(400)}2`)];
    expect(one).not.toBe(two);
    for (const step of [one!, two!]) expect(instanceFile(step).temporary.length).toBeLessThanOrEqual(255);
    expect(textOfStep(one!)).toBeUndefined();
  });

  it('makes one step below the root of any text, and reads it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const step = pathStep(text);
        expect(step).toMatch(/^[A-Za-z0-9._~%-]+$/);
        expect(normalize(join('/root', step, 'x'))).toBe(`/root/${step}/x`);
        if (!step.includes('~')) expect(textOfStep(step)).toBe(text);
        expect(isInstanceFile(instanceFile(text).name)).toBe(true);
        expect(isInstanceFile(instanceFile(text).temporary)).toBe(false);
        if (!step.includes('~')) expect(schemaIdOf(contractFile(text))).toBe(text);
      }),
    );
  });

  it('lays services out by environment, application and name', () => {
    expect(serviceFolderPath('/r', { environment: '', app: 'default', service: 'a/b' })).toBe(
      join('/r', '_', 'default', 'a%2Fb'),
    );
  });

  it('orders versions by number', () => {
    const versions = ['1.10.0', '1.9.2', '1', '2.0.0-rc', '2.0.0', '0.0.1'];
    expect(versions.sort(compareVersions)).toEqual(['0.0.1', '1', '1.9.2', '1.10.0', '2.0.0-rc', '2.0.0']);
  });
});
