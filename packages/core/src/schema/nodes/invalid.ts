import type { ChassisError } from '../../errors/chassis-error.js';
import { coreError } from '../../errors/core-error.js';

/** The refusal of a declaration: who declared it, and what is wrong. */
export function invalid(where: string, complaint: string): ChassisError {
  return coreError('SCHEMA_INVALID', `${where}: ${complaint}`);
}
