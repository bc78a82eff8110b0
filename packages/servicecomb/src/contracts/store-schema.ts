import { createHash } from 'node:crypto';
import type { ChassisError } from '@ts-chassis/core';
import { serviceCombError } from '../codes.js';
import { obeys, RULES } from '../session/check-names.js';
import type { ServiceCenter } from '../service-center/service-center.js';
import type { SchemaRecord } from '../wire/records.js';

/** Where contracts are stored. */
export interface SchemaPlace {
  readonly center: ServiceCenter;
  readonly serviceId: string;
  /** Bytes beyond which one is refused. */
  readonly maxBytes: number;
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
 * @throws ChassisError `REGISTRY_REFUSED` also when it is longer than is allowed, or its id is none
 */
export async function storeSchema(
  { center, serviceId, maxBytes }: SchemaPlace,
  contract: { readonly schemaId: string; readonly schema: string },
  stored: SchemaRecord | undefined,
): Promise<void> {
  const { schemaId, schema } = contract;
  if (!obeys(schemaId, RULES.schema)) {
    const { most, says } = RULES.schema;
    throw refused(`the id "${schemaId}" is none that service-center takes: ${says}, at most ${most} characters`);
  }
  const bytes = Buffer.byteLength(schema);
  if (bytes > maxBytes) {
    throw refused(`the contract "${schemaId}" has ${bytes} bytes, servicecomb.contracts.maxBytes allows ${maxBytes}`);
  }
  const summary = createHash('sha256').update(schema).digest('hex');
  if (stored?.summary === summary) return;
  // some service-centers list no summaries
  if (stored && !stored.summary && (await center.schema(serviceId, schemaId)) === schema) return;
  await center.putSchema(serviceId, { schemaId, summary, schema });
}

function refused(message: string): ChassisError {
  return serviceCombError('REGISTRY_REFUSED', message);
}
