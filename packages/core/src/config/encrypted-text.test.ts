import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encryptedTexts, isEncrypted, readEncrypted } from './encrypted-text.js';

const name = fc.stringMatching(/^[A-Za-z][\w.-]{0,63}$/);

describe('an encrypted text', () => {
  it('is found again with its cipher, whatever it is', () => {
    fc.assert(
      fc.property(name, fc.string({ unit: 'binary' }), (cipher, text) => {
        const written = ` cipher(${cipher}:${text})\n`;
        expect(isEncrypted(written)).toBe(true);
        expect(readEncrypted(written)).toEqual({ cipher, text });
        expect(readEncrypted(`cipher(:${text})`)).toEqual({ cipher: undefined, text });
        if (!text.includes(':')) expect(readEncrypted(`cipher(${text})`)).toEqual({ cipher: undefined, text });
      }),
    );
  });

  it.each(['cipher', 'a cipher(x)', 'Cipher(x)', 'cipher (x)', 7, null, ['cipher(x)']])('%j is none', (value) => {
    expect(isEncrypted(value)).toBe(false);
  });

  it('is found in maps and lists, each once', () => {
    const tree = { a: 'cipher(1)', b: { c: ['x', 'cipher(2)', { d: 'cipher(1)' }] }, e: 5 };
    expect([...encryptedTexts(tree)]).toEqual(['cipher(1)', 'cipher(2)']);
  });

  it('has an end', () => {
    expect(readEncrypted('cipher(x')).toBeUndefined();
    expect(readEncrypted('cipher(x) y')).toBeUndefined();
  });
});
