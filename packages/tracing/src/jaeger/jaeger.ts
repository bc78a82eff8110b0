import { coreError, redact } from '@ts-chassis/core';
import type { BackendContext, SpanReporter, TracingBackend } from '../backend.js';
import { Complaints } from '../complaints.js';
import type { FinishedSpan } from '../span/finished-span.js';
import { SpanCounter } from '../span-counter.js';
import { loadJaeger, type JaegerLibrary, type JaegerTracer } from './jaeger-library.js';

const DEFAULT_URI = 'udp://127.0.0.1:6832';
const SAMPLED = 1;
const SAMPLED_AND_DEBUG = 3;
/** The library flushes by size too, but loses count of it while a flush is under way and then sends packets that are too big. */
const FLUSH_EVERY = 32;

/**
 * What a program says of its Jaeger; the configuration says the rest, and its `tracing.settings.URI` wins.
 *
 * @example
 * ```ts
 * const options: JaegerOptions = { uri: 'http://jaeger-collector:14268/api/traces' };
 * ```
 */
export interface JaegerOptions {
  /**
   * Default `udp://127.0.0.1:6832`, the agent's port for binary Thrift; the one for compact Thrift, 6831, would take nothing and say
   * nothing. `http://...:14268/api/traces` sends to a collector. Empty for no collector.
   */
  readonly uri?: string;
}

/**
 * Sends spans to Jaeger by the package `jaeger-client`, which the user installs: it is loaded at the start of an application that lists
 * this backend. New installations of Jaeger take Zipkin's format as well, so `zipkin()` needs no library.
 *
 * @throws ChassisError `PLUGIN_MISSING` at the start, when the package is not installed; `CONFIG_INVALID` for a URI of another kind
 *
 * @example
 * ```ts
 * createApplication({ plugins: [rest(), tracing(jaeger())] });
 * ```
 */
export function jaeger(options: JaegerOptions = {}): TracingBackend {
  return {
    name: 'jaeger',
    make(context) {
      const uri = context.settings.URI ?? options.uri ?? DEFAULT_URI;
      return uri === '' ? undefined : new JaegerReporter(context, targetOf(uri));
    },
  };
}

class JaegerReporter implements SpanReporter {
  readonly #counter: SpanCounter;
  readonly #complaints: Complaints;
  #library: JaegerLibrary | undefined;
  #tracer: JaegerTracer | undefined;
  #unflushed = 0;

  constructor(
    private readonly context: BackendContext,
    private readonly target: Readonly<Record<string, unknown>>,
  ) {
    this.#counter = new SpanCounter(context.meter);
    this.#complaints = new Complaints(context.clock, context.logger);
  }

  open(): void {
    this.#opened();
  }

  report(span: FinishedSpan): void {
    const { tracer, library } = this.#opened();
    const flags = span.debug ? SAMPLED_AND_DEBUG : SAMPLED;
    const ids = library.SpanContext.withStringIds(span.traceId, span.spanId, span.parentId ?? null, flags);
    const copy = new library.Span(tracer, span.name, ids, span.startedAtMs, []);
    if (span.kind !== 'internal') copy.addTags({ 'span.kind': span.kind });
    copy.addTags(Object.fromEntries(span.tags));
    for (const { atMs, fields } of span.logs) copy.log(fields, atMs);
    copy.finish(span.startedAtMs + span.durationMs);
    this.#counter.sent(1);
    this.#unflushed += 1;
    if (this.#unflushed >= FLUSH_EVERY) void this.flush();
  }

  async flush(): Promise<void> {
    const tracer = this.#tracer;
    this.#unflushed = 0;
    if (tracer) await this.#ended((done) => tracer._reporter.flush(done));
  }

  async close(): Promise<void> {
    const tracer = this.#tracer;
    this.#tracer = undefined;
    if (tracer) await this.#ended((done) => tracer.close(done));
  }

  /** The library waits for its collector for ever. */
  #ended(run: (done: () => void) => void): Promise<void> {
    const { clock, settings } = this.context;
    return new Promise((resolve) => {
      const stop = clock.after(settings.timeout, resolve);
      run(() => {
        stop();
        resolve();
      });
    });
  }

  #opened(): { readonly tracer: JaegerTracer; readonly library: JaegerLibrary } {
    const library = (this.#library ??= loadJaeger());
    return { library, tracer: (this.#tracer ??= this.#make(library)) };
  }

  #make(library: JaegerLibrary): JaegerTracer {
    const { service, version, settings } = this.context;
    return library.initTracer(
      {
        serviceName: service,
        // what comes here was decided on already
        sampler: { type: 'const', param: 1 },
        reporter: { ...this.target, flushIntervalMs: settings.batchInterval },
      },
      {
        tags: { version },
        logger: {
          info: () => undefined,
          error: (reason) => this.#complaints.warn('spans could not be sent to Jaeger', { reason }),
        },
      },
    );
  }
}

/** As the library's configuration names it. */
function targetOf(uri: string): Readonly<Record<string, unknown>> {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol === 'udp:' && url.port !== '') {
    return {
      agentHost: url.hostname.replace(/^\[|\]$/g, ''),
      agentPort: Number(url.port),
      agentSocketType: socketType(url),
    };
  }
  if (url && /^https?:$/.test(url.protocol)) {
    const { username, password } = url;
    if (url.pathname === '/') url.pathname = '/api/traces';
    url.username = url.password = '';
    return { collectorEndpoint: url.href, ...(username !== '' && { username, password }) };
  }
  throw coreError(
    'CONFIG_INVALID',
    `tracing.settings.URI: expected ${DEFAULT_URI} or http://127.0.0.1:14268/api/traces, got "${redact(uri) as string}"`,
  );
}

function socketType(url: URL): string {
  return url.hostname.startsWith('[') ? 'udp6' : 'udp4';
}
