import { defineSection, nearestName, type PluginHost, type Services } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import { QuotaPort } from './quota-manager.js';
import { Quota } from './quota.js';

export const QuotaSection = defineSection<{ readonly plugin: string; readonly endpoint: string }>({
  key: 'servicecomb.quota',
  live: false,
  description: 'Who is asked before something is created that is counted.',
  schema: {
    type: 'object',
    properties: {
      plugin: { type: 'string', default: '', description: 'The quota manager by name; empty: everything is allowed.' },
      endpoint: { type: 'string', default: '', description: 'The address that the quota manager is given.' },
    },
  },
});

/** Quotas of what is created. */
export function installQuota(host: PluginHost): void {
  host.section(QuotaSection);
  host.provideFrom(Quota, quotaOf);
}

function quotaOf(services: Services): Quota {
  const { plugin, endpoint } = services.config.section(QuotaSection);
  const { service } = services.identity;
  if (plugin === '') return new Quota(service);
  const managers = services.extensions(QuotaPort);
  const make = managers.get(plugin);
  if (make) return new Quota(service, make({ endpoint }));
  const known = [...managers.keys()];
  const meant = nearestName(plugin, known);
  const hint = meant === undefined ? `known are ${known.join(', ') || 'none'}` : `did you mean "${meant}"?`;
  throw governanceError(
    'QUOTA_UNKNOWN',
    `servicecomb.quota.plugin names "${plugin}", which no listed plug-in brings; ${hint}`,
  );
}
