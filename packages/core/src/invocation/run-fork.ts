import type { Invocation } from './invocation.js';
import type { Next } from './next.js';
import type { Reply } from './reply.js';
import { settle } from './settle.js';

/**
 * Runs the rest of the chain on a fork and unlinks the fork from its original when the try is over.
 *
 * @example
 * ```ts
 * return runFork(next, invocation.fork({ attempt: 2 }));
 * ```
 */
export async function runFork(next: Next, fork: Invocation): Promise<Reply> {
  let reply: Reply;
  try {
    reply = await next(fork);
  } catch (error) {
    fork.unlink();
    throw error;
  }
  return settle(reply, () => fork.unlink());
}
