import { codingsOf, type Coding } from './content-coding.js';
import type { IncomingBody } from './open-body.js';
import { RequestStream } from './request-stream.js';
import { tooLarge } from './too-large.js';

const NONE: readonly Coding[] = [];

/**
 * Looks at what the headers say of a body, and tells a client that asked beforehand to send it.
 *
 * @param maxBytes - the longest body; `Infinity` for any
 * @returns the codings to undo
 * @throws ChassisError `BODY_TOO_LARGE` when the client says beforehand that it is; `UNSUPPORTED_MEDIA_TYPE` for an unknown coding
 */
export function admitBody({ request, response }: IncomingBody, maxBytes: number): readonly Coding[] {
  const { headers } = request;
  const length = headers['content-length'];
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes);
  const encoding = headers['content-encoding'];
  const codings = encoding === undefined ? NONE : codingsOf(encoding);
  if (headers.expect !== undefined) response.writeContinue();
  return codings;
}

/** Begins to read a body as a stream of its bytes, their codings undone. Throws as {@link admitBody}. */
export function beginBody(incoming: IncomingBody, maxBytes: number): RequestStream {
  return new RequestStream(incoming.request, { codings: admitBody(incoming, maxBytes), maxBytes });
}
