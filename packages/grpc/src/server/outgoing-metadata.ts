import { ChassisError, HeaderMap } from '@ts-chassis/core';
import type { OutgoingHttpHeaders } from 'node:http2';

/** Of the connection or the body of HTTP, or written by the transport itself. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  ...['connection', 'content-encoding', 'content-length', 'content-type', 'date', 'http2-settings', 'keep-alive'],
  ...['host', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);
/** Of which HTTP has one each, as Node holds to: several in the trailers of grpc-js would end the process. */
const ONCE: ReadonlySet<string> = new Set([
  ...['access-control-allow-credentials', 'access-control-max-age', 'access-control-request-method', 'age'],
  ...['authorization', 'content-language', 'content-location', 'content-md5', 'content-range', 'dnt', 'etag'],
  ...['expires', 'from', 'if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since'],
  ...['last-modified', 'location', 'max-forwards', 'proxy-authorization', 'range', 'referer', 'retry-after', 'tk'],
  ...['upgrade-insecure-requests', 'user-agent', 'x-content-type-options'],
]);
const VALUE = /^[\x20-\x7e]*$/;
const NAME = /^[a-z0-9_.-]+$/;

/** What nghttp2 sends at once, 64 KiB, less what HTTP/2 and gRPC add. A longer block it drops without a word, and resets the call. */
const MOST_BYTES = 65_280;
/** Clients on Node refuse 128 and more, and Node may end their process then; less what HTTP/2 and gRPC add. */
const MOST_PAIRS = 110;
/** What nghttp2 counts for each header beside its letters. */
const HEADER_BYTES = 12;

/**
 * Adds what a reply says besides its value. Values of names that end in `-bin` are base64 text, as they are for who reads them.
 *
 * @throws ChassisError `INTERNAL` for what metadata cannot carry, and for more than can be sent
 */
export function addHeaders(target: OutgoingHttpHeaders, headers: HeaderMap): void {
  if (headers === HeaderMap.empty) return;
  const { record } = headers;
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value === undefined || NEVER_SENT.has(name) || name.startsWith('grpc-') || name.startsWith(':')) continue;
    const values = typeof value === 'string' ? [value] : value;
    if (values.length > 1 && ONCE.has(name)) {
      throw new ChassisError('INTERNAL', `reply header "${name}": has one value, got ${values.length}`);
    }
    if (!NAME.test(name) || !values.every((each) => VALUE.test(each))) {
      throw new ChassisError(
        'INTERNAL',
        `reply header "${name}": metadata is printable ASCII; bytes go as base64 in "-bin"`,
      );
    }
    target[name] = typeof value === 'string' ? value : [...value];
  }
  refuseTooLong(target);
}

/** @throws ChassisError `INTERNAL` for more metadata than can be sent at once */
function refuseTooLong(target: OutgoingHttpHeaders): void {
  let bytes = 0;
  let pairs = 0;
  let longest = '';
  let longestBytes = 0;
  for (const name of Object.keys(target)) {
    const own = bytesOf(name, target[name]);
    bytes += own;
    pairs += Array.isArray(target[name]) ? target[name].length : 1;
    if (own > longestBytes) [longest, longestBytes] = [name, own];
  }
  if (pairs > MOST_PAIRS) {
    throw new ChassisError('INTERNAL', `reply headers: ${pairs} of them, of which ${MOST_PAIRS} can be sent at once`);
  }
  if (bytes <= MOST_BYTES) return;
  throw new ChassisError(
    'INTERNAL',
    `reply header "${longest}": ${longestBytes} of ${bytes} bytes of metadata, of which ${MOST_BYTES} can be sent at once`,
  );
}

function bytesOf(name: string, value: OutgoingHttpHeaders[string]): number {
  if (!Array.isArray(value)) return name.length + String(value).length + HEADER_BYTES;
  let bytes = 0;
  for (const each of value) bytes += name.length + each.length + HEADER_BYTES;
  return bytes;
}
