import type { HeaderMap, Operation, Reply } from '@ts-chassis/core';
import type { Codecs } from '../binding/codec.js';
import type { ItemOptions } from '../binding/items/item-options.js';
import { LINE_TYPES } from '../binding/items/item-types.js';
import { JsonArrayItems } from '../binding/items/json-array-items.js';
import { LineItems } from '../binding/items/line-items.js';
import { isJsonType, parseMediaType } from '../binding/media-type.js';
import { restError } from '../codes.js';
import type { BodyFeed } from './body-feed.js';
import { EventItems } from './event-items.js';
import { converted, toReply, toStreamError, type Answer, type RemoteReply } from './to-reply.js';

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
export class TypedAnswer implements AnswerShape {
  /** @param codecs - what is read beside JSON */
  constructor(private readonly codecs: Codecs = new Map()) {}

  isFailure(status: number): boolean {
    return status >= 300 && status !== 304;
  }

  streams(operation: Operation): boolean {
    return operation.result.stream;
  }

  streamed(
    operation: Operation,
    { status, headers }: Omit<RemoteReply, 'body'>,
    { feed, limits }: { readonly feed: BodyFeed; readonly limits: CallLimits },
  ): Reply {
    const type = parseMediaType(headers.get('content-type') ?? 'application/json').type;
    const items = itemsOf(operation, type, { feed, limits });
    if (!items) return { value: feed, headers, status };
    return { value: operation.result.schema?.converts ? convertedItems(operation, items) : items, headers, status };
  }

  whole(operation: Operation, answer: Answer): unknown {
    if (!this.isFailure(answer.status)) return toReply(operation, answer, this.codecs);
    const { status, headers, body } = answer;
    return { status, headers, body } satisfies RemoteReply;
  }
}

/** The items of a streamed answer by its media type; undefined for bytes, which are handed over as they come. */
function itemsOf(
  operation: Operation,
  type: string,
  { feed, limits }: { readonly feed: BodyFeed; readonly limits: CallLimits },
): AsyncIterable<unknown> | undefined {
  const { maxBodyBytes, now } = limits;
  if (isJsonType(type)) return new JsonArrayItems(feed, itemOptions(operation, maxBodyBytes));
  if (LINE_TYPES.includes(type)) return new LineItems(feed, itemOptions(operation, maxBodyBytes));
  if (type !== 'text/event-stream') return undefined;
  return new EventItems(feed, {
    operationId: operation.id,
    maxItemBytes: maxBodyBytes,
    failure: (data) => toStreamError(operation, data, now()),
  });
}

function itemOptions({ id }: Operation, maxItemBytes: number): ItemOptions {
  const invalid = (what: string): Error =>
    restError('REPLY_INVALID', `${id}: the streamed reply is not valid: ${what}`, { remote: true });
  return {
    maxItemBytes,
    invalid,
    tooLarge: () => invalid(`an item is larger than ${maxItemBytes} bytes`),
    parse: (bytes) => {
      try {
        return JSON.parse(bytes.toString('utf8')) as unknown;
      } catch (error) {
        throw invalid((error as Error).message);
      }
    },
  };
}

async function* convertedItems(operation: Operation, items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  for await (const item of items) yield await converted(operation, item);
}
