import { ChassisError } from '../errors/chassis-error.js';
import type { Operation } from '../schema/operation.js';
import type { Fault } from '../schema/value-type.js';

/** What a call is refused with whose arguments do not fit: all that is wrong, at once. */
export function argumentRefusal(operation: Operation, faults: readonly Fault[]): ChassisError {
  const [first] = faults;
  const more = faults.length > 1 ? ` and ${faults.length - 1} more` : '';
  return ChassisError.withoutStack(
    'INVALID_ARGUMENT',
    `${operation.id}: ${first?.place}${first?.pointer} ${first?.message}${more}`,
    { code: 'ARGUMENT_INVALID', details: { faults } },
  );
}
