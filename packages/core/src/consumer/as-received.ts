import type { ChassisError } from '../errors/chassis-error.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Reply } from '../invocation/reply.js';
import { isStream } from '../invocation/settle.js';
import { isOpaque, isServerOnly } from '../schema/make-parameter.js';
import type { Operation, Parameter } from '../schema/operation.js';
import type { ValueType } from '../schema/value-type.js';
import { failureFromData, failureToData } from '../transport/failure-data.js';
import { uncheckedJsonForm } from '../transport/json-form.js';
import { resultForm, resultOf } from '../transport/result-form.js';
import { handedOver } from './handed-over.js';

/**
 * The arguments of a call as the provider receives them: by name, and through JSON; files and streams of bytes or parts are handed over, the
 * items of a stream one by one. What does not fit its type arrives as it is, so that the provider names all that is wrong with it. Nothing
 * arrives for what exists on the server only. For transports without a wire, as that of calls inside one process.
 *
 * @param invocation - as the consumer made it
 * @param served - the operation as the provider declares it, whose positions count
 * @throws ChassisError `ARGUMENT_INVALID` for what is no file or no stream where the contract of the caller says so
 *
 * @example
 * ```ts
 * const source = { service, protocol: 'memory', trusted: true, arguments: () => receivedArguments(sent, served.operation) };
 * ```
 */
export function receivedArguments({ operation, args }: Invocation, served: Operation): readonly unknown[] {
  const received: unknown[] = [];
  for (const { name, place, index } of served.parameters) {
    if (isServerOnly(place)) continue;
    const sent = operation.parameters.find((parameter) => parameter.name === name);
    if (!sent) continue;
    const value = args[sent.index];
    received[index] = isOpaque(sent) ? handedOver(operation, sent, value) : sentAs(sent, value);
  }
  return received;
}

/**
 * A reply as the consumer receives it: only the declared fields, and what JSON has no form for made again out of its text; the items of a
 * stream one by one. For transports without a wire, as {@link receivedArguments}.
 *
 * @param reply - of the provider
 * @param of - `sent`: the operation as the provider declares it; `received`: as the consumer knows it
 * @returns a promise where the declared type answers later
 * @throws ChassisError `RESULT_INVALID` for what does not fit, or exists over one protocol only, as a file read while it is sent
 *
 * @example
 * ```ts
 * return receivedReply(await served.runner.run(inner), { sent: served.operation, received: invocation.operation });
 * ```
 */
export function receivedReply(
  reply: Reply,
  of: { readonly sent: Operation; readonly received: Operation },
): Reply | Promise<Reply> {
  const { value } = reply;
  if (isStream(value)) return { ...reply, value: receivedItems(value, of) };
  const received = receivedValue(value, of);
  return received instanceof Promise
    ? received.then((settled: unknown) => ({ ...reply, value: settled }))
    : { ...reply, value: received };
}

/**
 * A failure of the provider as the consumer receives it: `remote`, and nothing of the inside but what a protocol would show; the rest is its
 * cause. For transports without a wire, as {@link receivedArguments}.
 *
 * @example
 * ```ts
 * const reply = await served.runner.run(inner).catch((error: unknown) => { throw receivedFailure(error); });
 * ```
 */
export function receivedFailure(error: unknown): ChassisError {
  return failureFromData(failureToData(error), error);
}

async function* receivedItems(
  items: AsyncIterable<unknown>,
  of: Parameters<typeof receivedReply>[1],
): AsyncIterable<unknown> {
  try {
    for await (const item of items) {
      const value = receivedValue(item, of);
      if (value !== undefined) yield value;
    }
  } catch (error) {
    throw receivedFailure(error);
  }
}

function receivedValue(value: unknown, { sent, received }: Parameters<typeof receivedReply>[1]): unknown {
  if (!sent.result.schema && value instanceof Uint8Array) return value;
  return resultOf(received, resultForm(sent, value));
}

function sentAs({ stream, schema }: Parameter, value: unknown): unknown {
  return stream === 'items' && isStream(value) ? writtenItems(schema, value) : uncheckedJsonForm(schema, value);
}

async function* writtenItems(type: ValueType, items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  for await (const item of items) yield uncheckedJsonForm(type, item);
}
