import type { HeaderMap, Operation, Reply } from '@ts-chassis/core';
import type { BodyFeed } from './body-feed.js';
import { JsonArrayStream } from './json-array-stream.js';
import { converted, toReply, type Answer, type RemoteReply } from './to-reply.js';

/** What bounds the answers of calls. */
export interface CallLimits {
  /** Longest body, or item of a streamed one, that is held, in bytes; `Infinity` for any. */
  readonly maxBodyBytes: number;
  /** Wall time now, for a `Retry-After` that is a date. */
  readonly now: () => number;
}

/** What becomes of the answer to a call: a typed value, or a response as `fetch` gives it. */
export interface AnswerShape {
  isFailure(status: number): boolean;
  /** Whether a success is handed over while it arrives. */
  streams(operation: Operation, headers: HeaderMap, status: number): boolean;
  streamed(
    operation: Operation,
    head: Omit<RemoteReply, 'body'>,
    body: { readonly feed: BodyFeed; readonly limits: CallLimits },
  ): Reply;
  /** The reply of a success; of a failure what stands behind its error. */
  whole(operation: Operation, answer: Answer): unknown;
}

/** For calls of declared operations: a redirect is as little of a value as a failure is. */
export const typedAnswer: AnswerShape = {
  isFailure: (status) => status >= 300 && status !== 304,
  streams: (operation) => operation.result.stream,
  streamed(operation, { status, headers }, { feed, limits }) {
    const items = new JsonArrayStream(feed, { operationId: operation.id, maxItemBytes: limits.maxBodyBytes });
    return { value: operation.result.schema?.converts ? convertedItems(operation, items) : items, headers, status };
  },
  whole(operation, answer) {
    if (!this.isFailure(answer.status)) return toReply(operation, answer);
    const { status, headers, body } = answer;
    return { status, headers, body } satisfies RemoteReply;
  },
};

async function* convertedItems(operation: Operation, items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  for await (const item of items) yield await converted(operation, item);
}
