import type { Operation } from '@ts-chassis/core';
import { grpcError } from '../codes.js';
import { Derivation, type Messages } from './derive-message.js';
import type { MessageModel } from './message-model.js';
import { qualifiedIdentifier } from './proto-names.js';

/** A service whose messages are derived from the operations of one schema. */
export interface DerivedService {
  /** As the schema or `@Rpc` calls it. */
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly methods: ReadonlyMap<Operation, Messages>;
  /** In the order in which they are met. */
  readonly messages: readonly MessageModel[];
}

/** What protobuf itself declares its messages in, which every file may import. */
const OWN_PACKAGE = 'google.protobuf';

/**
 * The service of a name, from those operations of a schema that belong to it.
 *
 * @throws ChassisError `PROTO_INVALID` for a name that protobuf has itself
 */
export function deriveService(name: string, operations: readonly Operation[]): DerivedService {
  const full = qualifiedIdentifier(name);
  if (`${OWN_PACKAGE}.`.startsWith(`${full}.`) || full.startsWith(`${OWN_PACKAGE}.`)) {
    throw grpcError(
      'PROTO_INVALID',
      `the service '${name}' of ${operations[0]!.id} would clash with protobuf's own package ${OWN_PACKAGE}; give the schema another id, or name the service by @Rpc({ service: 'shop.catalog' })`,
    );
  }
  const derivation = new Derivation(name);
  const methods = new Map(operations.map((operation) => [operation, derivation.derive(operation)]));
  return { name, operations, methods, messages: derivation.messages };
}
