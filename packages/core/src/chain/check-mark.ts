import { checkValue } from '../config/check-value.js';
import { coreError } from '../errors/core-error.js';
import type { JsonSchema } from '../schema/json-schema.js';
import type { PolicyKind, PolicyMark } from './policy.js';

/**
 * Refuses a decorator whose fields are not what the kind's schema says: what the configuration must not say, code must not say either. Functions
 * pass, since only code can say them.
 *
 * @param where - the class or method that is decorated, for the message
 * @throws ChassisError `SCHEMA_INVALID`
 */
export function checkMark<T extends object>(kind: PolicyKind<T>, { fields }: PolicyMark<T>, where: string): void {
  for (const [field, schema] of Object.entries<JsonSchema>(kind.schema)) {
    const value = (fields as Readonly<Record<string, unknown>>)[field];
    if (value === undefined || typeof value === 'function') continue;
    const place = `${where}: @${kind.key.name}`;
    const result = checkValue(schema, value, field);
    const [fault] = result.faults;
    if (fault) {
      // JSON has no NaN
      const got = typeof value === 'number' ? String(value) : fault.got;
      throw coreError('SCHEMA_INVALID', `${place}: ${fault.key}: expected ${fault.expected}, got ${got}`);
    }
    // in the configuration everything may be text; here nobody would turn it into what it stands for
    if (typeof value === 'string' && typeof result.value !== 'string') {
      throw coreError('SCHEMA_INVALID', `${place}: ${field}: expected a ${typeof result.value}, got "${value}"`);
    }
  }
}
