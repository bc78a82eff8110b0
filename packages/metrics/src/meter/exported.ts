import type { MeterLabels } from '@ts-chassis/core';
import type { Metric, Registry } from 'prom-client';
import type { Definition } from './definition.js';
import type { SeriesTable } from './series-table.js';

/** One line of the page: a value, with what its type adds to name and labels. */
export interface Sample {
  readonly value: number;
  readonly suffix?: string;
  readonly label?: readonly [name: string, value: number | string];
}

/** What can be written on the page. */
export interface Series {
  samples(): Iterable<Sample>;
  reset(): void;
}

/**
 * Lets a registry of prom-client write an instrument of ours. All that it asks of a metric is its name, help and type, its values when a page is
 * made, and to start again from zero.
 *
 * @throws Error of prom-client when the name is taken by a metric of its own
 */
export function exportTo(registry: Registry, definition: Definition, table: SeriesTable<Series>): void {
  const { name, help, type } = definition;
  const metric = {
    ...{ name, help, type },
    aggregator: 'sum',
    get: () => Promise.resolve({ name, help, type, aggregator: 'sum', values: [...valuesOf(name, table)] }),
    reset: () => {
      for (const [, series] of table) series.reset();
    },
  };
  registry.registerMetric(metric as unknown as Metric);
}

function* valuesOf(name: string, table: SeriesTable<Series>): Iterable<object> {
  for (const [labels, series] of table) {
    for (const { value, suffix, label } of series.samples()) {
      yield { value, metricName: suffix === undefined ? name : name + suffix, labels: labelled(labels, label) };
    }
  }
}

function labelled(labels: MeterLabels, own: Sample['label']): Readonly<Record<string, number | string>> {
  return own === undefined ? labels : { ...labels, [own[0]]: own[1] };
}
