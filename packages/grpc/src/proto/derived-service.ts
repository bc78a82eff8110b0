import type { Operation } from '@ts-chassis/core';
import { Derivation, type Messages } from './derive-message.js';
import type { MessageModel } from './message-model.js';

/** A service whose messages are derived from the operations of one schema. */
export interface DerivedService {
  /** As the schema or `@Rpc` calls it. */
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly methods: ReadonlyMap<Operation, Messages>;
  /** In the order in which they are met. */
  readonly messages: readonly MessageModel[];
}

/** The service of a name, from those operations of a schema that belong to it. */
export function deriveService(name: string, operations: readonly Operation[]): DerivedService {
  const derivation = new Derivation(name);
  const methods = new Map(operations.map((operation) => [operation, derivation.derive(operation)]));
  return { name, operations, methods, messages: derivation.messages };
}
