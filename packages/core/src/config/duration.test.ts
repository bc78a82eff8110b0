import { describe, expect, it } from 'vitest';
import { duration, parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['500ms', 500],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['1d', 86_400_000],
    ['250us', 0.25],
    [' 2s ', 2000],
    [40, 40],
    ['40', 40],
    [0, 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms);
  });

  it('counts bare numbers in the given unit', () => {
    expect(parseDuration(30, 's')).toBe(30_000);
    expect(parseDuration('30', 's')).toBe(30_000);
    expect(parseDuration('30ms', 's')).toBe(30);
  });

  it.each(['soon', '', '-1s', '1x', '1s later', -5, Number.NaN, Infinity, null, undefined, {}, true])(
    '%s is none',
    (value) => {
      expect(parseDuration(value)).toBeUndefined();
    },
  );

  it('takes no longer for a long text that is none', () => {
    expect(parseDuration(`${'1'.repeat(50_000)}x`)).toBeUndefined();
    expect(parseDuration(`${'1s'.repeat(20_000)}x`)).toBeUndefined();
  });
});

it('declares a duration with its default as written', () => {
  expect(duration({ default: '30s', description: 'Patience.' })).toEqual({
    type: ['string', 'number'],
    'x-duration': 'ms',
    default: '30s',
    description: 'Patience.',
  });
});
