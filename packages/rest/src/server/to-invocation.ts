import { Invocation, readPropagation } from '@ts-chassis/core';
import type { Exchange } from './exchange.js';
import { requestHeaders } from './request-headers.js';

/**
 * Makes the invocation of a request. Caller, propagated context and remaining time are believed only from a peer the listener trusts; the
 * listener's own time limit holds in any case, but for streams of nothing but events, which go on as long as the client listens.
 */
export function toInvocation(exchange: Exchange): Invocation {
  const { binding, limits, request, route } = exchange;
  const headers = requestHeaders(request);
  const limitMs = route.reply.isOpenEnded ? Infinity : limits.timeoutMs || Infinity;
  const { operation, body } = route;
  const replayable = body === undefined || body.replayable;
  const nowMs = (exchange.startedMs = binding.clock.elapsed());
  if (!exchange.trusted) {
    const deadline = nowMs + limitMs;
    return new Invocation({ operation, service: binding.service, source: exchange, deadline, replayable, headers });
  }
  const { service, context, timeoutMs } = readPropagation(headers);
  exchange.service = service;
  const deadline = nowMs + Math.min(limitMs, timeoutMs);
  return new Invocation({
    operation,
    service: binding.service,
    source: exchange,
    deadline,
    replayable,
    headers,
    context,
  });
}
