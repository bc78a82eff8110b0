import { ChassisError } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import type { QuotaManager, QuotaRequest, QuotaState } from './quota-manager.js';

/**
 * Asks before something is created whether there may be more of it. Injectable. Without `servicecomb.quota.plugin` there may.
 *
 * @example
 * ```ts
 * class Books {
 *   constructor(private readonly quota: Quota) {}
 *   async add(domain: string): Promise<void> { await this.quota.preCreate(domain, 'default', { resource: 'book' }); }
 * }
 * ```
 */
export class Quota {
  constructor(
    private readonly service: string,
    private readonly manager?: QuotaManager,
  ) {}

  /**
   * Resolves when as many more of a resource may be created.
   *
   * @param options - the resource, and how many: default 1
   * @throws ChassisError `QUOTA_EXCEEDED` when that is more than is left, `QUOTA_UNAVAILABLE` when the manager cannot tell
   */
  async preCreate(
    domain: string,
    project: string,
    { resource, count = 1 }: { readonly resource: string; readonly count?: number },
  ): Promise<void> {
    if (!this.manager) return;
    const { limit, used } = await this.#ask(this.manager, { service: this.service, domain, project, resource });
    if (count <= limit - used) return;
    throw governanceError(
      'QUOTA_EXCEEDED',
      `${count} more of "${resource}" in ${domain}/${project}: ${used} of ${limit} are used`,
      { details: { resource, limit, used, count } },
    );
  }

  async #ask(manager: QuotaManager, request: QuotaRequest): Promise<QuotaState> {
    try {
      return await manager.quota(request);
    } catch (cause) {
      const why = ChassisError.is(cause) ? `: ${cause.message}` : '';
      throw governanceError('QUOTA_UNAVAILABLE', `the quota of "${request.resource}" could not be asked for${why}`, {
        cause,
      });
    }
  }
}
