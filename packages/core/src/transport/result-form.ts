import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import { isStreamItem } from '../invocation/stream-item.js';
import type { Operation } from '../schema/operation.js';
import type { Fault } from '../schema/value-type.js';
import { jsonForm } from './json-form.js';

/**
 * What JSON would write of a result, or of an item of a streamed one: what a protocol sends. Only declared fields, dates and big numbers and
 * bytes as texts.
 *
 * @param operation - as the provider declares it
 * @returns undefined for nothing, and for an item that is a hint of another protocol without a value: such is not sent
 * @throws ChassisError `RESULT_INVALID` for what does not fit its type, or has no form but in its own protocol, as a file read while it is sent
 *
 * @example
 * ```ts
 * for await (const item of reply.value as AsyncIterable<unknown>) send(codec.encode(resultForm(operation, item)));
 * ```
 */
export function resultForm(operation: Operation, result: unknown): unknown {
  const value = isStreamItem(result) ? result.value : result;
  if (value === undefined) return undefined;
  const form = jsonForm(operation.result.schema, value);
  if (form === undefined && !operation.result.empty) throw withoutForm(operation, value);
  return form;
}

/**
 * A received result, or item of a streamed one, as the declared types promise it: the other half of {@link resultForm}.
 *
 * @param operation - as the consumer knows it
 * @returns a promise where the declared type answers later
 * @throws ChassisError `RESULT_INVALID`, `remote`, for what is not as the contract says
 *
 * @example
 * ```ts
 * return replyOf(await resultOf(invocation.operation, codec.decode(body)));
 * ```
 */
export function resultOf(operation: Operation, form: unknown): unknown {
  const { schema } = operation.result;
  if (form === undefined || !schema?.converts) return form;
  const faults: Fault[] = [];
  const value = schema.validate(form, { place: 'result', pointer: '' }, faults);
  return value instanceof Promise
    ? value.then((settled: unknown) => checked(operation, settled, faults))
    : checked(operation, value, faults);
}

function checked({ id }: Operation, value: unknown, [fault]: readonly Fault[]): unknown {
  if (!fault) return value;
  const message = `${id}: the reply is not what the contract says: at "${fault.pointer}" expected ${fault.expected}, got ${fault.got}`;
  throw new ChassisError('INTERNAL', message, { code: 'RESULT_INVALID', remote: true });
}

/** What no JSON stands for is not lost in silence. */
function withoutForm({ id }: Operation, value: unknown): ChassisError {
  const made = (value as { constructor?: { name: string } } | null)?.constructor?.name;
  const given = typeof value === 'object' ? (made ?? 'Object') : typeof value;
  return coreError(
    'RESULT_INVALID',
    `${id}: what it gave back, ${given}, exists over its own protocol only: make the call with that protocol in its options`,
    { remote: true },
  );
}
