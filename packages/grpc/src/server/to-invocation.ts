import { Invocation, readPropagation } from '@ts-chassis/core';
import type { Call } from './call.js';
import { parseTimeout } from './grpc-timeout.js';

/**
 * Makes the invocation of a call. `grpc-timeout` is the caller's own and holds in any case; caller, propagated context and our own form of the
 * remaining time are believed only from a peer the listener trusts. The listener's own limit is for calls that are answered by one message.
 */
export function toInvocation(call: Call): Invocation {
  const { connection, metadata: headers, method } = call;
  const { binding, limits } = connection.handler;
  const { operation } = method!.served;
  const { service } = binding;
  const nowMs = (call.startedMs = binding.clock.elapsed());
  const limitMs = Math.min(ownLimit(call), (!method!.streams && limits.value.timeoutMs) || Infinity);
  const replayable = !method!.plan?.requestStream;
  if (!call.trusted) {
    return new Invocation({ operation, service, source: call, deadline: nowMs + limitMs, replayable, headers });
  }
  const said = readPropagation(headers);
  call.service = said.service;
  const deadline = nowMs + Math.min(limitMs, said.timeoutMs);
  return new Invocation({ operation, service, source: call, deadline, replayable, headers, context: said.context });
}

/** One that does not parse was refused before. */
function ownLimit({ metadata, refusal }: Call): number {
  const text = refusal ? undefined : metadata.get('grpc-timeout');
  return text === undefined ? Infinity : parseTimeout(text);
}
