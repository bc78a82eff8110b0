import { describe, expect, it } from 'vitest';
import { axisOf } from './axis.js';
import { svgOf } from './chart.js';
import { pageOf, plainTable } from './page.js';
import { expectNumber, percent, round } from './section.js';

describe('axisOf', () => {
  it('has round ticks from 0 to above the largest value', () => {
    const axis = axisOf([3, 47], { label: 'calls' }, [0, 100]);
    expect(axis.ticks.map(({ label }) => label)).toEqual(['0', '10', '20', '30', '40', '50']);
    expect(axis.at(25)).toBe(50);
  });

  it('has decades when it is logarithmic', () => {
    const axis = axisOf([3, 4700], { label: 'ms', log: true }, [0, 400]);
    expect(axis.ticks.map(({ label }) => label)).toEqual(['1', '10', '100', '1,000', '10,000']);
    expect(axis.at(100)).toBe(200);
  });
});

describe('svgOf', () => {
  it('draws lines, axes with units and a legend, and escapes what it is given', () => {
    const text = svgOf({
      file: 'a',
      title: 'Calls < all & more',
      x: { label: 'time (s)' },
      y: { label: 'calls' },
      series: [{ name: 'one', points: [[0, 0], [10, 5]] }], // prettier-ignore
      spans: [{ from: 2, to: 4, name: 'fault' }],
    });
    expect(text).toContain('Calls &lt; all &amp; more');
    for (const word of ['time (s)', 'calls', 'one', 'fault', '<path d="M76 340L560 48"']) expect(text).toContain(word);
    expect(text).not.toContain('NaN');
  });
});

describe('expectNumber', () => {
  it('says what was asked and found', () => {
    const limits = { atLeast: 0.5, atMost: 1.25, unit: ' s' };
    expect(expectNumber('time', 1.234, limits)).toEqual({
      what: 'time',
      asked: 'at least 0.5 s and at most 1.25 s',
      measured: '1.23 s',
      met: true,
    });
    expect(expectNumber('time', 2, limits).met).toBe(false);
    expect(expectNumber('time', Number.NaN, limits).met).toBe(false);
  });

  it('shows numbers short', () => {
    expect([round(12345.678, 1), round(Infinity), percent(0.1234)]).toEqual(['12,345.7', 'never', '12.3 %']);
  });
});

describe('pageOf', () => {
  it('shows each expectation with its verdict and each plot', () => {
    const table = { caption: 'Numbers', head: ['name', 'value'], rows: [['a', '1']] };
    const page = pageOf({
      seed: 7,
      sections: [
        {
          name: 'one',
          title: 'One',
          text: 'Why.',
          tables: [table],
          charts: [{ file: 'plot', title: 'Plot', x: { label: 'x' }, y: { label: 'y' }, series: [] }],
          expectations: [expectNumber('it holds', 1, { atMost: 2 }), expectNumber('it does not', 3, { atMost: 2 })],
        },
      ],
    });
    expect(page).toContain('1 of 2 are met');
    expect(page).toContain('| it holds | at most 2 | 1 | PASS |');
    expect(page).toContain('| it does not | at most 2 | 3 | MISS |');
    expect(page).toContain('![Plot](simulation/plot.svg)');
    expect(page).toContain('--seed 7');
    expect(plainTable(table)).toBe('  Numbers\n  name  value\n  a         1');
  });
});
