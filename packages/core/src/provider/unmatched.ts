import type { ChainPlanner } from '../chain/planner.js';
import { ChassisError } from '../errors/chassis-error.js';
import type { Operation, SchemaInfo } from '../schema/operation.js';
import type { ServedOperation } from '../transport/server-transport.js';

/** The operation of a listener that stands for all requests that match none, so that they are limited, traced and counted too. */
export function unmatched(planner: ChainPlanner, service: string, listener: string): ServedOperation {
  const runner = planner.runner({
    side: 'provider',
    ...{ operation: UNMATCHED, service, listener },
    last: (invocation) =>
      Promise.reject(ChassisError.is(invocation.source.refusal) ? invocation.source.refusal : nothingHere()),
  });
  return { operation: UNMATCHED, runner };
}

const nothingHere = (): ChassisError => ChassisError.withoutStack('NOT_FOUND', 'nothing is served here');

const SCHEMA: SchemaInfo = { id: 'unmatched', path: '', operations: [], read: () => undefined };

const UNMATCHED: Operation = {
  id: 'unmatched',
  schema: SCHEMA,
  name: 'unmatched',
  member: 'unmatched',
  parameters: [],
  result: { stream: false },
  read: () => undefined,
};
