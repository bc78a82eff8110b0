import { describe, expect, it } from 'vitest';
import { Debounce } from './debounce.js';
import { isIgnored } from './watch.js';

describe('isIgnored', () => {
  it.each([
    '/p/src/.main.ts.swp',
    '/p/src/main.ts~',
    '/p/src/4913',
    '/p/node_modules',
    '/p/src/books.test.ts',
    '/p/src/.git',
  ])('takes %s for nothing of the program', (path) => expect(isIgnored(path)).toBe(true));

  it.each(['/p/src/main.ts', '/p/src/data.json', '/p/src/testing.ts', '/p/src/swp.ts'])('watches %s', (path) =>
    expect(isIgnored(path)).toBe(false),
  );
});

describe('Debounce', () => {
  it('gives all that came, once it is quiet', () => {
    const given: (readonly string[])[] = [];
    const waiting = new Set<() => void>();
    const timers = {
      elapsed: () => 0,
      after: (_ms: number, run: () => void) => (waiting.add(run), () => waiting.delete(run)),
    };
    const debounce = new Debounce(60, timers, (all) => given.push(all));
    debounce.add('a');
    debounce.add('b');
    debounce.add('a');
    expect(waiting.size).toBe(1);
    waiting.forEach((run) => run());
    debounce.add('c');
    debounce.cancel();
    expect(given).toEqual([['a', 'b']]);
  });
});
