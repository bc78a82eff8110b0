import {
  jsonSpec,
  metadataKey,
  parsePath,
  valueTypeOf,
  type Operation,
  type Parameter,
  type SchemaInfo,
} from '@ts-chassis/core';

/** Marks the operations that `RestClient.fetch` makes: their only argument is the request as it goes out. */
const FetchKey = metadataKey<true>('rest fetch');

/** Whether an operation was made by `fetch`. */
export function isFetch(operation: Operation): boolean {
  return operation.read(FetchKey) === true;
}

const SCHEMA: SchemaInfo = { id: 'fetch', path: '', operations: [], read: () => undefined };

/** Templates are few; whoever builds them out of values gets one operation for all. */
const MOST_OPERATIONS = 1000;

/** What tells the operations of fetched requests apart. */
export interface FetchedRequest {
  /** The path with its parameters in braces; undefined when it has none. */
  readonly template: string | undefined;
  /** Whether its body is there but once. */
  readonly isStream: boolean;
}

/** Says to the chain that the call cannot be made again. */
const STREAMED: Parameter = {
  ...{ name: 'request', index: 0, place: 'body', stream: 'bytes', optional: false },
  schema: valueTypeOf(jsonSpec({})),
} as const;

/** The operations behind fetched URLs: one for each service, verb and route template, and one for each service and verb without a template. */
export class FetchOperations {
  readonly #operations = new Map<string, Operation>();

  of(service: string, method: string, request: FetchedRequest): Operation {
    const { template, isStream } = request;
    const key = `${isStream ? 'stream ' : ''}${method} ${service}${template ?? ''}`;
    const known = this.#operations.get(key);
    if (known) return known;
    if (template !== undefined && this.#operations.size >= MOST_OPERATIONS)
      return this.of(service, method, { ...request, template: undefined });
    const operation = fetchOperation(service, method, request);
    this.#operations.set(key, operation);
    return operation;
  }
}

function fetchOperation(service: string, method: string, { template, isStream }: FetchedRequest): Operation {
  const path = template === undefined ? '/{rest:*}' : parsePath(template).text;
  const name = template === undefined ? method : `${method} ${path}`;
  return {
    id: `${service}.${name}`,
    schema: SCHEMA,
    name,
    member: name,
    parameters: isStream ? [STREAMED] : [],
    result: { stream: false },
    http: { method, path, status: 200, headers: [], consumes: [], produces: [] },
    read: (key) => ((key as unknown) === FetchKey ? (true as never) : undefined),
  };
}
