import { coreError, redact } from '@ts-chassis/core';
import type { BackendContext, SpanReporter, TracingBackend } from '../backend.js';
import { Complaints } from '../complaints.js';
import type { FinishedSpan } from '../span/finished-span.js';
import { SpanCounter } from '../span-counter.js';
import { BatchQueue } from './batch-queue.js';
import { Poster } from './poster.js';
import { zipkinJson } from './zipkin-json.js';

const DEFAULT_URI = 'http://127.0.0.1:9411/api/v2/spans';
const PATH = '/api/v2/spans';

/**
 * What a program says of its Zipkin; the configuration says the rest, and its `tracing.settings.URI` wins.
 *
 * @example
 * ```ts
 * const options: ZipkinOptions = { uri: 'https://zipkin.example.org/api/v2/spans', headers: { authorization: 'Bearer x' } };
 * ```
 */
export interface ZipkinOptions {
  /** Default `http://127.0.0.1:9411/api/v2/spans`; a bare address gets that path; empty for no collector. */
  readonly uri?: string;
  /** Sent along, for collectors behind a gate. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends spans to Zipkin, or to whatever takes Zipkin's JSON of version 2 (Jaeger, Tempo, the OpenTelemetry collector): in batches by
 * size and time, from a bounded queue. A collector that is away costs nothing but spans; it is complained of once a minute.
 *
 * @throws ChassisError `CONFIG_INVALID` at the start, when the URI is none of HTTP
 *
 * @example
 * ```ts
 * createApplication({ plugins: [rest(), tracing(zipkin())] });
 * ```
 */
export function zipkin(options: ZipkinOptions = {}): TracingBackend {
  return {
    name: 'zipkin',
    make(context) {
      const uri = context.settings.URI ?? options.uri ?? DEFAULT_URI;
      return uri === '' ? undefined : new ZipkinReporter(context, { url: urlOf(uri), headers: options.headers ?? {} });
    },
  };
}

class ZipkinReporter implements SpanReporter {
  readonly #poster: Poster;
  readonly #queue: BatchQueue;

  constructor(
    { settings, clock, logger, meter }: BackendContext,
    { url, headers }: { readonly url: URL; readonly headers: Readonly<Record<string, string>> },
  ) {
    const poster = new Poster({ url, headers, timeoutMs: settings.timeout, clock });
    this.#poster = poster;
    this.#queue = new BatchQueue({
      post: (body) => poster.post(body),
      target: redact(url.href) as string,
      batchSize: settings.batchSize,
      intervalMs: settings.batchInterval,
      queueSize: settings.queueSize,
      clock,
      complaints: new Complaints(clock, logger),
      counter: new SpanCounter(meter),
    });
  }

  report(span: FinishedSpan): void {
    this.#queue.add(zipkinJson(span));
  }

  flush(): Promise<void> {
    return this.#queue.flush();
  }

  async close(): Promise<void> {
    await this.#queue.flush();
    this.#poster.close();
  }
}

function urlOf(uri: string): URL {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw coreError(
      'CONFIG_INVALID',
      `tracing.settings.URI: expected an address such as ${DEFAULT_URI}, got "${redact(uri) as string}"`,
    );
  }
  // go-chassis sent Thrift to version 1 of the API; its configuration files say so
  if (url.pathname === '/' || url.pathname === '/api/v1/spans') url.pathname = PATH;
  return url;
}
