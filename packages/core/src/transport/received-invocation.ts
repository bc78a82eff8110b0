import type { PeerIdentity } from '../endpoint/peer-identity.js';
import type { ErrorKind } from '../errors/error-kind.js';
import type { HeaderMap } from '../invocation/header-map.js';
import { Invocation, type InvocationSource } from '../invocation/invocation.js';
import type { Operation } from '../schema/operation.js';
import type { Sender } from './sender-of.js';
import type { ListenerBinding } from './server-transport.js';

/**
 * A call as a server of some protocol received it.
 *
 * @example
 * ```ts
 * const call: ReceivedCall = { operation, headers, protocol: 'talk', sender, arguments: () => argumentsOf(operation, message) };
 * ```
 */
export interface ReceivedCall extends Pick<
  InvocationSource,
  'protocol' | 'raw' | 'kindOf' | 'statusOf' | 'refusal' | 'arguments'
> {
  readonly operation: Operation;
  /** What the protocol has for headers, those of propagation among them. */
  readonly headers: HeaderMap;
  readonly sender: Sender;
  /** Milliseconds that the protocol itself grants, whoever sent the call; default no limit. */
  readonly limitMs?: number;
  /** Whether the time in its headers bounds it even where the sender is not trusted: nobody is harmed by a caller who waits less; default no. */
  readonly bounded?: boolean;
  /** Whether its arguments can be read once more; default true. */
  readonly replayable?: boolean;
}

/**
 * Makes the invocation of a received call. Caller, propagated context and remaining time are taken from its headers only where its sender is
 * trusted; the protocol's own limit holds in any case.
 *
 * @example
 * ```ts
 * const invocation = receivedInvocation(binding, { operation, headers, protocol: 'talk', sender });
 * const reply = await served.runner.run(invocation);
 * ```
 */
export function receivedInvocation(binding: ListenerBinding, call: ReceivedCall): Invocation {
  const { operation, headers, sender, limitMs = Infinity, bounded = false, replayable = true } = call;
  const said = sender.trusted || bounded ? sender.says(headers) : undefined;
  const believed = sender.trusted ? said : undefined;
  return new Invocation({
    ...{ operation, headers, replayable },
    service: binding.service,
    source: new ReceivedSource(call, believed?.service ?? '', binding.listener.name),
    deadline: binding.clock.elapsed() + Math.min(limitMs, said?.timeoutMs ?? Infinity),
    ...(believed && { context: believed.context }),
  });
}

/** All of one shape, which chains read faster than records put together. */
class ReceivedSource implements InvocationSource {
  readonly protocol: string;
  readonly trusted: boolean;
  readonly remoteAddress: string;
  readonly peer: PeerIdentity | undefined;
  readonly raw: unknown;
  declare readonly refusal?: Error;
  declare readonly kindOf?: (status: number) => ErrorKind | undefined;
  declare readonly statusOf?: (outcome: unknown) => number;
  declare readonly arguments?: NonNullable<InvocationSource['arguments']>;

  constructor(
    call: ReceivedCall,
    readonly service: string,
    readonly listener: string,
  ) {
    const { sender, refusal, kindOf, statusOf, arguments: read } = call;
    this.protocol = call.protocol;
    this.trusted = sender.trusted;
    this.remoteAddress = sender.remoteAddress;
    this.peer = sender.peer;
    this.raw = call.raw;
    if (refusal) this.refusal = refusal;
    if (kindOf) this.kindOf = kindOf;
    if (statusOf) this.statusOf = statusOf;
    if (read) this.arguments = read;
  }
}
