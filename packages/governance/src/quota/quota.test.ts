import { type Plugin } from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { describe, expect, it } from 'vitest';
import { governance } from '../plugin.js';
import { QuotaPort, type QuotaManager, type QuotaRequest } from './quota-manager.js';
import { Quota } from './quota.js';

/** A plug-in written outside the package. */
class Quotas implements QuotaManager {
  readonly asked: QuotaRequest[] = [];
  endpoint: string | undefined;
  used = 0;

  quota(request: QuotaRequest): Promise<{ limit: number; used: number }> {
    this.asked.push(request);
    return this.used < 0 ? Promise.reject(new Error('out of order')) : Promise.resolve({ limit: 10, used: this.used });
  }

  get plugin(): Plugin {
    return {
      name: 'quotas',
      install: (host) =>
        host.extend(QuotaPort, 'counted', () => ({ endpoint }) => {
          this.endpoint = endpoint;
          return this;
        }),
    };
  }
}

const start = (quotas: Quotas, values: Readonly<Record<string, unknown>> = {}): PromiseLike<TestApplication> =>
  TestApplication.create({ name: 'catalog', plugins: [governance(), quotas.plugin], configuration: { values } });

const chosen = { 'servicecomb.quota.plugin': 'counted', 'servicecomb.quota.endpoint': 'http://quotas:8080' };

describe('Quota', () => {
  it('allows everything when no manager is chosen', async () => {
    const quotas = new Quotas();
    const t = await start(quotas);
    await t.get(Quota).preCreate('acme', 'default', { resource: 'book', count: 1e9 });
    expect(quotas.asked).toEqual([]);
    await t.stop();
  });

  it('allows as many as are left, and not one more', async () => {
    const quotas = new Quotas();
    const t = await start(quotas, chosen);
    quotas.used = 7;
    const quota = t.get(Quota);
    await quota.preCreate('acme', 'default', { resource: 'book' });
    await quota.preCreate('acme', 'default', { resource: 'book', count: 3 });
    await expect(quota.preCreate('acme', 'default', { resource: 'book', count: 4 })).rejects.toMatchObject({
      ...{ kind: 'RESOURCE_EXHAUSTED', code: 'QUOTA_EXCEEDED' },
      details: { resource: 'book', limit: 10, used: 7, count: 4 },
    });
    expect(quotas.endpoint).toBe('http://quotas:8080');
    expect(quotas.asked[0]).toEqual({ service: 'catalog', domain: 'acme', project: 'default', resource: 'book' });
    await t.stop();
  });

  it('allows nothing while the manager cannot tell', async () => {
    const quotas = new Quotas();
    quotas.used = -1;
    const t = await start(quotas, chosen);
    const failure = t.get(Quota).preCreate('acme', 'default', { resource: 'book' });
    await expect(failure).rejects.toMatchObject({ kind: 'UNAVAILABLE', code: 'QUOTA_UNAVAILABLE' });
    await t.stop();
  });

  it('refuses the start with a manager that nobody brings', async () => {
    const wrong = { 'servicecomb.quota.plugin': 'countd' };
    await expect(start(new Quotas(), wrong)).rejects.toThrow(/names "countd", .*did you mean "counted"\?/);
  });
});
