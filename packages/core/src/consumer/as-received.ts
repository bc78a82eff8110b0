import { ChassisError } from '../errors/chassis-error.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Reply } from '../invocation/reply.js';
import { isStream } from '../invocation/settle.js';
import { isStreamItem } from '../invocation/stream-item.js';
import { isOpaque, isServerOnly } from '../schema/make-parameter.js';
import type { Operation, Parameter } from '../schema/operation.js';
import type { Fault, ValueType } from '../schema/value-type.js';

/** The arguments of a call as the provider receives them: by name, and through JSON. What does not fit its type arrives as it is. */
export function receivedArguments({ operation, args }: Invocation, served: Operation): readonly unknown[] {
  const received: unknown[] = [];
  for (const { name, place, index } of served.parameters) {
    if (isServerOnly(place)) continue;
    const sent = operation.parameters.find((parameter) => parameter.name === name);
    received[index] = sent && sentAs(sent, args[sent.index]);
  }
  return received;
}

/** A reply as the consumer receives it: only the declared fields, and what JSON has no form for made again out of its text. */
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

/** A failure of the provider as the consumer receives it: nothing of the inside but what its protocol would show; the rest is its cause. */
export function receivedFailure(error: unknown): ChassisError {
  const { kind, message, code, details, retryAfterMs } = ChassisError.from(error);
  return ChassisError.withoutStack(kind, message, {
    code,
    cause: error,
    remote: true,
    ...(details && { details: throughJson(details) as Readonly<Record<string, unknown>> }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

async function* receivedItems(
  items: AsyncIterable<unknown>,
  of: Parameters<typeof receivedReply>[1],
): AsyncIterable<unknown> {
  for await (const item of items) {
    if (!isStreamItem(item)) yield receivedValue(item, of);
    else if (item.value !== undefined) yield receivedValue(item.value, of);
  }
}

function receivedValue(value: unknown, { sent, received }: Parameters<typeof receivedReply>[1]): unknown {
  const { schema } = sent.result;
  if (value === undefined || (!schema && value instanceof Uint8Array)) return value;
  const copy = schema ? (JSON.parse(schema.serialize(value)) as unknown) : throughJson(value);
  const expected = received.result.schema;
  if (!expected?.converts) return copy;
  const faults: Fault[] = [];
  const converted = expected.validate(copy, { place: 'result', pointer: '' }, faults);
  return converted instanceof Promise
    ? converted.then((settled: unknown) => checked(received, settled, faults))
    : checked(received, converted, faults);
}

function checked({ id }: Operation, value: unknown, [fault]: readonly Fault[]): unknown {
  if (!fault) return value;
  const message = `${id}: the reply is not what the contract says: at "${fault.pointer}" expected ${fault.expected}, got ${fault.got}`;
  throw new ChassisError('INTERNAL', message, { code: 'RESULT_INVALID', remote: true });
}

/** Files and streams of bytes are handed over as they are, the items of a stream one by one. */
function sentAs(parameter: Parameter, value: unknown): unknown {
  if (isOpaque(parameter)) return value;
  return parameter.stream === 'items' && isStream(value)
    ? writtenItems(parameter.schema, value)
    : written(parameter.schema, value);
}

async function* writtenItems(type: ValueType, items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  for await (const item of items) yield written(type, item);
}

function written(type: ValueType, value: unknown): unknown {
  if (typeof value !== 'object' && typeof value !== 'bigint') return value;
  if (value === null) return null;
  try {
    return JSON.parse(type.serialize(value)) as unknown;
  } catch {
    // the provider names all that is wrong with it
    return throughJson(value);
  }
}

function throughJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_name, field: unknown) => (typeof field === 'bigint' ? String(field) : field));
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
