import type { DocumentInfo, Json } from './document-info.js';
import type { DocumentedOperation, DocumentModel } from './document-model.js';
import { versionNote } from './document-version.js';

/** The `info` object of both versions. */
export function infoOf({ title, version, description, javaInterface }: DocumentInfo): Json {
  return {
    title,
    version,
    ...(description === undefined ? {} : { description }),
    ...(javaInterface === undefined ? {} : { 'x-java-interface': javaInterface }),
  };
}

/** One tag for each schema that has an operation here. */
export function tagsOf({ schemas, operations }: DocumentModel): readonly Json[] {
  return schemas
    .filter((schema) => operations.some(({ operation }) => operation.schema === schema))
    .map(({ id, title, description }) => {
      const text = description ?? title;
      return { name: id, ...(text === undefined ? {} : { description: text }) };
    });
}

/** The methods that a path has in both versions; others stand there in an `x-` field. */
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);

/** The `paths` object, its operations grouped by path in the order of their first appearance. */
export function pathsOf({ operations }: DocumentModel, write: (operation: DocumentedOperation) => Json): Json {
  const paths = new Map<string, [method: string, operation: Json][]>();
  for (const documented of operations) {
    const item = paths.get(documented.path) ?? [];
    item.push([METHODS.has(documented.method) ? documented.method : `x-${documented.method}`, write(documented)]);
    paths.set(documented.path, item);
  }
  return Object.fromEntries([...paths].map(([path, item]) => [path, Object.fromEntries(item)]));
}

/** What both versions say of an operation in the same words. */
export function operationNotes({ operation, operationId, alias, path, template }: DocumentedOperation): Json {
  const { name, schema, summary, description } = operation;
  return {
    operationId,
    tags: [schema.id],
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(operationId === name ? {} : { 'x-operation': name }),
    ...(path === template.text ? {} : { 'x-path': template.text }),
    ...(alias === undefined ? {} : { 'x-alias-of': alias }),
    ...versionNote(operation.http?.version),
  };
}
