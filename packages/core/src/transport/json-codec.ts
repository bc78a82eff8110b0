import type { Codec } from './codec.js';

/**
 * JSON as a {@link Codec}: what a protocol speaks by when no other codec is plugged in.
 *
 * @example
 * ```ts
 * const codec = [...services.extensions(CodecPort).values()][0] ?? jsonCodec;
 * ```
 */
export const jsonCodec: Codec = {
  types: ['application/json'],
  encode: (value) => Buffer.from(JSON.stringify(value)),
  decode: (bytes) =>
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as unknown,
};
