import { present } from './read-instance.js';
import { idOf, isRecord, textOf } from './read-json.js';
import type { SchemaRecord } from './records.js';

/** A contract of a list; undefined without its id. */
export function readSchemaRecord(value: unknown): SchemaRecord | undefined {
  if (!isRecord(value)) return undefined;
  const schemaId = idOf(value['schemaId']);
  if (!schemaId) return undefined;
  return {
    schemaId,
    ...present('summary', textOf(value['summary']) || undefined),
    ...present('schema', textOf(value['schema'])),
  };
}
