import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import { defineSchema, type OperationDefinition } from '../schema/define-schema.js';
import type { SchemaInfo } from '../schema/operation.js';
import type { Json } from './document-info.js';
import { readOperation } from './read-operation.js';

/** What a path's key may be beside its operations. */
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

/**
 * The schema that a stored contract describes, for calls by name: an OpenAPI document, 2.0 or 3.x, as JSON text. Only what a
 * caller needs is read; values are checked by the one who serves them. Operations that cannot be called from here (a path outside our
 * grammar, two parameters of one name) are left out.
 *
 * @param document - JSON text
 * @param schemaId - under which the contract was stored
 * @throws ChassisError `NO_CONTRACT` when the text is no such document
 *
 * @example
 * ```ts
 * const schema = readOpenApi(JSON.stringify(toOpenApi2([readSchema(Catalog)], info)), 'catalog');
 * ```
 */
export function readOpenApi(document: string, schemaId: string): SchemaInfo {
  const root = parse(document, schemaId);
  const base = typeof root['basePath'] === 'string' ? root['basePath'] : '';
  const operations: Record<string, OperationDefinition> = {};
  for (const [path, item] of Object.entries(root['paths'] as Json)) {
    if (!isObject(item)) continue;
    for (const method of METHODS) {
      const operation = item[method];
      if (!isObject(operation) || operation['x-alias-of'] !== undefined) continue;
      const { name, definition } = readOperation(operation, {
        root,
        method,
        path: `${base}/${path}`.replace(/\/{2,}/g, '/'),
        item,
      });
      if (isUsable(definition)) operations[name] = definition;
    }
  }
  const info = isObject(root['info']) ? root['info'] : {};
  const { title, version } = info;
  return defineSchema({
    id: schemaId,
    operations,
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  });
}

/** A foreign document may say what our grammar has no word for; its other operations can still be called. */
function isUsable(definition: OperationDefinition): boolean {
  try {
    defineSchema({ id: 'trial', operations: { trial: definition } });
    return true;
  } catch (error) {
    if (ChassisError.is(error)) return false;
    throw error;
  }
}

function parse(document: string, schemaId: string): Json {
  let root: unknown;
  try {
    root = JSON.parse(document);
  } catch (error) {
    throw coreError('NO_CONTRACT', `the stored contract "${schemaId}" is no JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (isObject(root) && isObject(root['paths']) && isKnown(root)) return root;
  throw coreError('NO_CONTRACT', `the stored contract "${schemaId}" is no OpenAPI document of version 2.0 or 3.x`);
}

function isKnown(root: Json): boolean {
  return root['swagger'] === '2.0' || String(root['openapi']).startsWith('3.');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
