import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CorsPolicy } from './cors-policy.js';

/**
 * Puts what a page of another origin is told on the response of its request, before anybody answers: results, failures, streams and what
 * users write themselves carry it alike. A preflight is answered by who answers `OPTIONS` there; a page that asks for more than it
 * may is told nothing, and its browser refuses.
 *
 * @param policy - of the listener
 * @param http - the request and its response
 * @param allowedThere - the methods that the path of the request has
 * @returns whether it is a preflight that is approved
 */
export function applyCors(
  policy: CorsPolicy,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  allowedThere: () => readonly string[],
): boolean {
  const { headers } = request;
  const wanted = request.method === 'OPTIONS' ? headers['access-control-request-method'] : undefined;
  // Caches shall not hand an answer for one origin to another, nor one for a page to who is none.
  if (wanted !== undefined) response.setHeader('Vary', VARY_OF_PREFLIGHT);
  else if (!policy.anyOrigin) response.setHeader('Vary', 'Origin');
  if (headers.origin === undefined) return false;
  const origin = policy.originFor(headers.origin);
  if (origin === undefined) return false;
  if (wanted === undefined) {
    if (policy.exposed !== '') response.setHeader('Access-Control-Expose-Headers', policy.exposed);
  } else if (!approve(policy, { headers, response, wanted }, allowedThere)) return false;
  response.setHeader('Access-Control-Allow-Origin', origin);
  if (policy.credentials) response.setHeader('Access-Control-Allow-Credentials', 'true');
  return wanted !== undefined;
}

const VARY_OF_PREFLIGHT = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';

interface Preflight {
  readonly headers: IncomingMessage['headers'];
  readonly response: ServerResponse;
  /** The method of the request to come. */
  readonly wanted: string;
}

function approve(
  policy: CorsPolicy,
  { headers, response, wanted }: Preflight,
  allowed: () => readonly string[],
): boolean {
  const methods = policy.methodsFor(wanted, allowed());
  const names = policy.headersFor(headers['access-control-request-headers'] ?? '');
  if (methods === undefined || names === undefined) return false;
  response.setHeader('Access-Control-Allow-Methods', methods);
  if (names !== '') response.setHeader('Access-Control-Allow-Headers', names);
  if (policy.maxAge !== '') response.setHeader('Access-Control-Max-Age', policy.maxAge);
  return true;
}
