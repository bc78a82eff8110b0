import type { Invocation } from './invocation.js';
import type { Reply } from './reply.js';

/**
 * The rest of the chain, as one function. It may be called again with a fork, so retry and hedging are ordinary handlers.
 *
 * @example
 * ```ts
 * const next: Next = async () => replyOf('pong');
 * ```
 */
export type Next = (invocation: Invocation) => Promise<Reply>;

/**
 * What a transport holds for an operation: the planned chain behind one replaceable field, so that a changed configuration
 * reaches it without the transport knowing. Never keep a `Next` in its place.
 *
 * @example
 * ```ts
 * const reply = await runner.run(invocation);
 * ```
 */
export interface Runner {
  /**
   * Runs the whole chain. Rejects with a `ChassisError` always, also at the deadline or when the invocation is
   * cancelled, whatever the handlers do meanwhile.
   */
  run(invocation: Invocation): Promise<Reply>;
}
