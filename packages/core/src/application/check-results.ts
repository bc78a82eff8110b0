import type { SchemaInfo } from '../schema/operation.js';

/** The ids of routes that do not say what they give back: allowed, documented as empty, and sent as it is. */
export function undeclaredResults(schemas: readonly SchemaInfo[]): readonly string[] {
  return schemas
    .filter((schema) => schema.type !== undefined)
    .flatMap((schema) => schema.operations)
    .filter(({ http, result }) => http && result.schema === undefined && !result.empty)
    .map((operation) => operation.id);
}
