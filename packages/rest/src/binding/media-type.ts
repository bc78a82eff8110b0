/** A media type without its parameters, in lower case, and its charset. */
export interface MediaType {
  readonly type: string;
  readonly charset: string | undefined;
}

/** The media types of forms. */
export const FORM = 'application/x-www-form-urlencoded';
export const MULTIPART = 'multipart/form-data';

/** Reads a `Content-Type` header (RFC 9110, 8.3). */
export function parseMediaType(header: string): MediaType {
  const semicolon = header.indexOf(';');
  if (semicolon < 0) return { type: header.trim().toLowerCase(), charset: undefined };
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)"?/i.exec(header);
  return { type: header.slice(0, semicolon).trim().toLowerCase(), charset: charset?.[1]?.toLowerCase() };
}

/** The value of a parameter of a header such as `Content-Type`, unquoted; undefined when it is not there. */
export function headerParameter(header: string, name: string): string | undefined {
  return parseHeaderParameters(header).get(name);
}

/** The parameters of a header (RFC 9110, 5.6.6), names in lower case; of one that stands twice the first. Wrong ones are passed over. */
export function parseHeaderParameters(header: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (let at = header.indexOf(';'); at >= 0 && at < header.length;) {
    const equals = header.indexOf('=', at);
    if (equals < 0) break;
    const name = header
      .slice(at + 1, equals)
      .trim()
      .toLowerCase();
    const { value, end } = parameterValue(header, equals + 1);
    if (!parameters.has(name)) parameters.set(name, value);
    at = header.indexOf(';', end);
  }
  return parameters;
}

/** A token, or a quoted text in which a backslash guards a quote or another backslash only: browsers send paths of Windows as they are. */
function parameterValue(header: string, start: number): { readonly value: string; readonly end: number } {
  let at = start;
  while (header[at] === ' ' || header[at] === '\t') at++;
  if (header[at] !== '"') {
    const semicolon = header.indexOf(';', at);
    const end = semicolon < 0 ? header.length : semicolon;
    return { value: header.slice(at, end).trim(), end };
  }
  let value = '';
  for (at++; at < header.length && header[at] !== '"'; at++) {
    if (header[at] === '\\' && (header[at + 1] === '"' || header[at + 1] === '\\')) at++;
    value += header[at];
  }
  return { value, end: at };
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
