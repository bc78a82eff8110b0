import { HeaderMap } from '../invocation/header-map.js';

/**
 * The headers of a received message. Names become lower case; what is neither a text nor a list of texts is left out, so that nothing but texts
 * is ever read from them, whatever a stranger sends.
 *
 * @param data - whatever was received where headers should stand
 *
 * @example
 * ```ts
 * const headers = receivedHeaders(codec.decode(head));
 * ```
 */
export function receivedHeaders(data: unknown): HeaderMap {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return HeaderMap.empty;
  const record: Record<string, string | readonly string[]> = {};
  let empty = true;
  for (const [name, value] of Object.entries(data)) {
    if (!isHeader(value) || name === '__proto__') continue;
    record[name.toLowerCase()] = value;
    empty = false;
  }
  return empty ? HeaderMap.empty : HeaderMap.of(record);
}

function isHeader(value: unknown): value is string | readonly string[] {
  return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}
