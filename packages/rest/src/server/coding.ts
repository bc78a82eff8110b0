import type { BrotliOptions, Gzip, ZlibOptions } from 'node:zlib';
import type { Transform } from 'node:stream';

/** A stream that compresses; `flush` has all that was written come out. */
export type Coder = Transform & Pick<Gzip, 'flush'>;

/** A way to compress a body. */
export type Coding = 'br' | 'gzip' | 'deflate';

const CODINGS: readonly Coding[] = ['br', 'gzip', 'deflate'];

/** Brotli's own default is made for files that are compressed once: forty times slower. */
const BROTLI_QUALITY = 4;

/** Chooses codings; clients say the same again and again. */
export class CodingChoice {
  #lastHeader = '';
  #last: Coding | undefined;

  /** The coding that an `Accept-Encoding` header (RFC 9110, 12.5.3) likes best; undefined for none at all. */
  choose(header: string | undefined): Coding | undefined {
    if (header === undefined) return undefined;
    if (header === this.#lastHeader) return this.#last;
    this.#lastHeader = header;
    return (this.#last = preferred(header));
  }
}

/** Its published types do not know that one may prefer. */
type NegotiatorClass = new (request: { readonly headers: Readonly<Record<string, string>> }) => {
  encodings(available: readonly string[], options: { readonly preferred: readonly string[] }): readonly string[];
};

function preferred(header: string): Coding | undefined {
  // Only applications that compress load it.
  const Negotiator = require('negotiator') as NegotiatorClass;
  const negotiator = new Negotiator({ headers: { 'accept-encoding': header } });
  const [best] = negotiator.encodings([...CODINGS, 'identity'], { preferred: CODINGS });
  return CODINGS.find((coding) => coding === best);
}

/** Compresses a whole body, off the main thread. */
export function compress(body: string | Uint8Array, coding: Coding): Promise<Buffer> {
  const zlib = zlibOf();
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, result: Buffer): void => (error ? reject(error) : resolve(result));
    if (coding === 'br') zlib.brotliCompress(body, brotliOptions(false), done);
    else if (coding === 'gzip') zlib.gzip(body, done);
    else zlib.deflate(body, done);
  });
}

/**
 * Compresses a stream.
 *
 * @param flushes - whether each chunk leaves at once
 */
export function compressor(coding: Coding, flushes: boolean): Coder {
  const zlib = zlibOf();
  if (coding === 'br') return zlib.createBrotliCompress(brotliOptions(flushes));
  const options: ZlibOptions = flushes ? { flush: zlib.constants.Z_SYNC_FLUSH } : {};
  return coding === 'gzip' ? zlib.createGzip(options) : zlib.createDeflate(options);
}

function brotliOptions(flushes: boolean): BrotliOptions {
  const { constants } = zlibOf();
  return {
    params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
    ...(flushes && { flush: constants.BROTLI_OPERATION_FLUSH }),
  };
}

function zlibOf(): typeof import('node:zlib') {
  // As above.
  return require('node:zlib') as typeof import('node:zlib');
}
