/** A media type without its parameters, in lower case, and its charset. */
export interface MediaType {
  readonly type: string;
  readonly charset: string | undefined;
}

/** Reads a `Content-Type` header (RFC 9110, 8.3). */
export function parseMediaType(header: string): MediaType {
  const semicolon = header.indexOf(';');
  if (semicolon < 0) return { type: header.trim().toLowerCase(), charset: undefined };
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)"?/i.exec(header);
  return { type: header.slice(0, semicolon).trim().toLowerCase(), charset: charset?.[1]?.toLowerCase() };
}

/** Whether a media type is JSON: `application/json` or anything `+json` (RFC 6839). */
export function isJsonType(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json');
}

/** Whether one media type is covered by one of several ranges, such as `text/*`. */
export function coversType(ranges: readonly string[], type: string): boolean {
  return ranges.some(
    (range) => range === type || range === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1))),
  );
}
