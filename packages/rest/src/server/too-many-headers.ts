import type { IncomingMessage } from 'node:http';
import { restError } from '../codes.js';
import { MAX_HEADERS } from './limits.js';

/** The refusal of a request with more headers than are read: those behind were dropped, whatever they said. */
export function tooManyHeaders({ rawHeaders }: IncomingMessage): Error | undefined {
  if (rawHeaders.length <= MAX_HEADERS * 2) return undefined;
  return restError('HEADERS_TOO_LARGE', `more than ${MAX_HEADERS} headers`);
}
