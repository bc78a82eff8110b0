import type { Meter } from '@ts-chassis/core';

type Counter = { record(value: number): void };

/** Counts what became of recorded spans. */
export class SpanCounter {
  #sent: Counter | undefined;
  #dropped: Counter | undefined;

  /** @param meter - asked when the first span is counted: the tracer is made before the meter */
  constructor(private readonly meter: () => Meter) {}

  sent(count: number): void {
    this.#make();
    this.#sent?.record(count);
  }

  dropped(count: number): void {
    this.#make();
    this.#dropped?.record(count);
  }

  #make(): void {
    if (this.#sent) return;
    const counter = this.meter().counter({
      name: 'tracing_spans_total',
      help: 'Spans recorded, by what became of them.',
      labels: ['outcome'],
    });
    this.#sent = counter.bind({ outcome: 'sent' });
    this.#dropped = counter.bind({ outcome: 'dropped' });
  }
}
