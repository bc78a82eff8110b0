import { ChassisError } from '../errors/chassis-error.js';
import { ambientInvocation, runAmbient } from '../invocation/ambient.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import { isReply, replyOf, type Reply } from '../invocation/reply.js';
import { isStream } from '../invocation/settle.js';
import { pullFirst, streamInside } from '../invocation/streams.js';

/** What the link `call` runs: the method of a served object, or the function of a schema made by `defineSchema`. */
export interface Callee {
  readonly self: object | undefined;
  readonly run: (...args: unknown[]) => unknown;
}

/**
 * The last link of the provider side: the business code itself. Whatever comes of it leaves as a reply or as a `ChassisError`.
 *
 * @param callee - what is called
 * @param ambient - whether the code inside finds the invocation with `currentInvocation()`
 */
export function call(callee: Callee, ambient: boolean): Next {
  const { self, run } = callee;
  if (!ambient) return (invocation) => outcome(invocation, () => run.apply(self, invocation.args as unknown[]));
  return (invocation) => {
    const inside = <T>(work: () => T): T => (ambientInvocation() === invocation ? work() : runAmbient(invocation, work));
    return outcome(invocation, () => inside(() => run.apply(self, invocation.args as unknown[])), inside);
  };
}

async function outcome(invocation: Invocation, run: () => unknown, inside?: <T>(work: () => T) => T): Promise<Reply> {
  let reply: Reply;
  try {
    const result = await run();
    reply = isReply(result) ? result : replyOf(result);
    if (isStream(reply.value)) {
      const value = inside ? streamInside(reply.value, inside) : reply.value;
      reply = { ...reply, value: await pullFirst(value) };
    }
  } catch (error) {
    throw ChassisError.is(error) || invocation.cancelled ? error : ChassisError.from(error);
  }
  if (reply.status !== undefined) refuseFailure(invocation, reply, reply.status);
  return reply;
}

/** A reply that means failure in its protocol is one for all handlers as well. */
function refuseFailure(invocation: Invocation, reply: Reply, status: number): void {
  const kind = invocation.source.kindOf?.(status);
  if (kind) throw ChassisError.withoutStack(kind, `${invocation.operation.id}: answered with status ${status}`, { reply });
}
