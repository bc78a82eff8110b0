import type { Endpoint } from './endpoint.js';

/**
 * The states of an instance as service-center names them; `UP` and `TESTING` are called.
 *
 * @example
 * ```ts
 * const status: InstanceStatus = 'UP';
 * ```
 */
export type InstanceStatus = 'UP' | 'DOWN' | 'STARTING' | 'TESTING' | 'OUTOFSERVICE';

/**
 * What makes a service one and the same for a registry.
 *
 * @example
 * ```ts
 * const id: ServiceIdentity = { environment: '', app: 'default', service: 'catalog', version: '1.0.0' };
 * ```
 */
export interface ServiceIdentity {
  /** `servicecomb.service.environment`, default empty. */
  readonly environment: string;
  /** `servicecomb.service.app`, default `default`. */
  readonly app: string;
  /** `servicecomb.service.name`. */
  readonly service: string;
  /** `servicecomb.service.version`, default `0.0.1`. */
  readonly version: string;
}

/**
 * One running process of a service.
 *
 * @example
 * ```ts
 * const reachable = instance.endpoints.find((endpoint) => endpoint.listener === 'rest');
 * ```
 */
export interface Instance extends ServiceIdentity {
  /** Unique among all instances of all services. */
  readonly id: string;
  readonly hostName: string;
  readonly status: InstanceStatus;
  /** One per listener. */
  readonly endpoints: readonly Endpoint[];
  /** `servicecomb.service.instanceProperties` and what the registry adds. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly dataCenter?: { readonly name: string; readonly region: string; readonly availableZone: string };
}
