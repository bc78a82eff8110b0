import type { ListenerBinding } from '@ts-chassis/core';
import type { BuiltInService } from './built-in-service.js';
import type { GrpcServerSettings } from './grpc-server-settings.js';
import { Method, methodsOf } from './methods.js';

/** All that a listener answers, its own services among it. */
export interface ServedMethods {
  readonly methods: ReadonlyMap<string, Method>;
  readonly builtIn: readonly BuiltInService[];
}

/** The methods of a listener, and those of health and reflection beside them. */
export async function servedMethods(binding: ListenerBinding, settings: GrpcServerSettings): Promise<ServedMethods> {
  const methods = methodsOf(binding, settings);
  const plans = [...new Set(methods.values())].map(({ plan }) => plan!);
  const builtIn = (await settings.builtIn?.({ listener: binding.listener.name, plans })) ?? [];
  for (const method of builtIn.flatMap((service) => service.methods)) {
    // an application's own service of the name stands in its place
    if (!methods.has(method.plan.path)) methods.set(method.plan.path, new Method(method, method.plan));
  }
  return { methods, builtIn };
}
