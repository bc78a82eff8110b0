import { ChassisError, HeaderMap, replyOf, replyWith, type Invocation, type Reply, type Side } from '@ts-chassis/core';
import type { AbortFault } from '../policy/fault-fields.js';
import { drawFault, type Fault } from './algorithm.js';
import type { FaultTools } from './fault-injector.js';
import { kindOfFault } from './kind-of-fault.js';

/**
 * The built-in way: first the delay, which counts against the deadline and ends with the call, then the end.
 *
 * @returns what stands for the reply when the call ends without a failure
 * @throws ChassisError `FAULT_INJECTED`
 */
export async function injectFault(
  fault: Fault,
  invocation: Invocation,
  { clock, random, side }: FaultTools,
): Promise<Reply | undefined> {
  const { delayMs, aborts } = drawFault(fault, random);
  if (delayMs > 0) await clock.sleep(delayMs, invocation.signal);
  if (!aborts) return undefined;
  // on the provider side nobody knows what an empty result of the operation looks like, so nothing is sent
  if (fault.abort.returnNull) return replyOf(side === 'provider' ? undefined : null);
  throw faultError(fault.abort, invocation, side);
}

/** The failure a call ends with: on the consumer side as if the callee had answered so, elsewhere as if the method had failed so. */
export function faultError(abort: AbortFault, invocation: Invocation, side: Side): ChassisError {
  const { source, operation } = invocation;
  const { httpStatus } = abort;
  const kind =
    (abort.grpcCode === undefined && httpStatus !== undefined ? source.kindOf?.(httpStatus) : undefined) ??
    kindOfFault(abort);
  const said = abort.grpcCode === undefined ? `status ${httpStatus ?? 500}` : `code ${abort.grpcCode}`;
  const message = `${operation.id}: a fault was injected: ${said}`;
  const make = (more: object): ChassisError =>
    ChassisError.withoutStack(kind, message, { code: 'FAULT_INJECTED', ...more });
  if (side === 'consumer')
    return make({ remote: true, ...(httpStatus !== undefined && { reply: answer(httpStatus) }) });
  const error = make({});
  if (side === 'method' || httpStatus === undefined || abort.grpcCode !== undefined) return error;
  // the transport would answer with the plainest status of that kind
  const isExact = (source.statusOf?.(error) ?? httpStatus) === httpStatus;
  return isExact ? error : make({ reply: replyWith(undefined, { status: httpStatus }) });
}

/** What the transport would have handed over of an answer. */
function answer(status: number): object {
  const body = Buffer.from('a fault was injected');
  return { status, headers: HeaderMap.of({ 'content-type': 'text/plain', 'content-length': `${body.length}` }), body };
}
