import type { ListenerBinding, ServedOperation } from '@ts-chassis/core';
import type { MethodPlan } from '../binding/method-plan.js';
import { grpcError } from '../codes.js';
import type { GrpcServerSettings } from './grpc-server-settings.js';
import { MetadataArguments } from './metadata-arguments.js';

/** A method as it is served. */
export class Method {
  /** Undefined for what stands for all that is unknown. */
  readonly plan: MethodPlan | undefined;
  readonly metadata: MetadataArguments | undefined;
  /** Whether messages flow for as long as both sides like: only the caller's own deadline ends it. */
  readonly streams: boolean;

  constructor(
    readonly served: ServedOperation,
    plan: MethodPlan | undefined,
  ) {
    this.plan = plan;
    this.metadata = plan && MetadataArguments.of(served.operation);
    this.streams = plan !== undefined && (plan.requestStream || plan.responseStream);
  }
}

/**
 * The methods of a listener by path.
 *
 * @throws ChassisError `METHOD_CONFLICT`
 */
export function methodsOf(
  { listener, operations }: Pick<ListenerBinding, 'listener' | 'operations'>,
  { protos }: Pick<GrpcServerSettings, 'protos'>,
): Map<string, Method> {
  protos.services(operations.map(({ operation }) => operation));
  const methods = new Map<string, Method>();
  const aliases: Method[] = [];
  for (const served of operations) {
    const plan = protos.planOf(served.operation);
    if (!plan) continue;
    const method = new Method(served, plan);
    const other = methods.get(plan.path);
    if (other) refuseTwo(listener.name, other, method);
    methods.set(plan.path, method);
    if (plan.alias !== undefined) aliases.push(method);
  }
  for (const method of aliases) {
    const alias = method.plan!.alias!;
    const other = methods.get(alias);
    if (other) refuseTwo(listener.name, other, method);
    methods.set(alias, method);
  }
  return methods;
}

function refuseTwo(listener: string, one: Method, other: Method): never {
  const [first, second] = [one.served.operation.id, other.served.operation.id];
  throw grpcError(
    'METHOD_CONFLICT',
    `listener ${listener}: ${first} and ${second} are both called by ${other.plan!.path}; @Rpc({ service, method }) names one of them otherwise`,
  );
}
