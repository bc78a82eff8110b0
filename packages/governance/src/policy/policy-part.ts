/**
 * What has a circuit or a bulkhead of its own, in go-chassis's words: all calls to a service, to one of its instances, to one of its operations, or to
 * one operation of one instance. A provider and a method have no instances: there `instance` means `service`, `instance-api` means `api`.
 *
 * @example
 * ```ts
 * const part: PolicyPart = 'instance';
 * ```
 */
export type PolicyPart = 'service' | 'instance' | 'api' | 'instance-api';

/** Every {@link PolicyPart}. */
export const SCOPES: readonly PolicyPart[] = ['service', 'instance', 'api', 'instance-api'];

/** go-chassis has one key for all of them. */
export const SCOPE_ALIASES: Readonly<Record<string, string>> = {
  'cse.circuitBreaker.scope': 'scope',
  'servicecomb.circuitBreaker.scope': 'scope',
};
