import { port, type Instance } from '@ts-chassis/core';
import type { LoadBalanceFields } from '../policy/load-balance.js';

/**
 * What a filter knows beside the instances.
 *
 * @example
 * ```ts
 * const { availableZone } = context.region;
 * ```
 */
export interface FilterContext {
  /** The called service. */
  readonly service: string;
  readonly settings: LoadBalanceFields;
  /** Where we run: `region.name` (or `region.region`) and `region.availableZone`; empty when not said. */
  readonly region: { readonly region: string; readonly availableZone: string };
}

/**
 * Narrows the instances of a service before one is picked. It runs when the registry's list changes, not for each call; an empty answer means that no
 * instance may be called.
 *
 * @example
 * ```ts
 * const newest: InstanceFilter = { filter: (instances) => instances.slice(-1) };
 * ```
 */
export interface InstanceFilter {
  filter(instances: readonly Instance[], context: FilterContext): readonly Instance[];
}

/**
 * Where plug-ins put filters by name, beside `zoneaware`, `metadata` and `none`.
 *
 * @example
 * ```ts
 * host.extend(InstanceFilterPort, 'newest', () => ({ filter: (instances) => instances.slice(-1) }));
 * ```
 */
export const InstanceFilterPort = port<InstanceFilter>('instance filter');
