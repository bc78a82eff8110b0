import { ChassisError, isStream } from '@ts-chassis/core';
import type { ReceivedCall } from './received-call.js';

/** The items of a result that is streamed. */
export function itemsOf(call: ReceivedCall, value: unknown): AsyncIterator<unknown> {
  if (isStream(value)) return value[Symbol.asyncIterator]();
  if (Array.isArray(value)) return eachOf(value);
  throw new ChassisError('INTERNAL', `${call.method!.served.operation.id}: declares a stream, and gave back none`);
}

/** The message of a result that is one value. */
export function messageOf(call: ReceivedCall, value: unknown): Buffer {
  const { plan } = call.method!;
  if (isStream(value)) {
    throw new ChassisError('INTERNAL', `${plan!.operation.id}: gave back a stream, and declares none`);
  }
  return plan!.encodeResponse(plan!.resultToMessage(value));
}

/** Ends a source before its time. Nobody waits for its last words. */
export function endSource(items: AsyncIterator<unknown>): void {
  try {
    void Promise.resolve(items.return?.()).catch(() => undefined);
  } catch {
    // the reader is gone: there is nobody to tell
  }
}

async function* eachOf(values: readonly unknown[]): AsyncGenerator<unknown> {
  yield* values;
}
