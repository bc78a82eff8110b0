import { policyDecorator, type PolicyDecorator } from '../policy/policy-decorator.js';
import { SheddingPolicy, type SheddingFields } from '../policy/shedding.js';

/**
 * What `@Shed` takes: the bounds belong to the process and are configured.
 *
 * @example
 * ```ts
 * const options: ShedOptions = { priority: 20, priorities: { gold: 90 } };
 * ```
 */
export type ShedOptions = Partial<Pick<SheddingFields, 'enabled' | 'priority' | 'priorities'>>;

/**
 * Refuses calls of a schema or of one of its operations (`OVERLOADED`, 503 with `Retry-After`) when the process has more to do than it can, those
 * of low priority first: 0 is shed at half of every bound, 50 at the bound, 100 at one and a half. Acts on the provider. The bounds are
 * configured for the whole process under `servicecomb.governance.shedding`.
 *
 * @param options - default: priority 50
 *
 * @example
 * ```ts
 * class Reports {
 *   @Shed({ priority: 10 })
 *   async yearly(): Promise<string> { return 'long'; }
 * }
 * ```
 */
export function Shed(options: ShedOptions = {}): PolicyDecorator {
  return policyDecorator(SheddingPolicy, options);
}
