import { constants, gunzip, gzip, inflate } from 'node:zlib';
import { grpcError } from '../codes.js';
import { tooLarge } from './message-buffer.js';

/** What requests may be compressed by, as told to clients. */
export const ACCEPTED_ENCODINGS = 'identity,gzip,deflate';

/**
 * Undoes the compression of a message, never to more than is read.
 *
 * @param encoding - what `grpc-encoding` says
 * @throws ChassisError `COMPRESSION_UNKNOWN`, `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`
 */
export function decompressed(bytes: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const undo = encoding === 'gzip' ? gunzip : encoding === 'deflate' ? inflate : undefined;
  if (!undo) return Promise.reject(unknownEncoding(encoding));
  return new Promise((resolve, reject) => {
    const bounds = maxBytes > 0 ? { maxOutputLength: maxBytes } : {};
    undo(bytes, bounds, (error, result) => {
      if (!error) resolve(result);
      else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') reject(tooLarge(maxBytes, 'more'));
      else reject(grpcError('MESSAGE_MALFORMED', `a message said to be compressed by ${encoding} is not`));
    });
  });
}

export function compressed(bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(bytes, { level: constants.Z_BEST_SPEED }, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

function unknownEncoding(encoding: string | undefined): Error {
  return grpcError(
    'COMPRESSION_UNKNOWN',
    encoding === undefined || encoding === 'identity'
      ? 'a message is marked as compressed, and grpc-encoding does not say how'
      : `messages compressed by ${JSON.stringify(encoding.slice(0, 40))} cannot be read; expected ${ACCEPTED_ENCODINGS}`,
  );
}
