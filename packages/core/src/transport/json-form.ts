import type { ValueType } from '../schema/value-type.js';

/**
 * What JSON would write of a value, as plain data: objects, lists, texts, numbers. A declared type has only its declared fields, dates and big
 * numbers and bytes are texts.
 *
 * @throws ChassisError `RESULT_INVALID` when the value does not fit its type
 */
export function jsonForm(type: ValueType | undefined, value: unknown): unknown {
  return type ? parsed(type.serialize(value)) : throughJson(value);
}

/** The same for what somebody else will check: what does not fit its type stays what it is. */
export function uncheckedJsonForm(type: ValueType, value: unknown): unknown {
  if (typeof value !== 'object' && typeof value !== 'bigint') return value;
  if (value === null) return null;
  try {
    return JSON.parse(type.serialize(value)) as unknown;
  } catch {
    return throughJson(value);
  }
}

/** A value without a declared type. */
export function throughJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_name, field: unknown) => (typeof field === 'bigint' ? String(field) : field));
  return parsed(text);
}

/** JSON has no text for a function, and none for what says of itself that it has no form. */
function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
