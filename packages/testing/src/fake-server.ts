import { ChassisError, isReply, replyOf, type Invocation, type Reply, type SchemaInfo } from '@ts-chassis/core';
import { copied, copiedReply } from './copy.js';
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
    try {
      const result = await method.apply(fake, invocation.args.map(copied));
      return copiedReply(operation, isReply(result) ? result : replyOf(result));
    } catch (error) {
      throw asRemote(error);
    }
  };
}

/** What a failure of another process looks like. */
function asRemote(error: unknown): ChassisError {
  const { kind, message, code, details, retryAfterMs } = ChassisError.from(error);
  return new ChassisError(kind, message, {
    code,
    remote: true,
    ...(details && { details }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
