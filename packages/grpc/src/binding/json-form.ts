import type { ValueType } from '@ts-chassis/core';
import type { FieldType, MessageModel } from '../proto/message-model.js';

/**
 * Whether a message has places that only JSON describes. Values for it are taken through the JSON of their type first, which alone knows
 * which member of a union a value is and which of its fields are declared.
 */
export function hasJson(message: MessageModel): boolean {
  const seen = new Set([message]);
  for (const each of seen) {
    for (const { type } of each.fields) {
      if (isJson(type)) return true;
      if (type.kind === 'message') seen.add(type.message);
    }
  }
  return false;
}

function isJson({ kind }: FieldType): boolean {
  return kind === 'json';
}

/** A result in the form of JSON, of its declared type or of none. */
export function jsonForm(type: ValueType | undefined, value: unknown): unknown {
  return type ? parsed(type.serialize(value)) : plain(value);
}

/** An argument in the form of JSON; what does not fit its type stays as it is, so that whoever refuses it names what is wrong with it. */
export function argumentForm(type: ValueType, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  try {
    return parsed(type.serialize(value));
  } catch {
    return value;
  }
}

function plain(value: unknown): unknown {
  return parsed(JSON.stringify(value, (_name, field: unknown) => (typeof field === 'bigint' ? String(field) : field)));
}

/** JSON has no text for a function. */
function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
