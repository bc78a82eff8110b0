import type { Recorder } from '@ts-chassis/core';

/** The series of an instrument by status and failure, each bound when it is first needed: a call finds its own by an index. */
export class StatusSeries {
  readonly #byStatus: (Recorder | undefined)[] = [];
  readonly #failures = new Map<string, Recorder>();

  /** @param bind - makes the series of a status (empty for none) and a sort of failure (empty for a success) */
  constructor(private readonly bind: (status: string, errorType: string) => Recorder) {}

  /** @param status - 0 for none */
  of(status: number, errorType: string): Recorder {
    const known = isStatus(status) ? status : 0;
    if (errorType === '') return (this.#byStatus[known] ??= this.bind(known === 0 ? '' : String(known), ''));
    const key = `${known} ${errorType}`;
    let series = this.#failures.get(key);
    if (!series) this.#failures.set(key, (series = this.bind(known === 0 ? '' : String(known), errorType)));
    return series;
  }
}

/** Anything else comes from a broken peer, and must not make a label. */
function isStatus(status: number): boolean {
  return status >= 100 && status <= 599 && Number.isInteger(status);
}
