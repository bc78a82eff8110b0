import { coreError } from '@ts-chassis/core';

/** What is used of `jaeger-client`, which brings no types. */
export interface JaegerLibrary {
  initTracer(configuration: object, options: { readonly logger: JaegerLogger; readonly tags: object }): JaegerTracer;
  readonly SpanContext: {
    withStringIds(traceId: string, spanId: string, parentId: string | null, flags: number): object;
  };
  readonly Span: new (
    tracer: JaegerTracer,
    name: string,
    context: object,
    startedAtMs: number,
    references: [],
  ) => JaegerSpan;
}

export interface JaegerTracer {
  readonly _reporter: { flush(done: () => void): void };
  close(done: () => void): void;
}

export interface JaegerSpan {
  addTags(tags: Readonly<Record<string, unknown>>): void;
  log(fields: Readonly<Record<string, unknown>>, atMs: number): void;
  finish(endedAtMs: number): void;
}

export interface JaegerLogger {
  info(message: string): void;
  error(message: string): void;
}

/**
 * Loads the library, which takes about a second.
 *
 * @throws ChassisError `PLUGIN_MISSING` when it is not installed
 */
export function loadJaeger(load: () => unknown = () => require('jaeger-client')): JaegerLibrary {
  try {
    return load() as JaegerLibrary;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    throw coreError(
      'PLUGIN_MISSING',
      'tracing(jaeger()) needs the package jaeger-client, which is not installed: npm install jaeger-client',
      { cause },
    );
  }
}
