import { writePropagation, type Invocation } from '@ts-chassis/core';

/** Of the connection, not of the message, or written by the transport itself. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Adds to the headers of a request those of its invocation and what the callee shall know: caller, propagated context, remaining time.
 *
 * @param headers - names in lower case and values in turn; the invocation's do not replace them
 */
export function addInvocationHeaders(headers: string[], invocation: Invocation, elapsedMs: number): void {
  const { record } = invocation.headers;
  for (const name in record) {
    const value = record[name];
    if (value === undefined || NEVER_SENT.has(name) || isPresent(headers, name)) continue;
    if (typeof value === 'string') headers.push(name, value);
    else for (const item of value) headers.push(name, item);
  }
  const propagated = writePropagation(invocation, invocation.source.service, elapsedMs);
  for (const name in propagated) {
    if (!(name in record)) headers.push(name, asciiOf(propagated[name]!));
  }
}

function isPresent(headers: readonly string[], name: string): boolean {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return true;
  return false;
}

/** Headers carry no text beyond ASCII safely; JSON has a spelling for it, and a service's name needs none. */
function asciiOf(text: string): string {
  // oxlint-disable-next-line no-control-regex -- exactly what must not stand in a header
  if (!/[^\x20-\x7e]/.test(text)) return text;
  // oxlint-disable-next-line no-control-regex -- as above
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
