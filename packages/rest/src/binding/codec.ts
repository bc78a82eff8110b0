import type { Codec } from '@ts-chassis/core';

export { CodecPort, type Codec } from '@ts-chassis/core';

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
