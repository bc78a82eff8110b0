import { ChassisError, parsePath, type Operation, type Parameter, type PathTemplate } from '@ts-chassis/core';
import type { Readable } from 'node:stream';
import type { Codecs } from '../binding/codec.js';
import { versionHeader } from '../versioning/version-headers.js';
import { bodyWriterOf, type BodyWriter } from './body-writer.js';
import { isReserved } from './request-headers.js';
import { encode, pairsText, textOf } from './text-of.js';

/** What of a request follows from the arguments. */
export interface PlannedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names in lower case and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | Readable | undefined;
}

/** How the arguments of one operation become a request, decided once. */
export class RequestPlan {
  readonly #method: string;
  readonly #template: PathTemplate;
  readonly #path: readonly Parameter[];
  readonly #query: readonly Parameter[];
  readonly #headers: readonly Parameter[];
  readonly #cookies: readonly Parameter[];
  readonly #body: BodyWriter | undefined;
  readonly #version: readonly [name: string, value: string] | undefined;

  /**
   * @param codecs - by which bodies are written whose operation consumes them first
   * @throws ChassisError `NO_TRANSPORT` for an operation that has no HTTP binding
   */
  constructor(operation: Operation, codecs: Codecs = new Map()) {
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
    this.#body = bodyWriterOf(operation, codecs);
    this.#version = versionHeader(http);
  }

  /** @throws ChassisError `ARGUMENT_INVALID` for an argument that no request can carry */
  request(args: readonly unknown[]): PlannedRequest {
    const headers: string[] = this.#version ? [...this.#version] : [];
    for (const { name, index } of this.#headers) addHeader(headers, name.toLowerCase(), args[index]);
    if (this.#cookies.length > 0) addHeader(headers, 'cookie', cookieText(this.#cookies, args));
    const written = this.#body?.write(args);
    if (written) headers.push('content-type', written.contentType);
    return { method: this.#method, path: this.#pathOf(args), headers, body: written?.body };
  }

  #pathOf(args: readonly unknown[]): string {
    const values: Record<string, unknown> = {};
    for (const { name, index } of this.#path) values[name] = textOf(args[index]);
    const path = this.#template.expand(values);
    if (this.#query.length === 0) return path;
    const query = pairsText(this.#query, args);
    return query === '' ? path : `${path}?${query}`;
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
