import { toOpenApi2 } from '../openapi/to-open-api-2.js';
import type { SchemaInfo } from '../schema/operation.js';
import type { Runtime } from './runtime.js';

/** Stores the contracts of the served schemas where the registry keeps contracts; one that cannot be stored is reported, callers by class need none. */
export async function storeContracts(
  { registries, identity, logger }: Runtime,
  schemas: readonly SchemaInfo[],
): Promise<void> {
  const { contracts } = registries;
  if (!contracts) return;
  for (const schema of schemas) {
    const document = toOpenApi2([schema], {
      title: schema.title ?? schema.id,
      version: schema.version ?? identity.version,
    });
    try {
      await contracts.put(identity, schema.id, JSON.stringify(document));
    } catch (error) {
      logger.warn('a contract was not stored: calls by name will not find it', { schema: schema.id, error });
    }
  }
}
