import { ChassisError } from '@ts-chassis/core';
import type { IncomingMessage } from 'node:http';
import { restError } from '../codes.js';

/** What of an exchange decides how a failure is told. */
interface Failed {
  readonly request: IncomingMessage;
  readonly isBroken: boolean;
}

/** What of an exchange decides whether it asks for no more than what is allowed. */
interface Asking {
  readonly request: IncomingMessage;
  /** What stood against the request before its chain ran. */
  readonly refusal?: Error | undefined;
  /** It is a preflight that CORS approves. */
  readonly isPreflight: boolean;
}

/**
 * The failure that is the answer to who asks what is allowed: `OPTIONS` that no operation serves. A preflight is answered although its chain
 * wants credentials, which browsers never send with it (Fetch standard, 4.8): the request that follows has to bring them.
 */
export function methodsAsked({ request, refusal, isPreflight }: Asking, error: unknown): ChassisError | undefined {
  if (request.method !== 'OPTIONS' || !ChassisError.is(error) || error.remote) return undefined;
  const answer = isPreflight && error.kind === 'UNAUTHENTICATED' ? refusal : error;
  return ChassisError.is(answer) && answer.code === 'METHOD_NOT_ALLOWED' ? answer : undefined;
}

/** What the client is told of a failure: time that went by waiting for its body was its own. */
export function toldOf({ request, isBroken }: Failed, error: unknown): unknown {
  if (!isBroken || !ChassisError.is(error) || error.code !== 'CALL_DEADLINE' || error.remote) return error;
  // A request that is held back waits for the method that reads it.
  return request.isPaused() ? error : restError('REQUEST_TIMEOUT', 'the body came too slowly');
}
