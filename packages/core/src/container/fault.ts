import { coreError } from '../errors/core-error.js';
import type { CoreErrorCode } from '../errors/codes.js';
import { ChassisError } from '../errors/chassis-error.js';

/** One thing that is wrong with what was declared; all are told at once. */
export interface Fault {
  readonly code: CoreErrorCode;
  readonly message: string;
}

/** Runs something and keeps a refusal as a fault, so that the search for more goes on. */
export function collect(faults: Fault[], run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!ChassisError.is(error)) throw error;
    faults.push({ code: error.code as CoreErrorCode, message: error.message });
  }
}

/** Throws the faults as one error; the code is that of the first. */
export function throwFaults(faults: readonly Fault[]): void {
  const [first] = faults;
  if (!first) return;
  const message =
    faults.length === 1
      ? first.message
      : `${faults.length} faults in what the container was given:\n${faults.map((fault, index) => `  ${index + 1}. ${fault.message}`).join('\n')}`;
  throw coreError(first.code, message, { details: { faults } });
}
