import type { InstrumentOptions } from '@ts-chassis/core';
import { metricsError } from '../codes.js';

/** The sorts of instruments, as Prometheus calls them. */
export type InstrumentType = 'counter' | 'gauge' | 'histogram' | 'summary';

/** An instrument as it was asked for, checked. */
export interface Definition {
  readonly type: InstrumentType;
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a histogram; else empty. */
  readonly buckets: readonly number[];
}

/** Prometheus's data model, "Metric names and labels"; names with colons are for recording rules. */
const METRIC_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The label that the type itself writes. */
const OWN_LABEL: Partial<Record<InstrumentType, string>> = { histogram: 'le', summary: 'quantile' };

/** What the text format adds to the name of a type. */
const SUFFIXES: Partial<Record<InstrumentType, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count'],
};

/**
 * Checks what an instrument is to be.
 *
 * @throws ChassisError `METRIC_INVALID` naming what Prometheus would not read
 */
export function define(type: InstrumentType, options: InstrumentOptions, buckets: readonly number[]): Definition {
  const { name, help, labels = [] } = options;
  if (!METRIC_NAME.test(name)) throw invalid(name, `its name is to match ${METRIC_NAME.source}`);
  if (typeof help !== 'string' || help.trim() === '') throw invalid(name, 'it has no help');
  for (const [index, label] of labels.entries()) {
    if (!LABEL_NAME.test(label))
      throw invalid(name, `expected a label that matches ${LABEL_NAME.source}, got ${JSON.stringify(label)}`);
    if (label === OWN_LABEL[type]) throw invalid(name, `the label "${label}" is written by every ${type}`);
    if (labels.indexOf(label) !== index) throw invalid(name, `the label "${label}" is named twice`);
  }
  const bounds = type === 'histogram' ? checkedBuckets(name, options.buckets ?? buckets) : [];
  return { type, name, help: help.trim(), labels: [...labels], buckets: bounds };
}

/** The names of the samples an instrument writes, which no other may write. */
export function sampleNames({ type, name }: Definition): readonly string[] {
  return [name, ...(SUFFIXES[type] ?? []).map((suffix) => name + suffix)];
}

/** Whether two were asked for alike, but for the words of their help. */
export function isAlike(one: Definition, other: Definition): boolean {
  return (
    one.type === other.type &&
    JSON.stringify([one.labels, one.buckets]) === JSON.stringify([other.labels, other.buckets])
  );
}

export function invalid(name: string, fault: string): Error {
  return metricsError('METRIC_INVALID', `metric ${JSON.stringify(name)}: ${fault}`);
}

/** `+Inf` stands at the end of every histogram by itself. */
function checkedBuckets(name: string, buckets: readonly number[]): readonly number[] {
  const bounds = buckets.at(-1) === Infinity ? buckets.slice(0, -1) : [...buckets];
  const isRising = bounds.every((bound, index) => Number.isFinite(bound) && bound > (bounds[index - 1] ?? -Infinity));
  if (bounds.length === 0 || !isRising)
    throw invalid(name, `expected buckets that are finite and rise, got [${buckets.join(', ')}]`);
  return bounds;
}
