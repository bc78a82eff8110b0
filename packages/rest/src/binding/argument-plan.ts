import { parsePath, type BodyStream, type Operation, type Parameter } from '@ts-chassis/core';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { restError } from '../codes.js';
import { textTypeOf, type TextType } from './coercion.js';
import { cookieOf } from './cookies.js';
import { MultipartForm, pairsOf } from './multipart/multipart-form.js';
import { valueOf, valuesOf, type Pairs } from './query.js';

/** What arguments are read from. */
export interface ArgumentSource {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Texts of the path's parameters, in the order of the path. */
  readonly params: readonly string[];
  readonly query: Pairs;
  /** The decoded body: JSON, or the pairs of a form. */
  readonly body: unknown;
}

interface ArgumentReader {
  read(source: ArgumentSource): unknown;
}

/** How the arguments of one operation are read, decided once: a reader for each, by position. */
export class ArgumentPlan {
  readonly #readers: readonly ArgumentReader[];

  /** @throws ChassisError `ROUTE_INVALID` for a parameter whose place REST does not have */
  constructor(operation: Operation) {
    const readers: ArgumentReader[] = [];
    for (const parameter of operation.parameters) readers[parameter.index] = readerOf(parameter, operation);
    this.#readers = Array.from(readers, (reader) => reader ?? nothingReader);
  }

  read(source: ArgumentSource): unknown[] {
    const args: unknown[] = [];
    for (const reader of this.#readers) args.push(reader.read(source));
    return args;
  }
}

function readerOf(parameter: Parameter, operation: Operation): ArgumentReader {
  const { name, place } = parameter;
  switch (place) {
    case 'path':
      return new PathReader(pathPosition(operation, name), textTypeOf(parameter.schema));
    case 'query':
      return new PairReader(name, textTypeOf(parameter.schema), queryOf);
    case 'form':
      return new PairReader(name, textTypeOf(parameter.schema), formOf);
    case 'header':
      return new HeaderReader(name.toLowerCase(), textTypeOf(parameter.schema));
    case 'cookie':
      return new CookieReader(name, textTypeOf(parameter.schema));
    case 'body':
      return parameter.stream ? streamReaderOf(parameter.stream) : bodyReader;
    case 'file':
      return new FileReader(name, parameter.file?.list ?? false);
    case 'request':
      return requestReader;
    case 'response':
      return responseReader;
    case 'context':
    case 'custom':
      return nothingReader;
    default:
      throw restError(
        'ROUTE_INVALID',
        `${operation.id}: parameter "${name}" stands in "${place}", which REST does not have`,
      );
  }
}

function pathPosition(operation: Operation, name: string): number {
  const position = parsePath(operation.http?.path ?? '').names.indexOf(name);
  if (position < 0) {
    throw restError('ROUTE_INVALID', `${operation.id}: path ${operation.http?.path} has no parameter "${name}"`);
  }
  return position;
}

class PathReader implements ArgumentReader {
  readonly #coerce: TextType['coerce'];

  constructor(
    private readonly position: number,
    private readonly type: TextType,
  ) {
    this.#coerce = type.coerce;
  }

  read(source: ArgumentSource): unknown {
    const text = source.params[this.position]!;
    if (this.type.list) return coerceAll(text.split(','), this.type);
    return this.#coerce ? this.#coerce(text) : text;
  }
}

class PairReader implements ArgumentReader {
  constructor(
    private readonly name: string,
    private readonly type: TextType,
    private readonly pairsOf: (source: ArgumentSource) => Pairs,
  ) {}

  read(source: ArgumentSource): unknown {
    const pairs = this.pairsOf(source);
    if (this.type.list) {
      const values = valuesOf(pairs, this.name);
      return values && coerceAll(values, this.type);
    }
    const value = valueOf(pairs, this.name);
    // More than one value where one is wanted: handed on as a list, which validation refuses with all other faults.
    return typeof value === 'string' && this.type.coerce ? this.type.coerce(value) : value;
  }
}

class HeaderReader implements ArgumentReader {
  constructor(
    private readonly name: string,
    private readonly type: TextType,
  ) {}

  read(source: ArgumentSource): unknown {
    const value = headerOf(source.request.headers, this.name);
    if (value === undefined) return undefined;
    if (this.type.list)
      return coerceAll(
        value.split(',').map((item) => item.trim()),
        this.type,
      );
    return this.type.coerce ? this.type.coerce(value) : value;
  }
}

class CookieReader implements ArgumentReader {
  constructor(
    private readonly name: string,
    private readonly type: TextType,
  ) {}

  read(source: ArgumentSource): unknown {
    const value = cookieOf(source.request.headers.cookie, this.name);
    if (value === undefined) return undefined;
    if (this.type.list) return coerceAll(value.split(','), this.type);
    return this.type.coerce ? this.type.coerce(value) : value;
  }
}

class FileReader implements ArgumentReader {
  constructor(
    private readonly name: string,
    private readonly list: boolean,
  ) {}

  read({ body }: ArgumentSource): unknown {
    if (!(body instanceof MultipartForm)) return undefined;
    const files = body.files.filter(({ field }) => field === this.name);
    if (files.length === 0) return undefined;
    return this.list ? files : files[0];
  }
}

/** A request without a body has no items and no bytes; parts it cannot have. */
function streamReaderOf(stream: BodyStream): ArgumentReader {
  const empty = (): unknown => (stream === 'parts' ? undefined : Readable.from([]));
  return { read: (source) => source.body ?? empty() };
}

/** For a position no parameter stands at, and for what the link `bind` fills in whatever the protocol. */
const nothingReader: ArgumentReader = { read: () => undefined };
const bodyReader: ArgumentReader = { read: (source) => source.body };
const requestReader: ArgumentReader = { read: (source) => source.request };
const responseReader: ArgumentReader = { read: (source) => source.response };

const queryOf = (source: ArgumentSource): Pairs => source.query;
const formOf = (source: ArgumentSource): Pairs => pairsOf(source.body);

function coerceAll(texts: readonly string[], type: TextType): readonly unknown[] {
  return type.coerce ? texts.map(type.coerce) : texts;
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}
