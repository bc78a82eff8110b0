import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfigText } from './config-text.js';

const valueOf = async (text: string, format: Parameters<typeof readConfigText>[1]): Promise<unknown> =>
  (await readConfigText(text, format)).value;

describe('readConfigText', () => {
  test('reads YAML of every kind, with lines, numbers as they were written, and no placeholders', async () => {
    const text = await readConfigText('a:\n  b: 1.10\n  c: [1, 2]\nd: ${HOME||x}\n', 'yaml');
    expect(text.value).toEqual({ a: { b: 1.1, c: [1, 2] }, d: '${HOME||x}' });
    expect(text.line('a.b')).toBe(2);
    expect(text.written('a.b')).toBe('1.10');
    expect(await valueOf('[1, 2]', 'yaml')).toEqual([1, 2]);
    expect(await valueOf('true', 'yaml')).toBe(true);
    expect(await valueOf('', 'yaml')).toBeUndefined();
  });

  test('reads JSON, and nothing else as JSON', async () => {
    expect(await valueOf('{"a": {"b": [1]}}', 'json')).toEqual({ a: { b: [1] } });
    await expect(readConfigText('{"a": 1,\n b: s3cret}', 'json')).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.not.stringContaining('s3cret') as string,
    });
  });

  test('reads properties: separators, comments, long lines, escapes', async () => {
    const text = await readConfigText(
      '! no\n# no\na.b = 1\n c:two words\nd e\\\n   f\ng\\=h=\\u0041\\t|\nempty',
      'properties',
    );
    expect(text.value).toEqual({ 'a.b': '1', c: 'two words', d: 'ef', 'g=h': 'A\t|', empty: '' });
    expect(text.line('g=h')).toBe(7);
    await expect(readConfigText('a=1\nb=\\u00g1', 'properties')).rejects.toThrow('line 2:');
    await expect(readConfigText('=x', 'properties')).rejects.toThrow('line 1: expected a key');
  });

  test('reads INI: sections, comments, quotes', async () => {
    const text = await readConfigText('top=1\n[a.b]\n; no\nc = x # why\nd: "y ; z"\nurl=http://h:1/\n', 'ini');
    expect(text.value).toEqual({ top: '1', 'a.b.c': 'x', 'a.b.d': 'y ; z', 'a.b.url': 'http://h:1/' });
    expect(text.line('a.b.c')).toBe(4);
    await expect(readConfigText('[a', 'ini')).rejects.toThrow('line 1:');
    await expect(readConfigText('a=1\nnothing', 'ini')).rejects.toThrow('line 2:');
  });

  test('what properties are written as is what is read', async () => {
    const escape = (text: string): string =>
      [...text]
        .map((one) => (/[a-z0-9]/.test(one) ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`))
        .join('');
    const word = fc.string({
      unit: fc.integer({ min: 1, max: 0xd7ff }).map((code) => String.fromCharCode(code)),
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.tuple(word, word), { selector: ([key]) => key }), async (pairs) => {
        const text = pairs.map(([key, value]) => `${escape(key)}=${escape(value)}`).join('\r\n');
        expect(Object.entries((await valueOf(text, 'properties')) as object).sort()).toEqual(pairs.sort());
      }),
    );
  });

  test('whatever the text, it is read or refused with a code, soon', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.constantFrom('yaml', 'json', 'properties', 'ini'), async (text, format) => {
        await readConfigText(text, format).catch((error: { code: unknown }) =>
          expect(error.code).toBe('CONFIG_UNREADABLE'),
        );
      }),
    );
    await expect(readConfigText('['.repeat(30_000), 'yaml')).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  });
});
