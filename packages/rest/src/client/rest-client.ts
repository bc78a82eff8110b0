import { ChassisError, type CallOptions, type Consumer } from '@ts-chassis/core';
import { Readable } from 'node:stream';
import { fetchBody } from './fetch-body.js';
import { FetchOperations } from './fetch-operation.js';
import type { PlannedRequest } from './request-plan.js';
import { expandTemplate, parseServiceUrl } from './service-url.js';
import { textOf } from './text-of.js';
import { toResponse, type FetchedReply } from './to-response.js';

/**
 * What a fetched request has beside its URL.
 *
 * @example
 * ```ts
 * const options: FetchOptions = { method: 'POST', path: { isbn: '42' }, body: { price: 12 }, timeoutMs: 500 };
 * ```
 */
export interface FetchOptions extends Pick<
  CallOptions,
  'timeoutMs' | 'headers' | 'signal' | 'tags' | 'endpoint' | 'chain'
> {
  /** In any case; default `GET`. */
  readonly method?: string;
  /**
   * Values of the names in braces. `{}` for a URL without any says that its path is an operation of its own for handlers, metrics and limits, as
   * those with names in braces are; say it of paths that are not built out of values.
   */
  readonly path?: Readonly<Record<string, string | number>>;
  /** Added to the URL's own query; a list gives one pair for each item, undefined none. */
  readonly query?: Readonly<
    Record<string, string | number | boolean | undefined | readonly (string | number | boolean)[]>
  >;
  /**
   * Text, bytes, a `Blob` and streams of bytes go as they are, `URLSearchParams` and `FormData` as forms, anything else as JSON. What streams is
   * sent but once: such a call is not tried again.
   */
  readonly body?: unknown;
}

/**
 * Calls services by URL, through the same consumer chain as typed clients: discovery, balancing, deadline, cancellation. An abstract class,
 * so that it is injected by type.
 *
 * @example
 * ```ts
 * constructor(private readonly rest: RestClient) {}
 * raw() { return this.rest.fetch('http://catalog/books/{isbn}', { path: { isbn: '9780262033848' } }); }
 * ```
 */
export abstract class RestClient {
  /**
   * Fetches `http://Service[:port]/path` and resolves with a `Response` whatever its status, as the global `fetch` does; redirects are not
   * followed. `port` is what follows the hyphen in a listener's name (`admin` for `rest-admin`). Handlers, metrics and limits know the call
   * by its template; without names in braces, by service and verb unless `path` is given. Deadline and `signal` bound the body too: reading it rejects with
   * `CALL_DEADLINE` or `CALL_CANCELLED`; a large one that is not read holds its connection until it is cancelled or the time is over.
   *
   * @throws ChassisError `FETCH_INVALID` for a wrong URL or missing values; `NO_INSTANCE`, `CALL_FAILED`, `CALL_DEADLINE`, `CALL_CANCELLED`
   * when no answer came
   */
  abstract fetch(url: string, options?: FetchOptions): Promise<Response>;
}

/** The client over the consumer chain of an application. */
export class ConsumerRestClient extends RestClient {
  readonly #operations = new FetchOperations();

  constructor(private readonly consumer: Pick<Consumer, 'call'>) {
    super();
  }

  async fetch(url: string, options: FetchOptions = {}): Promise<Response> {
    const { service, port, path, query } = parseServiceUrl(url);
    const method = (options.method ?? 'GET').toUpperCase();
    const isTemplate = path.includes('{') || (options.path !== undefined && path.startsWith('/'));
    const { body, headers } = fetchBody(options.body);
    const request: PlannedRequest = {
      method,
      path: (isTemplate ? expandTemplate(path, options.path ?? {}) : path) + queryOf(query, options.query),
      headers: ownType(options.headers) ? [] : [...headers],
      body,
    };
    const operation = this.#operations.of(service, method, {
      template: isTemplate ? path : undefined,
      isStream: body instanceof Readable,
    });
    const call: CallOptions = { ...callOptionsOf(options), protocol: 'rest', ...(port !== undefined && { port }) };
    try {
      const {
        value,
        headers: received,
        status = 200,
      } = await this.consumer.call({ service, operation }, [request], call);
      return toResponse({ status, headers: received, body: value });
    } catch (error) {
      const failed = failedReply(error);
      if (failed) return toResponse(failed);
      throw error;
    }
  }
}

/** A failure status is an answer like any other to who fetches. */
function failedReply(error: unknown): FetchedReply | undefined {
  if (!ChassisError.is(error) || !error.remote || typeof error.reply !== 'object' || !error.reply) return undefined;
  const { reply } = error;
  return 'status' in reply && 'headers' in reply && 'body' in reply ? (reply as FetchedReply) : undefined;
}

function callOptionsOf(options: FetchOptions): CallOptions {
  const { method: _, path: __, query: ___, body: ____, ...call } = options;
  return call;
}

function ownType(headers: FetchOptions['headers']): boolean {
  return Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type');
}

function queryOf(own: string, added: FetchOptions['query']): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(added ?? {})) {
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined) pairs.append(name, textOf(item)!);
  }
  const text = pairs.toString();
  if (text === '') return own;
  return own === '' || own === '?' ? `?${text}` : `${own}&${text}`;
}
