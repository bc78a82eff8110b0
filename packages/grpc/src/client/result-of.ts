import type { Fault } from '@ts-chassis/core';
import type { MethodPlan } from '../binding/method-plan.js';
import { grpcError } from '../codes.js';

/**
 * The result, or item, that a message is.
 *
 * @throws ChassisError `REPLY_MALFORMED`, `REPLY_INVALID`
 */
export function resultOf(plan: MethodPlan, bytes: Buffer): unknown {
  const value = plan.messageToResult(plan.decodeResponse(bytes));
  const { schema } = plan.operation.result;
  if (!schema?.converts || value === undefined) return value;
  const faults: Fault[] = [];
  const own = schema.validate(value, { place: 'result', pointer: '' }, faults);
  return own instanceof Promise
    ? own.then((settled: unknown) => checked(plan, settled, faults))
    : checked(plan, own, faults);
}

function checked({ operation }: MethodPlan, value: unknown, faults: readonly Fault[]): unknown {
  if (faults.length === 0) return value;
  const [{ pointer, expected, got }] = faults as readonly [Fault];
  const message = `${operation.id}: the reply is not what the contract says: at "${pointer}" expected ${expected}, got ${got}`;
  throw grpcError('REPLY_INVALID', message, { remote: true });
}
