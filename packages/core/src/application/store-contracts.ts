import { toOpenApi2 } from '../openapi/to-open-api-2.js';
import type { ContractStore } from '../registry/ports.js';
import type { SchemaInfo } from '../schema/operation.js';
import type { Runtime } from './runtime.js';

/** Stores the contracts of the served schemas where the registry keeps contracts; one that cannot be stored is reported, callers by class need none. */
export async function storeContracts(
  { registries, identity, logger }: Runtime,
  schemas: readonly SchemaInfo[],
): Promise<void> {
  const { contracts } = registries;
  if (!contracts) return;
  const documents = new Map(schemas.map((schema) => [schema.id, documentOf(schema, identity.version)]));
  const publish = contracts.publish?.bind(contracts) ?? putEach(contracts, logger);
  await publish(identity, documents);
}

function documentOf(schema: SchemaInfo, serviceVersion: string): string {
  const { id, title = id, version = serviceVersion } = schema;
  return JSON.stringify(toOpenApi2([schema], { title, version }));
}

function putEach(contracts: ContractStore, logger: Runtime['logger']): NonNullable<ContractStore['publish']> {
  return async (service, documents) => {
    for (const [schema, document] of documents) {
      try {
        await contracts.put(service, schema, document);
      } catch (error) {
        logger.warn('a contract was not stored: calls by name will not find it', { schema, error });
      }
    }
  };
}
