import { InvalidAnswer } from './invalid-answer.js';
import type { Exchanged } from './exchange.js';
import { printable } from './printable.js';

/** These say all they have to by their status. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 304]);

/**
 * The JSON of an answer; undefined for none.
 *
 * @param isSecret - nothing of the body is quoted
 * @throws InvalidAnswer for anything else, and for a redirection: the account's token is for nobody else
 */
export function readAnswer({ status, headers, text }: Exchanged, isSecret = false): unknown {
  if (WITHOUT_BODY.has(status)) return undefined;
  if (status >= 300 && status < 400) {
    throw new InvalidAnswer(`status ${status}, to ${printable(headers['location'] ?? 'nowhere')}`, status);
  }
  if (text === '' || text.trim() === '') return undefined;
  const type = headers['content-type'] ?? 'no content type';
  if (!/^[^;]*\bjson\b/i.test(type)) {
    // a proxy in between may refuse on its own
    if (status === 401) return undefined;
    const quoted = isSecret ? '' : `: ${printable(text)}`;
    throw new InvalidAnswer(`status ${status} with ${printable(type)}${quoted}`, status);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // it quotes what it could not read
    const quoted = isSecret ? '' : `: ${printable((error as Error).message)}`;
    throw new InvalidAnswer(`status ${status} with broken JSON${quoted}`, status);
  }
}
