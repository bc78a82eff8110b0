import type { ChainPlanner } from '../chain/planner.js';
import { coreError } from '../errors/core-error.js';
import type { Operation, SchemaInfo } from '../schema/operation.js';
import type { LocalOperations } from '../transport/local-operations.js';
import type { ServedOperation } from '../transport/server-transport.js';
import { bind } from './bind.js';
import { call, type Callee } from './call.js';
import { ErrorMapper, type ErrorMapperOptions } from './error-mapper.js';

/** A schema and the object that does its work; none for one made by `defineSchema`. */
export interface ServedSchema {
  readonly schema: SchemaInfo;
  readonly self: object | undefined;
}

/** What an {@link OperationTable} is made of. */
export interface OperationTableOptions {
  readonly planner: ChainPlanner;
  /** Our own service's name. */
  readonly service: string;
  /** Whether the ambient context is entered. */
  readonly ambient: boolean;
  readonly schemas: readonly ServedSchema[];
  readonly errors: ErrorMapperOptions;
}

/** The pseudo-listener of calls that stay in the process. */
export const LOCAL_LISTENER = 'local';

/** All operations this application serves, each with the runner of its chain. */
export class OperationTable implements LocalOperations {
  readonly #local = new Map<string, () => ServedOperation>();

  /** @throws ChassisError `SCHEMA_INVALID` for two schemas of one id */
  constructor(private readonly options: OperationTableOptions) {
    const ids = new Map<string, SchemaInfo>();
    for (const { schema, self } of options.schemas) {
      const other = ids.get(schema.id);
      if (other)
        throw coreError(
          'SCHEMA_INVALID',
          `two schemas are called "${schema.id}": ${nameOf(other)} and ${nameOf(schema)}`,
        );
      ids.set(schema.id, schema);
      for (const operation of schema.operations)
        this.#local.set(keyOf(schema.id, operation.name), this.#atFirstCall(operation, self));
    }
  }

  /** A served schema by its id. */
  schema(id: string): SchemaInfo | undefined {
    return this.options.schemas.find(({ schema }) => schema.id === id)?.schema;
  }

  /** The operations of one listener, planned. */
  of(listener: string): readonly ServedOperation[] {
    return this.options.schemas
      .filter(({ schema }) => offeredOn(schema, listener))
      .flatMap(({ schema, self }) => schema.operations.map((operation) => this.#served(operation, { self, listener })));
  }

  find(schemaId: string, operation: string): ServedOperation | undefined {
    return this.#local.get(keyOf(schemaId, operation))?.();
  }

  /** Few applications call themselves: what is called in process is planned when it first is. */
  #atFirstCall(operation: Operation, self: object | undefined): () => ServedOperation {
    let served: ServedOperation | undefined;
    return () => (served ??= this.#served(operation, { self, listener: LOCAL_LISTENER }));
  }

  #served(operation: Operation, { self, listener }: { self: object | undefined; listener: string }): ServedOperation {
    const { planner, service, ambient, errors } = this.options;
    const runner = planner.runner({
      side: 'provider',
      ...{ operation, service, listener },
      last: call(calleeOf(operation, self), ambient, ErrorMapper.of(operation, errors)),
      bind: (next) => bind(operation, next),
    });
    return { operation, runner };
  }
}

/** Without a choice of its own a schema stands on the plain listeners, those without a hyphen. */
export function offeredOn(schema: SchemaInfo, listener: string): boolean {
  return schema.listeners ? schema.listeners.includes(listener) : !listener.includes('-');
}

function calleeOf(operation: Operation, self: object | undefined): Callee {
  const run = operation.run ?? (self as Record<string, unknown> | undefined)?.[operation.member];
  if (typeof run !== 'function') {
    throw coreError(
      'SCHEMA_INVALID',
      `${nameOf(operation.schema)}: operation "${operation.name}" has no method "${operation.member}"`,
    );
  }
  return { self, run: run as Callee['run'] };
}

function nameOf(schema: SchemaInfo): string {
  return schema.type?.name ?? schema.id;
}

/** Schema ids and names of operations may hold dots. */
function keyOf(schemaId: string, operation: string): string {
  return `${schemaId}\n${operation}`;
}
