import type { Chart } from './chart.js';

/** One thing that must hold, with the value that was found. */
export interface Expectation {
  readonly what: string;
  /** What is asked, in words, such as `at most 1.2`. */
  readonly asked: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What one scenario found. */
export interface Section {
  /** Also the word after `npm run simulate --`. */
  readonly name: string;
  readonly title: string;
  /** The set-up and how to read it. */
  readonly text: string;
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
  readonly expectations: readonly Expectation[];
}

export interface Limits {
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly unit?: string;
  readonly digits?: number;
}

/** An expectation of a number between two limits, either of which may be absent. */
export function expectNumber(what: string, value: number, limits: Limits): Expectation {
  const { atLeast = -Infinity, atMost = Infinity, unit = '', digits = 2 } = limits;
  const shown = (number: number): string => `${round(number, digits)}${unit}`;
  const asked = [
    ...(atLeast === -Infinity ? [] : [`at least ${shown(atLeast)}`]),
    ...(atMost === Infinity ? [] : [`at most ${shown(atMost)}`]),
  ].join(' and ');
  return { what, asked, measured: shown(value), met: value >= atLeast && value <= atMost };
}

/** A number as it is shown: no more digits than asked, thousands apart. */
export function round(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return value === Infinity ? 'never' : '-';
  return value.toLocaleString('en-GB', { maximumFractionDigits: digits });
}

export function percent(share: number, digits = 1): string {
  return `${round(share * 100, digits)} %`;
}
