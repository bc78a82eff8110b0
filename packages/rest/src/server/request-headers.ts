import { HeaderMap } from '@ts-chassis/core';
import type { IncomingMessage } from 'node:http';

/**
 * The headers of a request. Of a repeated `Authorization` Node keeps the first without a word, and whoever stands before us may have judged the
 * last: both are kept, so that authentication can refuse them.
 */
export function requestHeaders(
  request: Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'headersDistinct'>,
): HeaderMap {
  const { headers, rawHeaders } = request;
  if (headers.authorization === undefined || !standsTwice(rawHeaders, 'authorization')) return HeaderMap.of(headers);
  return HeaderMap.of({ ...headers, authorization: request.headersDistinct['authorization'] });
}

function standsTwice(rawHeaders: readonly string[], name: string): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at]!;
    if (given.length === name.length && given.toLowerCase() === name) count += 1;
  }
  return count > 1;
}
