import { ambientInvocation, runAmbient, type Span, type Tracer } from '@ts-chassis/core';
import { writeFailure } from './links/outcome.js';
import { RecordedSpan } from './span/recorded-span.js';

/**
 * Makes spans for work of one's own: queries, files, long sums. Injected by type; without tracing, or in a trace that is not recorded,
 * it only does the work.
 *
 * @example
 * ```ts
 * class Stock {
 *   constructor(private readonly spans: Spans) {}
 *   count(isbn: string): Promise<number> {
 *     return this.spans.run('stock.count', async (span) => {
 *       span.setTag('isbn', isbn);
 *       return 3;
 *     });
 *   }
 * }
 * ```
 */
export abstract class Spans {
  /**
   * Does some work inside a span, the child of the one it is called in; calls of services and spans made by the work are its children.
   * The span ends with the work, with its failure if it fails; what the work throws is passed on.
   *
   * @param name - few ones: values belong in tags
   */
  abstract run<T>(name: string, work: (span: Span) => T | Promise<T>): Promise<T>;
}

/** Spans of a tracer. */
export class TracerSpans extends Spans {
  constructor(private readonly tracer: Tracer) {
    super();
  }

  async run<T>(name: string, work: (span: Span) => T | Promise<T>): Promise<T> {
    const outer = ambientInvocation();
    const span = this.tracer.startSpan(name, { kind: 'internal', parent: outer?.span.context() });
    if (!(span instanceof RecordedSpan)) return work(span);
    const inner = outer?.fork({ span });
    try {
      return await (inner ? runAmbient(inner, () => work(span)) : work(span));
    } catch (error) {
      writeFailure(span, error, true);
      throw error;
    } finally {
      inner?.unlink();
      span.finish();
    }
  }
}
