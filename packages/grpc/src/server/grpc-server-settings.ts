import type { Operation, TransportLimits } from '@ts-chassis/core';
import type { MethodPlan } from '../binding/method-plan.js';
import type { GrpcServerOptions } from './grpc-server-options.js';
import type { BuiltInService } from './built-in-service.js';

/** What all listeners of gRPC in an application are made with. */
export interface GrpcServerSettings {
  /** Of a listener; read anew for each call: what follows the configuration. */
  limits(listener: string): { readonly value: TransportLimits };
  /** How operations travel. */
  readonly protos: MethodPlans;
  /** Services beside those of the application: health, reflection. Asked when a listener opens. */
  builtIn?(parts: BuiltInParts): Promise<readonly BuiltInService[]>;
  readonly options?: GrpcServerOptions;
}

/** What built-in services know of the listener that has them. */
export interface BuiltInParts {
  readonly listener: string;
  readonly plans: readonly MethodPlan[];
}

/** Where a server has the plans of its methods from. */
export interface MethodPlans {
  /** How an operation travels; undefined when gRPC does not have it. */
  planOf(operation: Operation): MethodPlan | undefined;
  /** Refuses operations that make up no services together. */
  services(operations: Iterable<Operation>): unknown;
}
