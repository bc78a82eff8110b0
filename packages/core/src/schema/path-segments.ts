import type { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';

/**
 * One piece of a path between slashes.
 *
 * @example
 * ```ts
 * const segment: PathSegment = { kind: 'parameter', name: 'id', pattern: '[0-9]+' };
 * ```
 */
export type PathSegment =
  /** Compared with a decoded segment (`text`); `encoded` is what stands in an URL. */
  | { readonly kind: 'static'; readonly text: string; readonly encoded: string }
  /** Matches one whole segment; the pattern is meant anchored. */
  | { readonly kind: 'parameter'; readonly name: string; readonly pattern: string | undefined }
  /** Matches the rest, at least one segment; only at the end. */
  | { readonly kind: 'wildcard'; readonly name: string };

const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** The segments of a path in any of the accepted spellings. */
export function parseSegments(path: string, where: string): readonly PathSegment[] {
  const refuse = (complaint: string): ChassisError =>
    coreError('SCHEMA_INVALID', `${where}: path '${path}' ${complaint}`);
  const texts = cut(path.replace(/^\/+|\/+$/g, ''), refuse);
  return texts.map((text, index) => {
    const segment = parseSegment(text, refuse);
    if (segment.kind === 'wildcard' && index < texts.length - 1)
      throw refuse(`goes on after the wildcard '${text}', which takes all the rest`);
    return segment;
  });
}

/** Cuts at the slashes outside braces: a regular expression may have its own. */
function cut(path: string, refuse: (complaint: string) => ChassisError): readonly string[] {
  if (path === '') return [];
  const texts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= path.length; index++) {
    const character = path[index];
    if (character === '\\' && depth > 0) index++;
    else if (character === '{') depth++;
    else if (character === '}') depth--;
    else if (character === undefined || (character === '/' && depth === 0)) {
      texts.push(path.slice(start, index));
      start = index + 1;
    }
    if (depth < 0) break;
  }
  if (depth !== 0) throw refuse('has braces that do not match');
  return texts;
}

function parseSegment(text: string, refuse: (complaint: string) => ChassisError): PathSegment {
  if (text === '') throw refuse('has an empty segment');
  if (text.startsWith('{') && text.endsWith('}') && closes(text) === text.length - 1)
    return parseBraces(text.slice(1, -1), refuse);
  if (text.startsWith(':')) return parameter(text.slice(1), undefined, refuse);
  if (text.includes('{')) throw refuse(`mixes text and a parameter in '${text}'; a parameter is a whole segment`);
  if (text.includes('*')) throw refuse(`has a wildcard without a name; write {rest:*} in the place of '${text}'`);
  if (text === '.' || text === '..') throw refuse(`has a segment '${text}', which URLs resolve away`);
  if (/[?#]/.test(text)) throw refuse(`has a '?' or '#' in '${text}', which ends a path`);
  return fixed(text, refuse);
}

function parseBraces(inner: string, refuse: (complaint: string) => ChassisError): PathSegment {
  const colon = inner.indexOf(':');
  if (colon < 0) return parameter(inner, undefined, refuse);
  const name = inner.slice(0, colon);
  const pattern = inner.slice(colon + 1);
  if (pattern !== '*') return parameter(name, pattern, refuse);
  if (!NAME.test(name)) throw refuse(`has a wildcard named '${name}'; names are letters, digits, '_' and '-'`);
  return { kind: 'wildcard', name };
}

function parameter(
  name: string,
  pattern: string | undefined,
  refuse: (complaint: string) => ChassisError,
): PathSegment {
  if (!NAME.test(name))
    throw refuse(
      `has a parameter named '${name}'; names are letters, digits, '_' and '-', a pattern is written {id:[0-9]+}`,
    );
  if (pattern === undefined) return { kind: 'parameter', name, pattern };
  try {
    if (pattern === '') throw new Error('it is empty');
    new RegExp(`^(?:${pattern})$`, 'u');
  } catch (error) {
    throw refuse(`has a parameter '${name}' whose pattern is no regular expression: ${(error as Error).message}`);
  }
  return { kind: 'parameter', name, pattern };
}

function fixed(text: string, refuse: (complaint: string) => ChassisError): PathSegment {
  try {
    const decoded = decodeURIComponent(text);
    return {
      kind: 'static',
      text: decoded,
      encoded: encodeURIComponent(decoded).replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent),
    };
  } catch {
    throw refuse(`has malformed percent-encoding in '${text}'`);
  }
}

/** Where the brace that opens a text closes. */
function closes(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '{') depth++;
    else if (text[index] === '}' && --depth === 0) return index;
  }
  return -1;
}
