import { HeaderMap } from '@ts-chassis/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialsIn } from './authorization-header.js';

const of = (authorization: string | readonly string[]): HeaderMap => HeaderMap.of({ authorization });

describe('credentialsIn', () => {
  it('gives what follows its own word, whatever its case, and nothing of another', () => {
    const cased = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
    const value = fc.stringMatching(/^[\x21-\x7e]{1,40}$/);
    fc.assert(
      fc.property(cased, value, fc.integer({ min: 1, max: 3 }), (upper, text, blanks) => {
        const word = [...'bearer'].map((letter, at) => (upper[at] ? letter.toUpperCase() : letter)).join('');
        const headers = of(`${word}${' '.repeat(blanks)}${text}`);
        expect(credentialsIn(headers, 'bearer')).toBe(text);
        expect(credentialsIn(headers, 'basic')).toBeUndefined();
        expect(credentialsIn(of(`${word}${text}`), 'bearer')).toBeUndefined();
      }),
    );
  });

  it('is empty for the word alone, and refuses a header that stands twice', () => {
    expect(credentialsIn(HeaderMap.empty, 'bearer')).toBeUndefined();
    expect([credentialsIn(of('Bearer'), 'bearer'), credentialsIn(of('Bearer '), 'bearer')]).toEqual(['', '']);
    expect(credentialsIn(of('Bear'), 'bearer')).toBeUndefined();
    expect(credentialsIn(of('Bearer\tx'), 'bearer')).toBeUndefined();
    expect(() => credentialsIn(of(['Bearer a', 'Bearer b']), 'basic')).toThrow(/stands more than once/);
  });
});
