import { restError } from '../codes.js';

/** More pairs than any form has; beyond it a body or query is an attack on whoever walks it. */
const MOST_PAIRS = 1000;

/** Names and values in turn, decoded, in the order they came. A flat list: no prototype to pollute, and nothing to hash for the few that are asked for. */
export type Pairs = readonly string[];

const NONE: Pairs = [];

/**
 * Reads `a=1&b=2`, as in a query or a form: a plus is a space, a name alone has an empty value, empty pairs count for nothing.
 *
 * @param place - `query` or `body`, for messages
 * @throws ChassisError `URL_MALFORMED` or `BODY_MALFORMED` for a wrong percent sign or more than 1000 pairs
 */
export function parsePairs(text: string, place: 'query' | 'body'): Pairs {
  if (text === '') return NONE;
  const pairs: string[] = [];
  let start = 0;
  while (start <= text.length) {
    let end = text.indexOf('&', start);
    if (end < 0) end = text.length;
    if (end > start) {
      if (pairs.length === MOST_PAIRS * 2) throw malformed(place, `has more than ${MOST_PAIRS} parameters`);
      addPair(pairs, text.slice(start, end), place);
    }
    start = end + 1;
  }
  return pairs;
}

/** The value of a name: undefined when absent, a list when it stands more than once, which no single value's type accepts. */
export function valueOf(pairs: Pairs, name: string): string | string[] | undefined {
  for (let index = 0; index < pairs.length; index += 2) {
    if (pairs[index] === name) {
      const more = pairs.indexOf(name, index + 2);
      return more < 0 ? pairs[index + 1]! : evenOr(pairs, name, index);
    }
  }
  return undefined;
}

/** Every value of a name; undefined when absent. */
export function valuesOf(pairs: Pairs, name: string): string[] | undefined {
  let values: string[] | undefined;
  for (let index = 0; index < pairs.length; index += 2) {
    if (pairs[index] === name) (values ??= []).push(pairs[index + 1]!);
  }
  return values;
}

/** `indexOf` also finds a value that reads like the name. */
function evenOr(pairs: Pairs, name: string, first: number): string | string[] {
  const values = valuesOf(pairs, name)!;
  return values.length === 1 ? pairs[first + 1]! : values;
}

function addPair(pairs: string[], text: string, place: 'query' | 'body'): void {
  const equals = text.indexOf('=');
  if (equals < 0) pairs.push(decode(text, place), '');
  else pairs.push(decode(text.slice(0, equals), place), decode(text.slice(equals + 1), place));
}

function decode(text: string, place: 'query' | 'body'): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw malformed(place, `has ${JSON.stringify(text.slice(0, 40))}, which is not valid percent-encoded UTF-8`);
  }
}

function malformed(place: 'query' | 'body', what: string): Error {
  return restError(place === 'query' ? 'URL_MALFORMED' : 'BODY_MALFORMED', `the ${place} ${what}`);
}
