import { FAILURE } from '../../wire/failure-codes.js';
import type { SchemaRecord } from '../../wire/records.js';
import { RegistryFailure } from '../registry-failure.js';
import type { ServiceEntry } from './entries.js';
import type { Fields } from './fields.js';
import { withinQuota } from './quota.js';
import { SCHEMAS_PER_SERVICE, withoutEmpty } from './read-service.js';
import type { RegistryState } from './registry-state.js';
import { checked, RULES } from './rules.js';

/** @param schemaId - that of the path, where it has one */
export function readSchema(fields: Fields, schemaId = fields.text('schemaId')): SchemaRecord {
  return {
    schemaId: checked(schemaId, 'Schema.SchemaId', RULES.schemaId),
    summary: checked(fields.text('summary'), 'Schema.Summary', RULES.summary),
    schema: checked(fields.text('schema'), 'Schema.Schema', { min: 1 }),
  };
}

/** Keeps one schema of a service, beside the others. */
export function putSchema(state: RegistryState, service: ServiceEntry, schema: SchemaRecord): void {
  const ids = new Set(service.record.schemas).add(schema.schemaId);
  withinQuota('schema', ids.size, SCHEMAS_PER_SERVICE);
  state.resize(service, sizeOf(schema) - sizeOf(service.schemas.get(schema.schemaId)));
  service.schemas.set(schema.schemaId, schema);
  state.changeService(service, { schemas: [...ids] });
}

/** Puts other schemas in the place of all that a service has. */
export function replaceSchemas(state: RegistryState, service: ServiceEntry, schemas: readonly SchemaRecord[]): void {
  const fresh = new Map(schemas.map((schema) => [schema.schemaId, schema]));
  withinQuota('schema', fresh.size, SCHEMAS_PER_SERVICE);
  const total = (all: ReadonlyMap<string, SchemaRecord>): number =>
    [...all.values()].reduce((sum, schema) => sum + sizeOf(schema), 0);
  state.resize(service, total(fresh) - total(service.schemas));
  service.schemas.clear();
  for (const [id, schema] of fresh) service.schemas.set(id, schema);
  state.changeService(service, { schemas: [...fresh.keys()] });
}

/** @throws RegistryFailure when it is not there */
export function deleteSchema(state: RegistryState, service: ServiceEntry, schemaId: string): void {
  const schema = service.schemas.get(schemaId);
  if (!schema) throw new RegistryFailure(FAILURE.schemaMissing, 'Schema info does not exist.');
  service.schemas.delete(schemaId);
  state.resize(service, -sizeOf(schema));
  state.changeService(service, { schemas: (service.record.schemas ?? []).filter((id) => id !== schemaId) });
}

/** All schemas that a service names, with what is known of each. */
export function schemasOf(service: ServiceEntry, withText: boolean): SchemaRecord[] {
  return (service.record.schemas ?? []).map((schemaId) => {
    const { summary, schema } = service.schemas.get(schemaId) ?? {};
    return withoutEmpty({ schemaId, summary, schema: withText ? schema : undefined } as Required<SchemaRecord>);
  });
}

function sizeOf(schema: SchemaRecord | undefined): number {
  if (!schema) return 0;
  return schema.schemaId.length + (schema.summary?.length ?? 0) + (schema.schema?.length ?? 0);
}
