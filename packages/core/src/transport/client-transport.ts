import type { Endpoint } from '../endpoint/endpoint.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Reply } from '../invocation/reply.js';
import type { Operation } from '../schema/operation.js';

/**
 * A protocol's client side; a plug-in declares it with `host.clientTransport`.
 *
 * @example
 * ```ts
 * class TalkClient implements ClientTransport { protocol = 'talk'; async send(invocation) { return ask(invocation.endpoint, invocation.args); } }
 * ```
 */
export interface ClientTransport {
  readonly protocol: string;
  /** Whether an operation can be called over it; default: any can. */
  speaks?(operation: Operation): boolean;
  /**
   * Sends an invocation to its `endpoint` and resolves with the reply. Cancels the request itself when the invocation is cancelled.
   *
   * @throws ChassisError with `remote: true` for a reply that means failure; `CALL_FAILED` when the connection failed
   */
  send(invocation: Invocation): Promise<Reply>;
  /** An instance left: connections to it are closed once idle. */
  release(endpoint: Endpoint): void;
  /**
   * Ends all connections after their calls; later calls are refused.
   *
   * @param signal - aborts when the time for that is over: what is still under way then is ended by force
   */
  close(signal: AbortSignal): Promise<void>;
}
