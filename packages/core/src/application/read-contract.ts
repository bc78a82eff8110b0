import { parseYaml } from '../config/sources/yaml-file.js';
import { coreError } from '../errors/core-error.js';
import { readOpenApi } from '../openapi/read-open-api.js';
import type { SchemaInfo } from '../schema/operation.js';

/**
 * The schema that a stored contract describes: JSON as we store it, or YAML as go-chassis and Java chassis do. The parser of the latter is
 * loaded with the first of these.
 *
 * @throws ChassisError `NO_CONTRACT` when the text is no such document
 */
export async function readContract(document: string, schemaId: string): Promise<SchemaInfo> {
  if (/^\s*\{/.test(document)) return readOpenApi(document, schemaId);
  let tree: unknown;
  try {
    tree = (await parseYaml(document, { environment: undefined })).values;
  } catch (error) {
    throw coreError('NO_CONTRACT', `the stored contract "${schemaId}" is no YAML: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return readOpenApi(JSON.stringify(tree), schemaId);
}
