import { isStream, type Operation, type Reply } from '@ts-chassis/core';

/** A value as it arrives at the other end of a wire that speaks JSON. */
export function copied(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

/** A reply as the caller receives it: only the declared fields, items of a stream one by one. */
export function copiedReply({ result }: Operation, reply: Reply): Reply {
  const { schema } = result;
  const copy = (value: unknown): unknown =>
    schema && value !== undefined ? (JSON.parse(schema.serialize(value)) as unknown) : copied(value);
  return { ...reply, value: isStream(reply.value) ? eachCopied(reply.value, copy) : copy(reply.value) };
}

async function* eachCopied(items: AsyncIterable<unknown>, copy: (value: unknown) => unknown): AsyncIterable<unknown> {
  for await (const item of items) yield copy(item);
}
