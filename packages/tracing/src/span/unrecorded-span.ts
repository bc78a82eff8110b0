import type { Span } from '@ts-chassis/core';
import type { IdSource } from './id-source.js';
import { TraceContext } from './trace-context.js';

/** A span that is not recorded: nearly free until somebody asks for its ids, to log or to send them. */
export class UnrecordedSpan implements Span {
  readonly recorded = false;
  readonly #ids: IdSource;
  readonly #parent: TraceContext | undefined;
  readonly #word: number;
  #context: TraceContext | undefined;

  /**
   * @param parent - undefined for the first span of a trace
   * @param word - the end of the trace id when there is no parent
   */
  constructor(ids: IdSource, parent: TraceContext | undefined, word: number) {
    this.#ids = ids;
    this.#parent = parent;
    this.#word = word;
    this.#context = undefined;
  }

  context(): TraceContext {
    return (this.#context ??= new TraceContext({
      traceId: this.#parent?.traceId ?? this.#ids.traceId(this.#word),
      spanId: this.#ids.spanId(),
      parentId: this.#parent?.spanId,
      sampled: false,
      ...(this.#parent && { state: this.#parent.state }),
    }));
  }

  setTag(): void {}

  log(): void {}

  finish(): void {}
}
