import { coreError } from '../errors/core-error.js';
import type { Invocation } from '../invocation/invocation.js';
import { isOpaque, isServerOnly } from '../schema/make-parameter.js';
import type { Operation } from '../schema/operation.js';
import { uncheckedJsonForm } from './json-form.js';

/**
 * The arguments of a call as a message holds them: what JSON would write of each, by name; nothing for those that exist on the server only.
 * What does not fit its type is sent as it is, so that the provider names all that is wrong with it.
 *
 * @param call - an invocation of the consumer side
 * @throws ChassisError `ARGUMENT_INVALID` for files and streams, which no plain message holds: see {@link isMessage}
 *
 * @example
 * ```ts
 * socket.write(codec.encode([operation.id, namedArguments(invocation)]));
 * ```
 */
export function namedArguments({ operation, args }: Pick<Invocation, 'operation' | 'args'>): Record<string, unknown> {
  const named: Record<string, unknown> = {};
  for (const parameter of operation.parameters) {
    const { name, place, index, schema, stream } = parameter;
    const value = args[index];
    if (value === undefined || isServerOnly(place)) continue;
    if (stream !== undefined || isOpaque(parameter)) {
      throw coreError('ARGUMENT_INVALID', `${operation.id}: "${name}": files and streams fit in no message`);
    }
    named[name] = uncheckedJsonForm(schema, value);
  }
  return named;
}

/**
 * The arguments of a received message, by position: the other half of {@link namedArguments}. The link `bind` checks them.
 *
 * @param operation - as the provider declares it
 * @param named - whatever was received; anything but an object counts as one without entries
 *
 * @example
 * ```ts
 * const call: ReceivedCall = { operation, headers, protocol: 'talk', trusted, arguments: () => argumentsOf(operation, message) };
 * ```
 */
export function argumentsOf(operation: Operation, named: unknown): readonly unknown[] {
  const args: unknown[] = [];
  if (typeof named !== 'object' || named === null) return args;
  for (const { name, place, index } of operation.parameters) {
    if (!isServerOnly(place) && Object.hasOwn(named, name)) args[index] = (named as Record<string, unknown>)[name];
  }
  return args;
}

/**
 * Whether all that is sent with a call of an operation fits in one message: it has no files and no streams among its parameters.
 *
 * @example
 * ```ts
 * speaks = (operation: Operation): boolean => isMessage(operation);
 * ```
 */
export function isMessage({ parameters }: Operation): boolean {
  return parameters.every((parameter) => parameter.stream === undefined && !isOpaque(parameter));
}
