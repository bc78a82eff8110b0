import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.js';

describe('nearest', () => {
  const names = ['new', 'generate', 'dev', 'openapi', 'inspect', 'doctor'];

  it.each([
    ['nwe', 'new'],
    ['gen', 'generate'],
    ['inspcet', 'inspect'],
    ['openapy', 'openapi'],
    ['docter', 'doctor'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearest(typed, names)).toBe(meant);
  });

  it.each(['serve', 'x', 'completely-other', ''])('does not guess at "%s"', (typed) => {
    expect(nearest(typed, names)).toBeUndefined();
  });
});
