/**
 * Reads and writes bodies of one media type, beside JSON, which is always there. Put at {@link CodecPort} by a plug-in; a request is
 * read by its `Content-Type`, an answer is written as its `Accept` asks.
 *
 * @example
 * ```ts
 * const msgpack: Codec = { types: ['application/msgpack'], encode: (value) => encode(value), decode: (bytes) => decode(bytes) };
 * ```
 */
export interface Codec {
  /** Media types in lower case, without parameters; answers carry the first. */
  readonly types: readonly string[];
  /** Turns what JSON would write (objects, lists, texts, numbers) into bytes. */
  encode(value: unknown): Uint8Array;
  /** Throws for bytes that are none of its own: they are answered with 400. */
  decode(bytes: Uint8Array): unknown;
}
