import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { negotiate } from './negotiate.js';

describe('an Accept header', () => {
  it.each([
    ['text/html', ['application/json'], -1],
    ['text/html, */*;q=0.1', ['application/json'], 0],
    ['application/*', ['application/json'], 0],
    ['application/json;q=0, */*', ['application/json'], -1],
    ['text/plain;q=0', ['text/plain', 'application/json'], -1],
    ['text/plain;q=0, */*', ['text/plain', 'application/json'], 1],
    ['', ['application/json'], 0],
    [',', ['application/json'], 0],
    ['APPLICATION/JSON; Q=0.5', ['application/json'], 0],
    ['text/event-stream', ['application/json', 'text/event-stream'], 1],
    ['text/event-stream, application/json', ['application/json', 'text/event-stream'], 0],
    ['text/*;q=0.3, text/html;q=0.7, */*;q=0.5', ['text/plain', 'text/html', 'image/png'], 1],
    ['application/json;q=0.2, application/x-msgpack', ['application/json', 'application/x-msgpack'], 1],
    ['application/json; charset=utf-8', ['application/json'], 0],
    ['application/json;q=nonsense', ['application/json'], 0],
    ['application/json;q=1.2.3', ['application/json'], -1],
    ['image/png', ['image/*'], 0],
    ['image/*', ['text/plain', 'image/*'], 1],
    ['text/css', ['*/*'], 0],
    ['*', ['application/json'], -1],
  ])('%j chooses among %j number %d', (header, offers, expected) => {
    expect(negotiate(header, offers)).toBe(expected);
  });

  it('gets what it names exactly, at its quality, whatever else it names', () => {
    const quality = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(quality, quality, fc.array(fc.stringMatching(/^[a-z]{1,5}\/[a-z]{1,5}$/)), (one, other, rest) => {
        const header = [...rest, `a/one;q=0.${one}`, `b/other;q=0.${other}`].join(', ');
        fc.pre(!rest.includes('a/one') && !rest.includes('b/other'));
        expect(negotiate(header, ['a/one', 'b/other'])).toBe(one >= other ? 0 : 1);
      }),
    );
  });

  it('is read in a time that follows its length', () => {
    const offers = ['application/json', 'application/x-ndjson', 'application/jsonl', 'text/event-stream'];
    const hostile = [
      Array.from({ length: 10_000 }, (_, index) => `a/b${index}`).join(','),
      ','.repeat(100_000),
      ' '.repeat(100_000),
      `a/b${';q'.repeat(50_000)}`,
      `a/b;${' '.repeat(50_000)}q${' '.repeat(50_000)}=1`,
      'q='.repeat(50_000),
    ];
    const startedMs = process.cpuUsage().user / 1000;
    for (const header of hostile) negotiate(header, offers);
    expect(process.cpuUsage().user / 1000 - startedMs).toBeLessThan(1000);
  });
});
