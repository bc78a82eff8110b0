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

/** Whether an `Accept` header (RFC 9110, 12.5.1) lets one of the types through. A more specific range decides over a wider one. */
export function accepts(header: string, types: readonly string[]): boolean {
  const ranges = header
    .split(',')
    .map(parseRange)
    .filter((range) => range.type !== '');
  if (ranges.length === 0) return true;
  return types.some((type) => qualityOf(type, ranges) > 0);
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';');
  const quality = parameters
    .map((parameter) => /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(parameter)?.[1])
    .find((q) => q !== undefined);
  return { type: type.trim().toLowerCase(), quality: quality === undefined ? 1 : Number(quality) };
}

function qualityOf(type: string, ranges: readonly Range[]): number {
  const family = `${type.slice(0, type.indexOf('/'))}/*`;
  for (const wanted of [type, family, '*/*']) {
    const range = ranges.find((candidate) => candidate.type === wanted);
    if (range) return range.quality;
  }
  return 0;
}
