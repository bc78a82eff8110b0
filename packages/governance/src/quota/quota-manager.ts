import { port } from '@ts-chassis/core';

/**
 * What is asked of a quota manager.
 *
 * @example
 * ```ts
 * const request: QuotaRequest = { service: 'catalog', domain: 'acme', project: 'default', resource: 'book' };
 * ```
 */
export interface QuotaRequest {
  /** Our own service. */
  readonly service: string;
  readonly domain: string;
  readonly project: string;
  readonly resource: string;
}

/**
 * How much there may be of a resource, and how much there is.
 *
 * @example
 * ```ts
 * const state: QuotaState = { limit: 100, used: 98 };
 * ```
 */
export interface QuotaState {
  readonly limit: number;
  readonly used: number;
}

/**
 * Knows quotas.
 *
 * @example
 * ```ts
 * const fixed: QuotaManager = { quota: async () => ({ limit: 100, used: 0 }) };
 * ```
 */
export interface QuotaManager {
  /** Whatever it throws becomes `QUOTA_UNAVAILABLE`. */
  quota(request: QuotaRequest): Promise<QuotaState>;
}

/**
 * Makes the quota manager that `servicecomb.quota.plugin` names, once.
 *
 * @example
 * ```ts
 * const http: QuotaManagerFactory = ({ endpoint }) => new HttpQuotas(endpoint);
 * ```
 */
export type QuotaManagerFactory = (options: {
  /** `servicecomb.quota.endpoint`; may be empty. */
  readonly endpoint: string;
}) => QuotaManager;

/**
 * Where plug-ins put quota managers by name.
 *
 * @example
 * ```ts
 * host.extend(QuotaPort, 'fixed', () => () => ({ quota: async () => ({ limit: 100, used: 0 }) }));
 * ```
 */
export const QuotaPort = port<QuotaManagerFactory>('quota manager');
