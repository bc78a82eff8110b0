import { describe, expect, it } from 'vitest';
import { duration } from '@ts-chassis/core';
import { definePolicy } from './define-policy.js';
import { defineMarked } from './marked-policy.js';
import { readSection } from './read-section.fixture.js';

interface Fields {
  readonly rate: number;
  readonly periodMs: number;
  readonly kinds: readonly string[];
}

const Kind = definePolicy<Fields>({
  name: 'sample',
  decorator: 'Sample',
  description: 'For tests.',
  fields: {
    rate: { type: 'integer', minimum: 1 },
    periodMs: duration({}),
    kinds: { type: 'array', items: { type: 'string' } },
  },
  defaults: { rate: 1, periodMs: 1000, kinds: [] },
  handlers: {},
});
const Marked = defineMarked(Kind, {
  key: 'servicecomb.sampling',
  rename: { limitForPeriod: 'rate', limitRefreshPeriod: 'periodMs', ignored: '' },
});

const read = (policies: unknown) => Object.fromEntries(readSection(Marked, policies));

describe('policies by mark', () => {
  it('are read from YAML text and from maps, values as text too', () => {
    expect(read({ gold: 'match: vip\nrate: 5\nperiodMs: 2s', silver: { rate: '7', kinds: 'A, B' } })).toEqual({
      vip: { rate: 5, periodMs: 2000 },
      silver: { rate: 7, kinds: ['A', 'B'] },
    });
  });

  it('know the names and durations of other implementations', () => {
    const gold = {
      rules: { match: 'vip,staff' },
      limitForPeriod: 3,
      limitRefreshPeriod: '1M30S',
      services: 'x',
      ignored: 1,
    };
    const fields = { rate: 3, periodMs: 90_000 };
    expect(read({ gold })).toEqual({ vip: fields, staff: fields });
    expect(read({ a: { limitRefreshPeriod: 'PT0.5S' } })).toEqual({ a: { periodMs: 500 } });
    expect(read({ a: { limitRefreshPeriod: '250' } })).toEqual({ a: { periodMs: 250 } });
  });

  it('for one mark: the higher precedence counts, then the first by name', () => {
    const policies = { b: { match: 'm', rate: 2 }, a: { match: 'm', rate: 1 } };
    expect(read(policies)).toEqual({ m: { rate: 1 } });
    expect(read({ ...policies, c: { rules: { match: 'm', precedence: 9 }, rate: 3 } })).toEqual({
      m: { rate: 3 },
    });
  });

  it.each<[string, unknown, string]>([
    [
      'a value out of range',
      'match: vip\n\nrate: 0',
      'servicecomb.sampling.gold.rate: expected at least 1, got 0 (line 3 of the text)',
    ],
    ['text that is no number', { rate: 'many' }, 'servicecomb.sampling.gold.rate: expected an integer, got "many"'],
    ['text that is no YAML', 'rate: 1\n  period: [', 'servicecomb.sampling.gold: expected YAML, got'],
    [
      'text that is no map',
      '- rate: 1',
      'servicecomb.sampling.gold: expected a map, or YAML text that holds one, got [{"rate":1}] (line 1 of the text)',
    ],
    [
      'a slip',
      'rte: 5',
      'servicecomb.sampling.gold.rte: expected a known field (did you mean rate?), got 5 (line 1 of the text)',
    ],
    [
      'no duration',
      { periodMs: 'soon' },
      'servicecomb.sampling.gold.periodMs: expected a duration such as 30s or 500ms, got "soon"',
    ],
  ])('refuse %s', (_what, gold, expected) => {
    expect(() => read({ gold })).toThrow(expected);
  });
});
