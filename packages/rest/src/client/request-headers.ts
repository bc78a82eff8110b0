import {
  CALLER_HEADER,
  CONTEXT_HEADER,
  HeaderMap,
  TIMEOUT_HEADER,
  writePropagation,
  type Invocation,
} from '@ts-chassis/core';

/** Of the connection, not of the message, or written by the transport itself. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  CALLER_HEADER,
  CONTEXT_HEADER,
  TIMEOUT_HEADER,
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

/** Whether the invocation, not an argument, says what stands in a header. */
export function isReserved(name: string): boolean {
  return NEVER_SENT.has(name.toLowerCase());
}

/** Writes the headers that follow from the invocation. */
export class InvocationHeaders {
  /** The caller and its context as text while nothing travels with it: the same for nearly every call. */
  #service = '';
  #bareContext = '';

  /**
   * Adds to the headers of a request those of its invocation and what the callee shall know: caller, propagated context, remaining time.
   *
   * @param headers - names in lower case and values in turn; the invocation's do not replace them
   * @param elapsedMs - `clock.elapsed()` now
   */
  add(headers: string[], invocation: Invocation, elapsedMs: number): void {
    if (invocation.headers !== HeaderMap.empty) addOwn(headers, invocation.headers.record);
    if (invocation.context.size === 0 && !invocation.headers.has(CONTEXT_HEADER))
      this.#addBare(headers, invocation, elapsedMs);
    else this.#addAll(headers, invocation, elapsedMs);
  }

  #addBare(headers: string[], invocation: Invocation, elapsedMs: number): void {
    const { service } = invocation.source;
    if (service !== this.#service) {
      this.#service = service;
      this.#bareContext = writePropagation(invocation, service, elapsedMs)[CONTEXT_HEADER]!;
    }
    headers.push(CALLER_HEADER, service, CONTEXT_HEADER, this.#bareContext);
    if (invocation.deadline === Infinity) return;
    headers.push(TIMEOUT_HEADER, String(Math.max(0, Math.ceil(invocation.deadline - elapsedMs))));
  }

  #addAll(headers: string[], invocation: Invocation, elapsedMs: number): void {
    const propagated = writePropagation(invocation, invocation.source.service, elapsedMs);
    for (const name of Object.keys(propagated)) headers.push(name, propagated[name]!);
  }
}

function addOwn(headers: string[], record: HeaderMap['record']): void {
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value === undefined || NEVER_SENT.has(name) || isPresent(headers, name)) continue;
    if (typeof value === 'string') headers.push(name, value);
    else for (const item of value) headers.push(name, item);
  }
}

function isPresent(headers: readonly string[], name: string): boolean {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return true;
  return false;
}
