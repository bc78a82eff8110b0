/**
 * The values of an instrument's labels, fixed when it is bound.
 *
 * @example
 * ```ts
 * const labels: MeterLabels = { operation: 'catalog.find' };
 * ```
 */
export type MeterLabels = Readonly<Record<string, string>>;

/**
 * What an instrument is called and measures.
 *
 * @example
 * ```ts
 * const options: InstrumentOptions = { name: 'orders_placed_total', help: 'Orders placed.', labels: ['kind'] };
 * ```
 */
export interface InstrumentOptions {
  readonly name: string;
  readonly help: string;
  /** The names of its labels; default none. */
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram's buckets, ascending, in the unit of the measure. */
  readonly buckets?: readonly number[];
}

/**
 * An instrument whose labels are chosen once, where the plan is made, and recorded to per request.
 *
 * @example
 * ```ts
 * const placed = meter.counter({ name: 'orders_placed_total', help: 'Orders placed.' }).bind({});
 * placed.record(1);
 * ```
 */
export interface Instrument {
  bind(labels: MeterLabels): { record(value: number): void };
}

/**
 * Makes instruments; `host.meter` installs a backend.
 *
 * @example
 * ```ts
 * const lag = meter.gauge({ name: 'lag_ms', help: 'Event loop lag in milliseconds.' });
 * ```
 */
export interface Meter {
  counter(options: InstrumentOptions): Instrument;
  gauge(options: InstrumentOptions): Instrument;
  histogram(options: InstrumentOptions): Instrument;
}

const nothing: Instrument = { bind: () => ({ record() {} }) };

/**
 * A meter that records nothing.
 *
 * @example
 * ```ts
 * const meter: Meter = silentMeter;
 * ```
 */
export const silentMeter: Meter = { counter: () => nothing, gauge: () => nothing, histogram: () => nothing };
