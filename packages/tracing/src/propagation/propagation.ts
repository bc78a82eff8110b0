import type { TraceContext } from '../span/trace-context.js';
import { b3Multi, b3Single } from './b3.js';
import type { HeaderRecord, TraceFormat } from './trace-format.js';
import { w3c } from './w3c.js';

/**
 * Names of the formats in which trace contexts travel: `b3` is Zipkin's several headers, `b3-single` its one header, `w3c` is `traceparent`
 * and `tracestate`.
 *
 * @example
 * ```ts
 * const formats: PropagationFormat[] = ['w3c'];
 * ```
 */
export type PropagationFormat = 'b3' | 'b3-single' | 'w3c';

const FORMATS: Readonly<Record<PropagationFormat, TraceFormat>> = { b3: b3Multi, 'b3-single': b3Single, w3c };

/** Reads and writes trace contexts in the formats chosen. */
export class Propagation {
  readonly #formats: readonly TraceFormat[];

  /** @param names - the first in which a request says something valid counts; all are written */
  constructor(names: readonly PropagationFormat[]) {
    this.#formats = names.map((name) => FORMATS[name]);
  }

  read(headers: HeaderRecord): TraceContext | undefined {
    let decision: TraceContext | undefined;
    for (const format of this.#formats) {
      const context = format.read(headers);
      if (context === undefined) continue;
      if (context.traceId !== '') return context;
      decision ??= context;
    }
    return decision;
  }

  /** The headers of a context; the same record each time, not to be changed. */
  headersOf(context: TraceContext): Readonly<Record<string, string>> {
    return (context.headers ??= this.#write(context));
  }

  #write(context: TraceContext): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {};
    for (const format of this.#formats) format.write(context, headers);
    return headers;
  }
}
