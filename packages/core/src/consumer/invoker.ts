import { coreError } from '../errors/core-error.js';
import { nearestName } from '../errors/nearest-name.js';
import type { Operation, SchemaInfo } from '../schema/operation.js';
import type { CallOptions } from './call-options.js';
import type { Consumer } from './consumer.js';

/**
 * Calls operations by name, without a contract class: the contract comes from the registry. An abstract class, so that it is injected
 * by type.
 *
 * @example
 * ```ts
 * const book = await invoker.invoke('catalog', 'catalog', 'find', { isbn: '9780262033848' });
 * ```
 */
export abstract class Invoker {
  /**
   * @param service - the called service
   * @param schemaId - its schema
   * @param operation - the operation's name
   * @param args - arguments by name
   * @param options - as for a client
   * @throws ChassisError `NO_CONTRACT` when the registry stores none, or it has no such operation; else as a client's call
   */
  // oxlint-disable-next-line max-params -- go-chassis's signature: service, schema, operation, arguments
  abstract invoke(
    service: string,
    schemaId: string,
    operation: string,
    args?: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<unknown>;
}

/** Finds the contract of a service: one this application serves or was given, else the registry's. */
export type FindContract = (service: string, schemaId: string) => Promise<SchemaInfo | undefined>;

interface Asked {
  readonly service: string;
  readonly schemaId: string;
  readonly name: string;
}

/** The invoker over stored contracts. A contract that was found is kept; one that was not is asked for again. */
export class ContractInvoker extends Invoker {
  readonly #contracts = new Map<string, Promise<SchemaInfo>>();

  constructor(
    private readonly consumer: Consumer,
    private readonly findContract: FindContract,
  ) {
    super();
  }

  // oxlint-disable-next-line max-params -- as above
  async invoke(
    service: string,
    schemaId: string,
    name: string,
    args: Readonly<Record<string, unknown>> = {},
    options: CallOptions = {},
  ): Promise<unknown> {
    const operation = await this.#operation({ service, schemaId, name });
    const reply = await this.consumer.call({ service, operation }, positional(operation, args), options);
    return reply.value;
  }

  async #operation({ service, schemaId, name }: Asked): Promise<Operation> {
    const named = ({ operations }: SchemaInfo): Operation | undefined =>
      operations.find((candidate) => candidate.name === name);
    const key = JSON.stringify([service, schemaId]);
    const kept = this.#contracts.get(key);
    const known = kept && named(await kept);
    if (known) return known;
    // the service may have been deployed anew since its contract was read
    if (kept && this.#contracts.get(key) === kept) this.#contracts.delete(key);
    const schema = await this.#contract(service, schemaId);
    const operation = named(schema);
    if (operation) return operation;
    const nearest = nearestName(
      name,
      schema.operations.map((candidate) => candidate.name),
    );
    const hint = nearest ? `; did you mean "${nearest}"?` : '';
    throw coreError('NO_CONTRACT', `the contract "${schemaId}" of "${service}" has no operation "${name}"${hint}`);
  }

  #contract(service: string, schemaId: string): Promise<SchemaInfo> {
    const key = JSON.stringify([service, schemaId]);
    let contract = this.#contracts.get(key);
    if (!contract) {
      contract = this.#find(service, schemaId);
      this.#contracts.set(key, contract);
      contract.catch(() => this.#contracts.delete(key));
    }
    return contract;
  }

  async #find(service: string, schemaId: string): Promise<SchemaInfo> {
    const schema = await this.findContract(service, schemaId);
    if (!schema) throw coreError('NO_CONTRACT', `no contract "${schemaId}" of the service "${service}" is stored`);
    return schema;
  }
}

function positional(operation: Operation, args: Readonly<Record<string, unknown>>): readonly unknown[] {
  const list: unknown[] = [];
  for (const parameter of operation.parameters) {
    list[parameter.index] = Object.hasOwn(args, parameter.name) ? args[parameter.name] : undefined;
  }
  const unknown = Object.keys(args).find((name) => !operation.parameters.some((parameter) => parameter.name === name));
  if (unknown !== undefined) {
    const names = operation.parameters.map((parameter) => parameter.name);
    const nearest = nearestName(unknown, names);
    const hint = nearest ? `; did you mean "${nearest}"?` : `; expected ${names.join(', ') || 'none'}`;
    throw coreError('ARGUMENT_INVALID', `${operation.id}: no parameter is called "${unknown}"${hint}`);
  }
  return list;
}
