import { metadataKey, parsePath, type Operation, type SchemaInfo } from '@ts-chassis/core';

/** Marks the operations that `RestClient.fetch` makes: their only argument is the request as it goes out. */
const FetchKey = metadataKey<true>('rest fetch');

/** Whether an operation was made by `fetch`. */
export function isFetch(operation: Operation): boolean {
  return operation.read(FetchKey) === true;
}

const SCHEMA: SchemaInfo = { id: 'fetch', path: '', operations: [], read: () => undefined };

/** Templates are few; whoever builds them out of values gets one operation for all. */
const MOST_OPERATIONS = 1000;

/** The operations behind fetched URLs: one for each service, verb and route template, and one for each service and verb without a template. */
export class FetchOperations {
  readonly #operations = new Map<string, Operation>();

  /** @param template - the path with its parameters in braces; undefined when it has none */
  of(service: string, method: string, template: string | undefined): Operation {
    const key = `${method} ${service}${template ?? ''}`;
    const known = this.#operations.get(key);
    if (known) return known;
    if (template !== undefined && this.#operations.size >= MOST_OPERATIONS) return this.of(service, method, undefined);
    const operation = fetchOperation(service, method, template);
    this.#operations.set(key, operation);
    return operation;
  }
}

function fetchOperation(service: string, method: string, template: string | undefined): Operation {
  const path = template === undefined ? '/{rest:*}' : parsePath(template).text;
  const name = template === undefined ? method : `${method} ${path}`;
  return {
    id: `${service}.${name}`,
    schema: SCHEMA,
    name,
    member: name,
    parameters: [],
    result: { stream: false },
    http: { method, path, status: 200, headers: [], consumes: [], produces: [] },
    read: (key) => ((key as unknown) === FetchKey ? (true as never) : undefined),
  };
}
