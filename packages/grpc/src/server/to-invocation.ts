import { Invocation, readPropagation, type ListenerBinding, type TransportLimits } from '@ts-chassis/core';
import type { ReceivedCall } from './received-call.js';

/** What the calls of a listener are bounded by. */
export interface CallBounds {
  readonly binding: Pick<ListenerBinding, 'clock' | 'service'>;
  readonly limits: { readonly value: TransportLimits };
}

/**
 * Makes the invocation of a call. `grpc-timeout` is the caller's own and holds in any case; caller, propagated context and our own form of the
 * remaining time are believed only from a peer the listener trusts. The listener's own limit is for calls that are answered by one message.
 */
export function toInvocation(call: ReceivedCall, { binding, limits }: CallBounds): Invocation {
  const { metadata: headers, method } = call;
  const { operation } = method!.served;
  const { service } = binding;
  const nowMs = (call.startedMs = binding.clock.elapsed());
  const limitMs = Math.min(call.grantedMs(), (!method!.streams && limits.value.timeoutMs) || Infinity);
  const replayable = !method!.plan?.requestStream;
  if (!call.trusted) {
    return new Invocation({ operation, service, source: call, deadline: nowMs + limitMs, replayable, headers });
  }
  const said = readPropagation(headers);
  call.service = said.service;
  const deadline = nowMs + Math.min(limitMs, said.timeoutMs);
  return new Invocation({ operation, service, source: call, deadline, replayable, headers, context: said.context });
}
