import type { Address } from './address.js';
import type { Request } from './connection.js';

/** The path of a request at an address, with its query; what is undefined or empty there is left out. */
export function pathOf({ prefix }: Address, { path, query = {} }: Pick<Request, 'path' | 'query'>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'string' ? [value] : value) parameters.append(name, one);
  }
  const text = parameters.toString();
  return `${prefix}${path}${text === '' ? '' : `?${text}`}`;
}
