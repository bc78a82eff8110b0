import type { IncomingHttpHeaders } from 'node:http2';

/**
 * Keeps a repeated `authorization`, of which Node takes the first without a word: whoever stands before us may have judged the last, so
 * authentication has to see both, and refuses them.
 *
 * @param headers - is changed
 * @param rawHeaders - names and values as they came
 */
export function keepRepeatedAuthorization(headers: IncomingHttpHeaders, rawHeaders: readonly string[] = []): void {
  if (headers.authorization === undefined) return;
  const first = rawHeaders.indexOf('authorization');
  // a value may be the same word: names stand at even places
  const all = rawHeaders.filter((_, at) => at > first && at % 2 === 1 && rawHeaders[at - 1] === 'authorization');
  if (all.length > 1) (headers as Record<string, unknown>)['authorization'] = all;
}
