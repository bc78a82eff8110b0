import { describe, expect, it } from 'vitest';
import { HeaderMap } from './header-map.js';
import { isReply, replyOf, replyWith } from './reply.js';

describe('replies', () => {
  it('are told from values by who made them, not by their looks', () => {
    expect(isReply(replyWith({ a: 1 }))).toBe(true);
    for (const value of [{ value: 1, headers: HeaderMap.empty }, replyOf(1), null, undefined, 'x', []]) {
      expect(isReply(value)).toBe(false);
    }
  });

  it('take header names in any case, and a status only when given', () => {
    const reply = replyWith('x', { status: 201, headers: { Location: '/books/1', 'Set-Cookie': ['a', 'b'] } });
    expect(reply).toMatchObject({ value: 'x', status: 201 });
    expect(reply.headers.get('location')).toBe('/books/1');
    expect(reply.headers.all('set-cookie')).toEqual(['a', 'b']);
    expect(replyWith('x')).not.toHaveProperty('status');
  });

  it('have trailers only when given', () => {
    expect(replyWith('x', { trailers: { 'X-Sum': '7' } }).trailers?.get('x-sum')).toBe('7');
    expect(replyWith('x')).not.toHaveProperty('trailers');
  });

  it('around bare values have no headers and one shape', () => {
    expect(replyOf(undefined)).toMatchObject({ value: undefined, headers: HeaderMap.empty });
    expect(Object.keys(replyOf(1))).toEqual(Object.keys(replyOf({ a: 1 })));
  });
});
