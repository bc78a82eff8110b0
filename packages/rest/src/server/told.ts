import { ChassisError } from '@ts-chassis/core';
import type { IncomingMessage } from 'node:http';
import { restError } from '../codes.js';

/** What of an exchange decides how a failure is told. */
interface Failed {
  readonly request: IncomingMessage;
  readonly isBroken: boolean;
}

/** Whether a failure is the answer to who asks what is allowed: `OPTIONS` that no operation serves. */
export function asksForMethods({ request }: Failed, error: unknown): error is ChassisError {
  return request.method === 'OPTIONS' && ChassisError.is(error) && error.code === 'METHOD_NOT_ALLOWED' && !error.remote;
}

/** What the client is told of a failure: time that went by waiting for its body was its own. */
export function toldOf({ request, isBroken }: Failed, error: unknown): unknown {
  if (!isBroken || !ChassisError.is(error) || error.code !== 'CALL_DEADLINE' || error.remote) return error;
  // A request that is held back waits for the method that reads it.
  return request.isPaused() ? error : restError('REQUEST_TIMEOUT', 'the body came too slowly');
}
