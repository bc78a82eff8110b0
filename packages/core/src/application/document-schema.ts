import type { ServiceIdentity } from '../endpoint/instance.js';
import { toOpenApi2 } from '../openapi/to-open-api-2.js';
import { toOpenApi31 } from '../openapi/to-open-api-31.js';
import { defineSchema, type OperationDefinition } from '../schema/define-schema.js';
import { jsonSpec } from '../schema/json-spec.js';
import type { SchemaInfo } from '../schema/operation.js';

/** The documents of one listener as operations: `/apidocs.json` (OpenAPI 2.0) and `/openapi.json` (3.1). */
export function documentSchema(
  listener: string,
  schemas: readonly SchemaInfo[],
  identity: ServiceIdentity,
): SchemaInfo {
  const info = { title: identity.service, version: identity.version };
  const document = (path: string, make: () => unknown): OperationDefinition => {
    // made at the first request: most processes are never asked
    let made: unknown;
    return {
      http: { method: 'GET', path },
      returns: jsonSpec({ type: 'object', additionalProperties: true }),
      run: () => (made ??= make()),
    };
  };
  return defineSchema({
    id: `chassis.documents.${listener}`,
    listeners: [listener],
    operations: {
      openApi2: document('/apidocs.json', () => toOpenApi2(schemas, info)),
      openApi31: document('/openapi.json', () => toOpenApi31(schemas, info)),
    },
  });
}
