import { HeaderMap } from './header-map.js';

/**
 * What comes back through the chain.
 *
 * @example
 * ```ts
 * const reply = await next(invocation);
 * console.log(reply.value, reply.headers.get('etag'));
 * ```
 */
export interface Reply {
  /** The method's result; an async iterable for a stream. */
  readonly value: unknown;
  readonly headers: HeaderMap;
  /** What follows the value in protocols that know trailers. */
  readonly trailers?: HeaderMap;
  /** A hint for REST. */
  readonly status?: number;
  /** The response has left already: nobody may write it again. */
  readonly sent?: true;
}

const REPLY = Symbol.for('ts-chassis.reply');

/**
 * Makes a reply with headers, trailers or a status, for handlers and for methods that have more to say than a value.
 *
 * @param value - the result
 * @param options - headers (names in any case), status; `trailers` follow the value, in gRPC only
 *
 * @example
 * ```ts
 * return replyWith(book, { status: 201, headers: { location: `/books/${book.isbn}` } }) as unknown as Book;
 * ```
 */
export function replyWith(
  value: unknown,
  options: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    readonly trailers?: Readonly<Record<string, string | readonly string[]>>;
  } = {},
): Reply {
  const { status, headers, trailers } = options;
  const reply = {
    value,
    headers: headersOf(headers),
    ...(trailers && { trailers: headersOf(trailers) }),
    ...(status && { status }),
  };
  return Object.defineProperty(reply, REPLY, { value: true });
}

function headersOf(fields: Readonly<Record<string, string | readonly string[]>> = {}): HeaderMap {
  return HeaderMap.of(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value])));
}

/**
 * Whether a method returned a reply (made by {@link replyWith}) rather than a bare value.
 *
 * @example
 * ```ts
 * const value = isReply(result) ? result.value : result;
 * ```
 */
export function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && REPLY in value;
}

/**
 * A reply around a bare value.
 *
 * @example
 * ```ts
 * const next: Next = () => Promise.resolve(replyOf('pong'));
 * ```
 */
export function replyOf(value: unknown): Reply {
  return new PlainReply(value);
}

/** A class rather than a literal, so that every bare reply has one shape. */
class PlainReply implements Reply {
  readonly headers = HeaderMap.empty;
  constructor(readonly value: unknown) {}
}
