import { failureOf } from '../chain/failure-of.js';
import { ChassisError } from '../errors/chassis-error.js';
import { ambientInvocation, runAmbient } from '../invocation/ambient.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import { isReply, replyOf, type Reply } from '../invocation/reply.js';
import { isStream } from '../invocation/settle.js';
import { pullFirst, streamInside } from '../invocation/streams.js';
import type { ErrorMapper } from './error-mapper.js';

/** What the link `call` runs: the method of a served object, or the function of a schema made by `defineSchema`. */
export interface Callee {
  readonly self: object | undefined;
  readonly run: (...args: unknown[]) => unknown;
}

/** Runs something where the code inside finds the invocation. */
type Inside = <T>(run: () => T) => T;

/**
 * The last link of the provider side: the business code itself. Whatever comes of it leaves as a reply or as a `ChassisError`.
 *
 * @param callee - what is called
 * @param ambient - whether the code inside finds the invocation with `currentInvocation()`
 * @param errors - what becomes of its errors; undefined when nothing is mapped
 */
export function call({ self, run }: Callee, ambient: boolean, errors?: ErrorMapper): Next {
  if (!ambient) {
    return async (invocation) => {
      try {
        const reply = asReply(await run.apply(self, invocation.args as unknown[]));
        const { value } = reply;
        return judged(invocation, isStream(value) ? await opened(invocation, { ...reply, value }, errors) : reply);
      } catch (error) {
        if (errors) return failed(error, invocation, errors);
        throw failureOf(error, invocation);
      }
    };
  }
  return async (invocation) => {
    // the chain has entered it already, unless a handler put a fork in its place
    const inside: Inside = (work) => (ambientInvocation() === invocation ? work() : runAmbient(invocation, work));
    try {
      const reply = asReply(await inside(() => run.apply(self, invocation.args as unknown[])));
      if (!isStream(reply.value)) return judged(invocation, reply);
      const stream = { ...reply, value: streamInside(reply.value, inside) };
      return judged(invocation, await opened(invocation, stream, errors));
    } catch (error) {
      if (errors) return failed(error, invocation, errors);
      throw failureOf(error, invocation);
    }
  };
}

function asReply(result: unknown): Reply {
  return isReply(result) ? result : replyOf(result);
}

/** The reply once its stream has given its first item, so that an early failure is one of the call. */
async function opened(
  invocation: Invocation,
  reply: Reply & { readonly value: AsyncIterable<unknown> },
  errors: ErrorMapper | undefined,
): Promise<Reply> {
  const stream = await pullFirst(reply.value);
  return { ...reply, value: errors ? errors.stream(stream, invocation) : stream };
}

/** What is mapped to a reply is one; all else fails. */
async function failed(error: unknown, invocation: Invocation, errors: ErrorMapper): Promise<Reply> {
  const outcome = await errors.map(error, invocation);
  if (outcome !== undefined && !ChassisError.is(outcome)) return judged(invocation, outcome);
  throw outcome ?? failureOf(error, invocation);
}

/** A reply that means failure in its protocol is one for all handlers as well. */
function judged(invocation: Invocation, reply: Reply): Reply {
  const kind = reply.status === undefined ? undefined : invocation.source.kindOf?.(reply.status);
  if (kind === undefined) return reply;
  throw ChassisError.withoutStack(kind, `${invocation.operation.id}: answered with status ${reply.status}`, { reply });
}
