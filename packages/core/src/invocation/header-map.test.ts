import { describe, expect, it } from 'vitest';
import { HeaderMap } from './header-map.js';

describe('HeaderMap', () => {
  const headers = HeaderMap.of({ accept: 'text/plain', 'set-cookie': ['a=1', 'b=2'], gone: undefined });

  it('reads names in any case', () => {
    expect(headers.get('Accept')).toBe('text/plain');
    expect(headers.has('ACCEPT')).toBe(true);
  });

  it('joins several values for who asks for one, and gives each to who asks for all', () => {
    expect(headers.get('set-cookie')).toBe('a=1, b=2');
    expect(headers.all('Set-Cookie')).toEqual(['a=1', 'b=2']);
    expect(headers.all('accept')).toEqual(['text/plain']);
  });

  it('takes an undefined value for absent', () => {
    expect(headers.has('gone')).toBe(false);
    expect(headers.get('gone')).toBeUndefined();
    expect(headers.all('gone')).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('knows no header %s of itself', (name) => {
    expect(headers.has(name)).toBe(false);
    expect(headers.get(name)).toBeUndefined();
    const set = headers.with(name, 'x');
    expect(set.get(name)).toBe('x');
    expect(set.without(name).has(name)).toBe(false);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('is never changed: with and without make others', () => {
    const changed = headers.with('X-Mark', 'gold').with('ACCEPT', ['a', 'b']).without('Set-Cookie');
    expect(changed.get('x-mark')).toBe('gold');
    expect(changed.all('accept')).toEqual(['a', 'b']);
    expect(changed.has('set-cookie')).toBe(false);
    expect(headers.get('accept')).toBe('text/plain');
    expect(headers.has('x-mark')).toBe(false);
    expect(HeaderMap.empty.with('a', 'b')).not.toBe(HeaderMap.empty);
    expect(HeaderMap.empty.has('a')).toBe(false);
  });

  it('shows its record with names in lower case', () => {
    expect(HeaderMap.of({ a: '1' }).with('X-B', '2').record).toEqual({ a: '1', 'x-b': '2' });
  });

  it('takes a whole record at once', () => {
    const record = { accept: 'text/html', b3: '0' };
    expect(headers.withAll(record).record).toMatchObject({ ...record, 'set-cookie': ['a=1', 'b=2'] });
    expect(headers.get('accept')).toBe('text/plain');
    expect(HeaderMap.empty.withAll(record).record).toBe(record);
  });
});
