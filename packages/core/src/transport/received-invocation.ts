import type { HeaderMap } from '../invocation/header-map.js';
import { Invocation, type InvocationSource } from '../invocation/invocation.js';
import { readPropagation } from '../invocation/propagation.js';
import type { Operation } from '../schema/operation.js';
import type { ListenerBinding } from './server-transport.js';

/**
 * A call as a server of some protocol received it.
 *
 * @example
 * ```ts
 * const call: ReceivedCall = { operation, headers, protocol: 'talk', trusted, arguments: () => argumentsOf(operation, message) };
 * ```
 */
export interface ReceivedCall extends Pick<
  InvocationSource,
  'protocol' | 'trusted' | 'remoteAddress' | 'raw' | 'peer' | 'kindOf' | 'statusOf' | 'refusal' | 'arguments'
> {
  readonly operation: Operation;
  /** What the protocol has for headers, those of propagation among them. */
  readonly headers: HeaderMap;
  /** Milliseconds that the protocol itself grants, whoever sent the call; default no limit. */
  readonly limitMs?: number;
  /** Whether its arguments can be read once more; default true. */
  readonly replayable?: boolean;
}

/**
 * Makes the invocation of a received call. Caller, propagated context and remaining time are taken from its headers only where its sender is
 * trusted; the protocol's own limit holds in any case.
 *
 * @example
 * ```ts
 * const invocation = receivedInvocation(binding, { operation, headers, protocol: 'talk', trusted });
 * const reply = await served.runner.run(invocation);
 * ```
 */
export function receivedInvocation(binding: ListenerBinding, call: ReceivedCall): Invocation {
  const { operation, headers, limitMs = Infinity, replayable = true, ...source } = call;
  const said = call.trusted ? readPropagation(headers) : undefined;
  return new Invocation({
    operation,
    service: binding.service,
    source: { ...source, service: said?.service ?? '', listener: binding.listener.name },
    deadline: binding.clock.elapsed() + Math.min(limitMs, said?.timeoutMs ?? Infinity),
    ...{ headers, replayable },
    ...(said && { context: said.context }),
  });
}
