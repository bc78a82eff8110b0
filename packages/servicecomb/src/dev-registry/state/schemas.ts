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
    schemaId: checked(schemaId, 'ModifySchemaRequest.SchemaId', RULES.schemaId),
    summary: checked(fields.text('summary'), 'ModifySchemaRequest.Summary', RULES.summary),
    schema: checked(fields.text('schema'), 'ModifySchemaRequest.Schema', { min: 1 }),
  };
}

/**
 * Keeps one schema of a service, beside the others.
 *
 * @throws RegistryFailure when the schemas of the service may not change, and this one does
 */
export function putSchema(state: RegistryState, service: ServiceEntry, schema: SchemaRecord): void {
  if (isLocked(state, service)) refuseChange(service, schema);
  keep(state, service, schema);
}

function keep(state: RegistryState, service: ServiceEntry, schema: SchemaRecord): void {
  const ids = new Set(service.record.schemas).add(schema.schemaId);
  withinQuota('schema', ids.size, SCHEMAS_PER_SERVICE);
  const more = sizeOf(schema) - sizeOf(service.schemas.get(schema.schemaId));
  state.changeService(service, { schemas: [...ids] }, more);
  service.schemas.set(schema.schemaId, schema);
}

/** Puts other schemas in the place of all that a service has; when these may not change, only those that are missing. */
export function replaceSchemas(state: RegistryState, service: ServiceEntry, schemas: readonly SchemaRecord[]): void {
  if (isLocked(state, service)) return addMissing(state, service, schemas);
  const fresh = new Map(schemas.map((schema) => [schema.schemaId, schema]));
  withinQuota('schema', fresh.size, SCHEMAS_PER_SERVICE);
  const total = (all: ReadonlyMap<string, SchemaRecord>): number =>
    [...all.values()].reduce((sum, schema) => sum + sizeOf(schema), 0);
  state.changeService(service, { schemas: [...fresh.keys()] }, total(fresh) - total(service.schemas));
  service.schemas.clear();
  for (const [id, schema] of fresh) service.schemas.set(id, schema);
}

/** Whether the schemas of a service stay as they are: in production, which an empty environment counts as. */
function isLocked({ schemasLocked }: RegistryState, { record: { environment = '' } }: ServiceEntry): boolean {
  return schemasLocked && (environment === '' || environment === 'production');
}

function refuseChange({ record, schemas }: ServiceEntry, { schemaId, summary }: SchemaRecord): void {
  const ids = record.schemas ?? [];
  if (ids.length > 0 && !ids.includes(schemaId))
    throw new RegistryFailure(FAILURE.schemaUndefined, "Non-existent schemaID can't be added in production");
  const there = schemas.get(schemaId);
  if (there && (!summary || there.summary))
    throw new RegistryFailure(FAILURE.schemaRefused, 'schema already exist, can not be changed in production');
}

function addMissing(state: RegistryState, service: ServiceEntry, schemas: readonly SchemaRecord[]): void {
  const ids = service.record.schemas ?? [];
  const unknown = schemas.map(({ schemaId }) => schemaId).filter((id) => ids.length > 0 && !ids.includes(id));
  if (unknown.length > 0)
    throw new RegistryFailure(FAILURE.schemaUndefined, `Non-existent schemaIDs [${unknown.join(' ')}]`);
  const fresh = schemas.filter(({ schemaId }) => !service.schemas.get(schemaId)?.summary);
  withinQuota('schema', new Set([...ids, ...fresh.map(({ schemaId }) => schemaId)]).size, SCHEMAS_PER_SERVICE);
  for (const schema of fresh) keep(state, service, schema);
}

/** @throws RegistryFailure when it is not there */
export function deleteSchema(state: RegistryState, service: ServiceEntry, schemaId: string): void {
  const schema = service.schemas.get(schemaId);
  if (!schema) throw new RegistryFailure(FAILURE.schemaMissing, 'Schema info does not exist.');
  const schemas = (service.record.schemas ?? []).filter((id) => id !== schemaId);
  state.changeService(service, { schemas }, -sizeOf(schema));
  service.schemas.delete(schemaId);
}

/** All schemas that a service names, with what is known of each. */
export function schemasOf(service: ServiceEntry, withText: boolean): SchemaRecord[] {
  return (service.record.schemas ?? []).map((schemaId) => {
    const { summary, schema } = service.schemas.get(schemaId) ?? {};
    return withoutEmpty({ schemaId, summary, schema: withText ? schema : undefined } as Required<SchemaRecord>);
  });
}

/** How many characters it takes. */
export function sizeOf(schema: SchemaRecord | undefined): number {
  if (!schema) return 0;
  return schema.schemaId.length + (schema.summary?.length ?? 0) + (schema.schema?.length ?? 0);
}
