import type { Clock } from '@ts-chassis/core';
import type { Fetch } from './jwt/jwt-options.js';

/** How something is fetched, within bounds. */
export interface FetchJsonOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** For the whole, body included. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Fetches JSON: no redirect, no more time and no more bytes than granted.
 *
 * @throws Error that says what came, and nothing of what was sent or of the body
 */
export async function fetchJson(url: string, options: FetchJsonOptions): Promise<unknown> {
  const { fetch, clock, timeoutMs, signal, method = 'GET', headers = {}, body } = options;
  const ending = new AbortController();
  const stop = clock.after(timeoutMs, () => ending.abort(new Error(`no answer within ${timeoutMs} ms`)));
  const abort = (): void => ending.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  try {
    const request = {
      method,
      headers: { accept: 'application/json', ...headers },
      ...(body !== undefined && { body }),
      redirect: 'manual' as const,
      signal: ending.signal,
    };
    const response = await orAborted(fetch(url, request), ending.signal);
    if (response.status !== 200) {
      void response.body?.cancel().catch(() => undefined);
      throw new Error(`expected status 200, got ${response.status}`);
    }
    return parsed(await orAborted(textOf(response, options.maxBytes), ending.signal));
  } finally {
    stop();
    signal?.removeEventListener('abort', abort);
    ending.abort();
  }
}

async function textOf(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`expected at most ${maxBytes} bytes, got more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null) throw new Error('expected a JSON object, got something else');
  return value;
}

/** A function that was given may not heed its signal. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
