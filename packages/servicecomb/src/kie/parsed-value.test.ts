import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseValue } from './parsed-value.js';
import type { KieValue } from './read-list.js';

const value = (text: string, type: string): KieValue => ({
  ...{ id: '1', key: 'a.b', value: text, type, status: 'enabled', revision: 1, labels: {} },
});
const read = async (text: string, type: string): Promise<Record<string, unknown>> =>
  Object.fromEntries([...(await parseValue(value(text, type)))].map(([key, leaf]) => [key, leaf.value]));

describe('a value of KIE', () => {
  test('is text as it is, whatever it looks like', async () => {
    const rule = 'rate: 10\nmatch: all\n';
    expect(await read(rule, 'text')).toEqual({ 'a.b': rule });
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(await read(text, 'text')).toEqual({ 'a.b': text });
      }),
    );
  });

  test('is a tree below its key where its type is one of trees', async () => {
    expect(await read('c: 1\nd: {e: [1, 2], f: {}}', 'yaml')).toEqual({ 'a.b.c': 1, 'a.b.d.e': [1, 2] });
    expect(await read('{"c": {"d.e": true}}', 'json')).toEqual({ 'a.b.c.d.e': true });
    expect(await read('c.d=1\n', 'properties')).toEqual({ 'a.b.c.d': '1' });
    expect(await read('[c]\nd=1\n', 'ini')).toEqual({ 'a.b.c.d': '1' });
    expect(await read('[1]', 'json')).toEqual({ 'a.b': [1] });
    expect(await read('5', 'yaml')).toEqual({ 'a.b': 5 });
    expect(await read('', 'yaml')).toEqual({});
  });

  test('keeps how a number was written', async () => {
    expect((await parseValue(value('version: 1.10', 'yaml'))).get('a.b.version')).toEqual({
      value: 1.1,
      written: '1.10',
    });
  });

  test('cannot be read when it is none of its type, nested without end, or of another type', async () => {
    await expect(read('{"c": ', 'json')).rejects.toThrow('no JSON');
    await expect(read('c: [', 'yaml')).rejects.toThrow('line 1');
    await expect(read('nothing', 'ini')).rejects.toThrow('line 1');
    await expect(read('<a/>', 'xml')).rejects.toThrow('got xml');
    await expect(read(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, 'json')).rejects.toThrow('deeper');
    await expect(read('['.repeat(5000) + ']'.repeat(5000), 'json')).rejects.toThrow('deep');
    expect(await read('{"__proto__": {"polluted": 1}}', 'json')).toEqual({});
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
