import { ChassisError, parsePath, type Operation, type Parameter, type PathTemplate } from '@ts-chassis/core';
import { isReserved } from './request-headers.js';

/** What of a request follows from the arguments. */
export interface PlannedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names in lower case and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | undefined;
}

/** How the arguments of one operation become a request, decided once. */
export class RequestPlan {
  readonly #method: string;
  readonly #template: PathTemplate;
  readonly #path: readonly Parameter[];
  readonly #query: readonly Parameter[];
  readonly #headers: readonly Parameter[];
  readonly #cookies: readonly Parameter[];
  readonly #form: readonly Parameter[];
  readonly #body: Parameter | undefined;
  readonly #bodyType: string;

  /** @throws ChassisError `NO_TRANSPORT` for an operation that has no HTTP binding */
  constructor(private readonly operation: Operation) {
    const { http, parameters } = operation;
    if (!http) {
      throw new ChassisError('UNIMPLEMENTED', `${operation.id}: has no route, so it cannot be called over REST`, {
        code: 'NO_TRANSPORT',
      });
    }
    const at = (place: Parameter['place']): readonly Parameter[] =>
      parameters.filter((parameter) => parameter.place === place);
    this.#method = http.method;
    this.#template = parsePath(http.path, operation.id);
    this.#path = at('path');
    this.#query = at('query');
    this.#headers = at('header').filter(({ name }) => !isReserved(name));
    this.#cookies = at('cookie');
    this.#form = at('form');
    this.#body = at('body')[0];
    this.#bodyType = http.consumes.find((type) => !type.includes('*')) ?? 'application/json';
  }

  /** @throws ChassisError `ARGUMENT_INVALID` for an argument that no request can carry */
  request(args: readonly unknown[]): PlannedRequest {
    const headers: string[] = [];
    for (const { name, index } of this.#headers) addHeader(headers, name.toLowerCase(), args[index]);
    if (this.#cookies.length > 0) addHeader(headers, 'cookie', cookieText(this.#cookies, args));
    const body = this.#bodyOf(args, headers);
    return { method: this.#method, path: this.#pathOf(args), headers, body };
  }

  #pathOf(args: readonly unknown[]): string {
    const values: Record<string, unknown> = {};
    for (const { name, index } of this.#path) values[name] = textOf(args[index]);
    const path = this.#template.expand(values);
    if (this.#query.length === 0) return path;
    const query = pairsText(this.#query, args);
    return query === '' ? path : `${path}?${query}`;
  }

  #bodyOf(args: readonly unknown[], headers: string[]): string | Uint8Array | undefined {
    if (this.#form.length > 0) {
      headers.push('content-type', 'application/x-www-form-urlencoded');
      return pairsText(this.#form, args);
    }
    const value = this.#body && args[this.#body.index];
    if (value === undefined) return undefined;
    headers.push('content-type', this.#bodyType);
    if (value instanceof Uint8Array) return value;
    if (typeof value === 'string' && !this.#bodyType.endsWith('json')) return value;
    return jsonText(this.#body!, value, this.operation);
  }
}

/**
 * Only declared fields leave. A value that does not fit its type is sent as it is: the callee names all that is wrong with it.
 */
function jsonText(parameter: Parameter, value: unknown, operation: Operation): string {
  try {
    return parameter.schema.serialize(value);
  } catch {
    try {
      return JSON.stringify(value);
    } catch (error) {
      throw invalid(`${operation.id}: the body is no JSON: ${(error as Error).message}`);
    }
  }
}

function addHeader(headers: string[], name: string, value: unknown): void {
  if (value === undefined || value === '') return;
  headers.push(name, Array.isArray(value) ? value.map(textOf).join(', ') : textOf(value)!);
}

function cookieText(parameters: readonly Parameter[], args: readonly unknown[]): string {
  const given = parameters.filter(({ index }) => args[index] !== undefined);
  return given.map(({ name, index }) => `${name}=${encode(textOf(args[index])!)}`).join('; ');
}

/** `a=1&b=2`: a list gives one pair for each item, what is left out none. */
function pairsText(parameters: readonly Parameter[], args: readonly unknown[]): string {
  let text = '';
  for (const { name, index } of parameters) {
    const value = args[index];
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const item of value) text = withPair(text, name, item);
    else text = withPair(text, name, value);
  }
  return text;
}

function withPair(text: string, name: string, value: unknown): string {
  const pair = `${encode(name)}=${encode(textOf(value)!)}`;
  return text === '' ? pair : `${text}&${pair}`;
}

/** The text of a value outside of JSON; undefined only for undefined. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' || value === undefined) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

const PLAIN = /^[A-Za-z0-9_.~!*'()-]*$/;

function encode(text: string): string {
  if (PLAIN.test(text)) return text;
  try {
    return encodeURIComponent(text);
  } catch {
    throw invalid(`${JSON.stringify(text.slice(0, 40))} is no well-formed text`);
  }
}

function invalid(message: string): ChassisError {
  return new ChassisError('INVALID_ARGUMENT', message, { code: 'ARGUMENT_INVALID' });
}
