import type { ReceivedSpan } from './backend-subject.fixture.js';

/** Gathers what arrives and tells who waits for it. */
export class ReceivedSpans {
  readonly all: ReceivedSpan[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  add(spans: readonly ReceivedSpan[]): void {
    this.all.push(...spans);
    for (const { count, resolve } of this.#waiting) if (this.all.length >= count) resolve();
    this.#waiting = this.#waiting.filter(({ count }) => this.all.length < count);
  }

  arrival(count: number): Promise<void> {
    if (this.all.length >= count) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push({ count, resolve }));
  }
}
