import type { Invocation } from '@ts-chassis/core';

/** RFC 9110 and RFC 5789; OpenTelemetry's conventions know no others. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS'],
  ...['PATCH', 'POST', 'PUT', 'TRACE'],
]);

/** What stands for every method that is none of the known ones: a client may write anything. */
const OTHER = '_OTHER';

/** The label of a method. */
export function methodLabel(method: string): string {
  return KNOWN.has(method) ? method : OTHER;
}

/** The label of the method a request came with, which may be another than its route's (`HEAD` is served by `GET`). */
export function receivedMethod({ source }: Invocation, otherwise: string): string {
  const { request } = (source.raw ?? {}) as { readonly request?: { readonly method?: unknown } };
  const method = request?.method;
  if (method === otherwise || typeof method !== 'string') return otherwise;
  return methodLabel(method);
}
