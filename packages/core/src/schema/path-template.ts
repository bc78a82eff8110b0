import { coreError } from '../errors/core-error.js';
import { parseSegments, type PathSegment } from './path-segments.js';

/** What needs no percent-encoding in one segment. */
const PLAIN = /^[A-Za-z0-9_.~!$&'()*+,;=:@-]*$/;

/**
 * A path with its parameters, parsed once at start: the grammar that servers, clients and documents share.
 *
 * @example
 * ```ts
 * const template = parsePath('/books/:isbn');
 * template.text; // '/books/{isbn}'
 * template.expand({ isbn: '42/b' }); // '/books/42%2Fb'
 * ```
 */
export class PathTemplate {
  /** Canonical: `/books/{isbn}`, `/a/{id:[0-9]+}`, `/files/{rest:*}`; `/` for the root. */
  readonly text: string;
  /** The names of its parameters, in order. */
  readonly names: readonly string[];

  constructor(readonly segments: readonly PathSegment[]) {
    this.text = `/${segments.map(canonical).join('/')}`;
    this.names = segments.flatMap((segment) => (segment.kind === 'static' ? [] : [segment.name]));
  }

  /**
   * The path with its parameters filled in, percent-encoded; a wildcard keeps its slashes.
   *
   * @throws ChassisError `ARGUMENT_INVALID` when a value is missing, empty, or would climb out of its place (`.` and `..`)
   *
   * @example
   * ```ts
   * parsePath('/files/{rest:*}').expand({ rest: 'a b/c' }); // '/files/a%20b/c'
   * ```
   */
  expand(values: Readonly<Record<string, unknown>>): string {
    let path = '';
    for (const segment of this.segments) {
      if (segment.kind === 'static') path += `/${segment.encoded}`;
      else path += `/${this.fill(segment, values[segment.name])}`;
    }
    return path === '' ? '/' : path;
  }

  /** As OpenAPI writes it: names only; patterns belong to the parameters there. */
  toOpenApi(): string {
    return `/${this.segments.map((segment) => (segment.kind === 'static' ? segment.encoded : `{${segment.name}}`)).join('/')}`;
  }

  private fill(segment: Exclude<PathSegment, { kind: 'static' }>, value: unknown): string {
    const text = value === undefined || value === null ? '' : String(value);
    if (segment.kind === 'parameter') return this.encode(segment.name, text);
    return text
      .split('/')
      .map((part) => this.encode(segment.name, part))
      .join('/');
  }

  private encode(name: string, text: string): string {
    if (text !== '' && text !== '.' && text !== '..') return PLAIN.test(text) ? text : encode(name, text);
    const got = text === '' ? 'nothing' : `'${text}'`;
    throw coreError('ARGUMENT_INVALID', `path parameter '${name}' of ${this.text} cannot be ${got}`);
  }
}

/**
 * Parses a path: `/a/:id`, `/a/{id}`, `/a/{id:[0-9]+}` with a regular expression for one whole segment, `/a/{rest:*}` for all
 * that remains. Slashes at the end do not count.
 *
 * @param path - with or without a slash at its start; empty is the root
 * @param where - who declares it, for messages
 * @throws ChassisError `SCHEMA_INVALID` for anything else, and for two parameters of one name
 *
 * @example
 * ```ts
 * parsePath('/books/:isbn', 'Catalog.find').names; // ['isbn']
 * ```
 */
export function parsePath(path: string, where = `path '${path}'`): PathTemplate {
  const template = new PathTemplate(parseSegments(path, where));
  const twin = template.names.find((name, index) => template.names.indexOf(name) !== index);
  if (twin !== undefined) throw coreError('SCHEMA_INVALID', `${where}: path '${path}' has two parameters '${twin}'`);
  return template;
}

/**
 * Joins a schema's path and a route's, without asking what they mean.
 *
 * @example
 * ```ts
 * joinPaths('/books', ':isbn'); // '/books/:isbn'
 * ```
 */
export function joinPaths(prefix: string, path: string): string {
  const parts = [prefix, path].map((part) => part.replace(/^\/+|\/+$/g, '')).filter((part) => part !== '');
  return `/${parts.join('/')}`;
}

function encode(name: string, text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw coreError('ARGUMENT_INVALID', `path parameter '${name}' is no well-formed text`);
  }
}

function canonical(segment: PathSegment): string {
  if (segment.kind === 'static') return segment.encoded;
  if (segment.kind === 'wildcard') return `{${segment.name}:*}`;
  return segment.pattern === undefined ? `{${segment.name}}` : `{${segment.name}:${segment.pattern}}`;
}
