import { parsePath } from '@ts-chassis/core';
import { restError } from '../codes.js';

/** The parts of a URL whose host is a service. */
export interface ServiceUrl {
  /** Case kept: services are called as they call themselves. */
  readonly service: string;
  /** What follows the hyphen in a listener's name: `admin` for `rest-admin`. */
  readonly port: string | undefined;
  /** Without the query; maybe a template. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
}

const SHAPE = /^https?:\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?$/i;
const AUTHORITY = /^([^\s:@[\]{}]+)(?::([\w-]+))?$/;

/**
 * Reads `http://Service[:port]/path`. `URL` would not do: it lowers the case of hosts and takes only numbers for ports. Whether TLS is
 * spoken follows from the instance, not from the scheme.
 *
 * @throws ChassisError `FETCH_INVALID`
 */
export function parseServiceUrl(url: string): ServiceUrl {
  const parts = SHAPE.exec(url);
  const authority = parts && AUTHORITY.exec(parts[1]!);
  if (!parts || !authority) {
    throw restError('FETCH_INVALID', `expected http://Service[:port]/path, got ${JSON.stringify(url.slice(0, 200))}`);
  }
  return { service: authority[1]!, port: authority[2], path: parts[2] || '/', query: parts[3] ?? '' };
}

/**
 * Fills a template's parameters in.
 *
 * @throws ChassisError `FETCH_INVALID` when a value is missing or one is given that the template does not have
 */
export function expandTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  const parsed = parsePath(template, `RestClient.fetch`);
  const stray = Object.keys(values).find((name) => !parsed.names.includes(name));
  const missing = parsed.names.find((name) => !Object.hasOwn(values, name));
  if (stray !== undefined || missing !== undefined) {
    const what = missing === undefined ? `has no parameter "${stray}"` : `needs a value for "${missing}"`;
    throw restError('FETCH_INVALID', `${parsed.text} ${what}; pass { path: { name: value } }`);
  }
  return parsed.expand(values);
}
