export interface AxisOptions {
  /** What it shows, with the unit. */
  readonly label: string;
  readonly log?: boolean;
  /** The first value; default 0, or the smallest on a logarithmic axis. */
  readonly from?: number;
  readonly to?: number;
  /** Larger values first. */
  readonly reversed?: boolean;
}

/** An axis laid over a span of pixels. */
export interface Axis {
  readonly label: string;
  at(value: number): number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

export function axisOf(values: readonly number[], options: AxisOptions, pixels: readonly [number, number]): Axis {
  const [start, end] = options.reversed ? [pixels[1], pixels[0]] : pixels;
  const scale = options.log ? Math.log10 : (value: number): number => value;
  const ticks = options.log ? decades(values, options) : steps(values, options);
  const from = options.from ?? (options.log ? ticks[0]! : Math.min(0, ticks[0]!));
  const to = options.to ?? Math.max(ticks.at(-1)!, ...values);
  const [low, high] = [scale(from), scale(to)];
  const at = (value: number): number => {
    const bounded = Math.min(to, Math.max(from, value));
    return start + ((scale(bounded) - low) / (high - low)) * (end - start);
  };
  const shown = ticks.filter((tick) => tick >= from && tick <= to);
  return { label: options.label, at, ticks: shown.map((tick) => ({ at: at(tick), label: labelOf(tick) })) };
}

/** About six round steps, the last at or above the largest value. */
function steps(values: readonly number[], { from = 0, to }: AxisOptions): number[] {
  const high = to ?? Math.max(from + Number.EPSILON, ...values);
  const rough = (high - from) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const count = Math.ceil((high - from) / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((from + index * step).toPrecision(12)));
}

/** Powers of ten around all values, with 2 and 5 between them when there are few. */
function decades(values: readonly number[], { from, to }: AxisOptions): number[] {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(from ?? Math.min(...positive)));
  const high = Math.ceil(Math.log10(to ?? Math.max(...positive)));
  const factors = high - low <= 3 ? [1, 2, 5] : [1];
  const all = Array.from({ length: high - low }, (_, index) => factors.map((factor) => factor * 10 ** (low + index)));
  return [...all.flat(), 10 ** high].map((tick) => Number(tick.toPrecision(12)));
}

function labelOf(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: 6 });
}
