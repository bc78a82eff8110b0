import type { MeterLabels } from '@ts-chassis/core';
import { invalid, type Definition } from './definition.js';

/** How many series an instrument may have, and who is told when it would have more. */
export interface SeriesLimit {
  readonly most: number;
  /** Told once for each instrument. */
  exceeded(name: string): void;
}

/** The label of the series that takes what is beyond the limit (OpenTelemetry's metrics SDK, "cardinality limits"). */
const OVERFLOW: MeterLabels = { otel_metric_overflow: 'true' };

/** The series of one instrument by the values of their labels. */
export class SeriesTable<S> {
  readonly #series = new Map<string, { readonly labels: MeterLabels; readonly series: S }>();
  #overflow: S | undefined;

  constructor(
    private readonly definition: Definition,
    private readonly make: () => S,
    private readonly limit: SeriesLimit,
  ) {}

  /**
   * The series of these values; beyond the limit one for all the rest.
   *
   * @throws ChassisError `METRIC_INVALID` for a label too few or too many
   */
  bind(labels: MeterLabels): S {
    const values = this.#valuesOf(labels);
    const key = values.length === 1 ? values[0]! : JSON.stringify(values);
    const known = this.#series.get(key);
    if (known) return known.series;
    if (this.#series.size >= this.limit.most) return this.#overflown();
    const made = { labels: this.#shown(values), series: this.make() };
    this.#series.set(key, made);
    return made.series;
  }

  /** All that there are, the one for the rest last. */
  *[Symbol.iterator](): Iterator<readonly [MeterLabels, S]> {
    for (const { labels, series } of this.#series.values()) yield [labels, series];
    if (this.#overflow !== undefined) yield [OVERFLOW, this.#overflow];
  }

  #overflown(): S {
    if (this.#overflow === undefined) {
      this.#overflow = this.make();
      this.limit.exceeded(this.definition.name);
    }
    return this.#overflow;
  }

  #valuesOf(labels: MeterLabels): string[] {
    const { name, labels: expected } = this.definition;
    const given = Object.keys(labels);
    if (given.length !== expected.length || !expected.every((label) => Object.hasOwn(labels, label)))
      throw invalid(name, `expected the labels [${expected.join(', ')}], got [${given.join(', ')}]`);
    return expected.map((label) => wellFormed(String(labels[label])));
  }

  /** An empty label is none, as Prometheus has it. */
  #shown(values: readonly string[]): MeterLabels {
    const pairs = this.definition.labels.map((label, index) => [label, values[index]!] as const);
    return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
  }
}

/** Halves of characters would all be written as one and the same, and two series of one name make Prometheus refuse the page. */
function wellFormed(value: string): string {
  return /[\ud800-\udfff]/.test(value) ? Buffer.from(value, 'utf8').toString('utf8') : value;
}
