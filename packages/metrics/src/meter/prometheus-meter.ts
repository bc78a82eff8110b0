import {
  Meter,
  type Clock,
  type GaugeRecorder,
  type Instrument,
  type InstrumentOptions,
  type MeterLabels,
  type Recorder,
} from '@ts-chassis/core';
import type { Registry } from 'prom-client';
import { CounterSeries } from './counter-series.js';
import { define, invalid, isAlike, sampleNames, type Definition } from './definition.js';
import { exportTo, type Series } from './exported.js';
import { GaugeSeries } from './gauge-series.js';
import { HistogramSeries } from './histogram-series.js';
import { SeriesTable, type SeriesLimit } from './series-table.js';
import { SummarySeries } from './summary-series.js';

/** What a {@link PrometheusMeter} works with. */
export interface PrometheusMeterOptions {
  /** Where its instruments are written; one of the application's own. */
  readonly registry: Registry;
  readonly clock: Clock;
  /** Of histograms that name none, in seconds. */
  readonly buckets: readonly number[];
  readonly limit: SeriesLimit;
}

/** The `Meter` of an application: series are typed arrays, which a registry of prom-client reads when a page is asked for. */
export class PrometheusMeter extends Meter {
  readonly registry: Registry;
  readonly #instruments = new Map<string, { definition: Definition; instrument: Instrument<Recorder & Series> }>();
  /** Whose sample each name is. */
  readonly #names = new Map<string, string>();

  constructor(private readonly options: PrometheusMeterOptions) {
    super();
    this.registry = options.registry;
  }

  counter(options: InstrumentOptions): Instrument {
    return this.#instrument(this.#define('counter', options), () => new CounterSeries());
  }

  gauge(options: InstrumentOptions): Instrument<GaugeRecorder> {
    return this.#instrument(this.#define('gauge', options), () => new GaugeSeries()) as Instrument<GaugeSeries>;
  }

  histogram(options: InstrumentOptions): Instrument {
    const definition = this.#define('histogram', options);
    const bounds = Float64Array.from(definition.buckets);
    return this.#instrument(definition, () => new HistogramSeries(bounds));
  }

  /** Quantiles of positive values, as go-chassis writes them. */
  summary(options: InstrumentOptions): Instrument {
    return this.#instrument(this.#define('summary', options), () => new SummarySeries(this.options.clock));
  }

  #define(type: Definition['type'], options: InstrumentOptions): Definition {
    return define(type, options, this.options.buckets);
  }

  #instrument(definition: Definition, make: () => Recorder & Series): Instrument<Recorder & Series> {
    const { name } = definition;
    const known = this.#instruments.get(name);
    if (known) {
      if (isAlike(known.definition, definition)) return known.instrument;
      throw invalid(name, 'it is there already with another type, other labels or other buckets');
    }
    this.#reserve(definition);
    const table = new SeriesTable(definition, make, this.options.limit);
    exportTo(this.registry, definition, table);
    const instrument = { bind: (labels: MeterLabels = {}) => table.bind(labels) };
    this.#instruments.set(name, { definition, instrument });
    return instrument;
  }

  #reserve(definition: Definition): void {
    const { name } = definition;
    const names = sampleNames(definition);
    for (const sample of names) {
      const owner = this.#names.get(sample);
      if (owner !== undefined) throw invalid(name, `"${sample}" is written by the metric "${owner}" already`);
      if (this.registry.getSingleMetric(sample))
        throw invalid(name, `"${sample}" is there already as a metric of prom-client`);
    }
    for (const sample of names) this.#names.set(sample, name);
  }
}
