import type { HeaderMap } from '@ts-chassis/core';
import { authError } from '../codes.js';

/**
 * What follows a scheme's word in the header `Authorization`; undefined when there is no such header or it begins with another word. Words are compared
 * without regard to case (RFC 9110, 11.1).
 *
 * @param word - in lower case
 * @throws ChassisError `CREDENTIALS_INVALID` for a header that stands more than once: two readers could believe two callers
 */
export function credentialsIn(headers: HeaderMap, word: string): string | undefined {
  const values = headers.all('authorization');
  const [value] = values;
  if (value === undefined) return undefined;
  if (values.length > 1) throw authError('CREDENTIALS_INVALID', 'the header "authorization" stands more than once');
  if (value.length < word.length || value.slice(0, word.length).toLowerCase() !== word) return undefined;
  if (value.length === word.length) return '';
  // a longer word is another word; a tab is no separator here
  return value[word.length] === ' ' ? value.slice(word.length + 1).trim() : undefined;
}
