import { port } from '@ts-chassis/core';

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

/**
 * Where plug-ins put codecs, by name.
 *
 * @example
 * ```ts
 * host.extend(CodecPort, 'msgpack', () => msgpack);
 * ```
 */
export const CodecPort = port<Codec>('codec');

/** The codecs of an application by media type. */
export type Codecs = ReadonlyMap<string, Codec>;

/** An earlier codec keeps a type that a later one claims too. */
export function codecsOf(codecs: Iterable<Codec>): Codecs {
  const byType = new Map<string, Codec>();
  for (const codec of codecs) {
    for (const type of codec.types) if (!byType.has(type)) byType.set(type, codec);
  }
  return byType;
}
