import type { ChassisError } from '@ts-chassis/core';
import { isOwnRefusal } from './is-own-refusal.js';

/** How connections fail that never came to be. */
const NEVER_CONNECTED: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'],
  // the other side says that it did not process the request (RFC 9113, 8.7)
  'ERR_HTTP2_STREAM_REFUSED',
]);
const DEEPEST = 8;

/** Whether a call failed before anything of it left this process, so that its callee cannot have run it. */
export function wasNotSent(error: ChassisError): boolean {
  if (error.remote) return false;
  if (error.code === 'NO_INSTANCE' || isOwnRefusal(error)) return true;
  if (error.code !== 'CALL_FAILED') return false;
  let cause: unknown = error.cause;
  for (let depth = 0; depth < DEEPEST && typeof cause === 'object' && cause !== null; depth += 1) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (NEVER_CONNECTED.has(code) || syscall === 'connect' || syscall === 'getaddrinfo') return true;
    ({ cause } = cause as { cause?: unknown });
  }
  return false;
}
