/**
 * The values of an instrument's labels.
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
  /** Unique in its application; letters, digits and underscores, with the unit and, for a counter, `_total` at its end. */
  readonly name: string;
  readonly help: string;
  /** The names of its labels; default none. */
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram's buckets, ascending, in the unit of the measure; default those of the backend, for seconds. */
  readonly buckets?: readonly number[];
}

/**
 * One series of an instrument: what it was bound to. A counter adds the value, a gauge is set to it, a histogram counts it in.
 *
 * @example
 * ```ts
 * const placed: Recorder = meter.counter({ name: 'orders_placed_total', help: 'Orders placed.' }).bind();
 * placed.record(1);
 * ```
 */
export interface Recorder {
  record(value: number): void;
}

/**
 * One series of a gauge.
 *
 * @example
 * ```ts
 * const open: GaugeRecorder = meter.gauge({ name: 'open_files', help: 'Files held open.' }).bind();
 * open.add(1);
 * open.add(-1);
 * ```
 */
export interface GaugeRecorder extends Recorder {
  /** Moves it up, or down by a negative number. */
  add(change: number): void;
}

/**
 * An instrument, whose labels are chosen where it is bound. Binding looks a series up, recording does not: bind where the plan is made, or
 * once in a constructor, and record per request.
 *
 * @example
 * ```ts
 * const orders: Instrument = meter.counter({ name: 'orders_placed_total', help: 'Orders placed.', labels: ['kind'] });
 * const gifts = orders.bind({ kind: 'gift' });
 * gifts.record(1);
 * ```
 */
export interface Instrument<R extends Recorder = Recorder> {
  /** The series of these values: one for each label of the instrument. */
  bind(labels?: MeterLabels): R;
}

/**
 * Makes instruments; `host.meter` installs a backend, without one nothing is recorded. The same name asked for twice, alike, is one
 * instrument. An abstract class, so that it is injected by type.
 *
 * @example
 * ```ts
 * class Orders {
 *   private readonly placed: Recorder;
 *   constructor(meter: Meter) { this.placed = meter.counter({ name: 'orders_placed_total', help: 'Orders placed.' }).bind(); }
 * }
 * ```
 */
export abstract class Meter {
  /** What only grows: its recorders add. */
  abstract counter(options: InstrumentOptions): Instrument;
  /** What goes up and down: its recorders set or move it. */
  abstract gauge(options: InstrumentOptions): Instrument<GaugeRecorder>;
  /** How values are spread: its recorders count them in buckets. */
  abstract histogram(options: InstrumentOptions): Instrument;
}

const nowhere: GaugeRecorder = { record() {}, add() {} };
const nothing: Instrument<GaugeRecorder> = { bind: () => nowhere };

class SilentMeter extends Meter {
  counter(): Instrument {
    return nothing;
  }

  gauge(): Instrument<GaugeRecorder> {
    return nothing;
  }

  histogram(): Instrument {
    return nothing;
  }
}

/**
 * A meter that records nothing.
 *
 * @example
 * ```ts
 * const meter: Meter = silentMeter;
 * ```
 */
export const silentMeter: Meter = new SilentMeter();
