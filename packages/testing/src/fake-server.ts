import {
  ChassisError,
  isReply,
  receivedArguments,
  receivedFailure,
  receivedReply,
  replyOf,
  type Invocation,
  type Reply,
  type SchemaInfo,
} from '@ts-chassis/core';
import type { MemoryServer } from './memory-network.js';

/** A server that answers the operations of a contract with the methods of a plain object. */
export function fakeServer(schema: SchemaInfo, fake: object): MemoryServer {
  const methods = fake as Record<string, ((...args: unknown[]) => unknown) | undefined>;
  return async (invocation: Invocation): Promise<Reply> => {
    const operation = schema.operations.find((candidate) => candidate.name === invocation.operation.name);
    const method = operation && methods[operation.member];
    if (!operation || !method) {
      throw new ChassisError('UNIMPLEMENTED', `the fake of ${schema.id} has no ${invocation.operation.name}`, {
        remote: true,
      });
    }
    const result = await answered(() => method.apply(fake, [...receivedArguments(invocation, operation)]));
    const reply = isReply(result) ? result : replyOf(result);
    return receivedReply(reply, { sent: operation, received: invocation.operation });
  };
}

/** What the fake answers; its failures are those of another process. */
async function answered(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    throw receivedFailure(error);
  }
}
