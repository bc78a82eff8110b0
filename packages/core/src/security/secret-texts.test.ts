import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretTexts } from './secret-texts.js';

function hiding(...secrets: string[]): SecretTexts {
  const texts = new SecretTexts();
  for (const secret of secrets) texts.add(secret);
  return texts;
}

describe('SecretTexts', () => {
  it('hides every secret wherever it stands, the longest first', () => {
    const texts = hiding('hunter2', 'hunter2-and-more', 'swordfish');
    expect(texts.hide('hunter2')).toBe('[redacted]');
    expect(texts.hide('a hunter2-and-more, xhunter2x swordfish')).toBe('a [redacted], x[redacted]x [redacted]');
    expect(texts.hide('hunter1 hunter')).toBe('hunter1 hunter');
  });

  it('hides what JSON makes of it', () => {
    const secret = 'two\nlines "quoted"';
    expect(hiding(secret).hide(JSON.stringify({ message: `got ${secret}` }))).toBe('{"message":"got [redacted]"}');
  });

  it('leaves short ones alone, which stand in many a line by chance', () => {
    expect(hiding('info', '8080').hide('info at 8080')).toBe('info at 8080');
  });

  it('hides them in plain data, in names too', () => {
    expect(hiding('hunter2').hideIn({ a: ['hunter2', 1, null], 'x-hunter2': true })).toEqual({
      a: ['[redacted]', 1, null],
      'x-[redacted]': true,
    });
  });

  it('leaves nothing of any secret in any text, and all the rest', () => {
    const secret = fc.string({ minLength: 6, maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
    const pieces = fc.array(fc.oneof(secret, fc.constantFrom('a', 'bc', 'x', '"')), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), pieces, (secrets, parts) => {
        const text = parts.join('');
        const clean = hiding(...secrets).hide(text);
        for (const one of secrets) expect(clean).not.toContain(one);
        if (!secrets.some((one) => text.includes(one))) expect(clean).toBe(text);
      }),
    );
  });

  it('keeps the last 10,000', () => {
    const texts = hiding(...Array.from({ length: 10_050 }, (_, index) => `secret-${index}!`));
    expect(texts.size).toBe(10_000);
    expect(texts.hide('secret-10049!')).toBe('[redacted]');
    expect(texts.hide('secret-3!')).toBe('secret-3!');
  });
});
