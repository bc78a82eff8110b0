import { createHash } from 'node:crypto';
import { serviceCombError } from '../codes.js';
import type { ServiceCenter } from '../service-center/service-center.js';
import type { SchemaRecord } from '../wire/records.js';

/** Where contracts are stored. */
export interface SchemaPlace {
  readonly center: ServiceCenter;
  readonly serviceId: string;
  /** Characters beyond which one is refused. */
  readonly maxLength: number;
}

/** The contracts a service has at the registry, by their ids. */
export async function storedSchemas({ center, serviceId }: SchemaPlace): Promise<ReadonlyMap<string, SchemaRecord>> {
  const records = await center.schemas(serviceId);
  return new Map(records.map((record) => [record.schemaId, record]));
}

/**
 * Stores one contract as it is written, unless the registry has that very text.
 *
 * @param stored - what the registry lists of it; undefined when it has none
 * @throws ChassisError `REGISTRY_REFUSED` also when it is longer than is allowed
 */
export async function storeSchema(
  { center, serviceId, maxLength }: SchemaPlace,
  contract: { readonly schemaId: string; readonly schema: string },
  stored: SchemaRecord | undefined,
): Promise<void> {
  const { schemaId, schema } = contract;
  if (schema.length > maxLength) {
    throw serviceCombError(
      'REGISTRY_REFUSED',
      `the contract "${schemaId}" has ${schema.length} characters, servicecomb.contracts.maxLength allows ${maxLength}`,
    );
  }
  const summary = createHash('sha256').update(schema).digest('hex');
  if (stored?.summary === summary) return;
  // some service-centers list no summaries
  if (stored && !stored.summary && (await center.schema(serviceId, schemaId)) === schema) return;
  await center.putSchema(serviceId, { schemaId, summary, schema });
}
