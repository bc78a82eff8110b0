import type { Config, Services } from '@ts-chassis/core';
import { isServiceCenter, type Routes } from '../route/install.js';
import { DarkLaunchSection, RouteRuleSection, RouterSection } from '../route/route-sections.js';
import type { RoutePool, RouteTable } from '../route/route-table.js';
import { wantsLatest } from '../route/router.js';
import type { DescribedSubject } from './described-subject.js';
import type { ExplainedRoute } from './explanation.js';

type Subset = ExplainedRoute['subsets'][number];

/** Where a described call to a service goes. Nobody's turn is taken by asking. */
export function explainRoute(
  services: Services,
  {
    routes,
    service,
    subject,
  }: { readonly routes: Routes; readonly service: string; readonly subject: DescribedSubject },
): ExplainedRoute {
  const { config } = services;
  const { infra, latest: setting } = config.section(RouterSection);
  const latest = wantsLatest(setting, isServiceCenter(services));
  const configured = routes.pushed ? undefined : configuredTable(config, { routes, service, latest });
  const table = routes.pushed ? routes.pushed.cell(service).table : configured?.table;
  const pool = table?.index.find(subject);
  if (!pool) {
    return { source: infra, subsets: [{ weight: 100, tags: latest ? { version: 'latest' } : {} }], fallback: [] };
  }
  const { rule } = pool;
  const subsets = subsetsOf(pool, latest);
  const chosen = chosenOf(pool, subsets, subject);
  const place = configured && config.origin(`${configured.key}.${service}`)?.place;
  return {
    ...{ source: infra, rule: rule.name, precedence: rule.precedence, subsets, fallback: rule.fallback },
    ...(chosen && { chosen }),
    ...(place !== undefined && { place }),
  };
}

function configuredTable(
  config: Config,
  { routes, service, latest }: { readonly routes: Routes; readonly service: string; readonly latest: boolean },
): { readonly key: string; readonly table: RouteTable } | undefined {
  for (const section of [RouteRuleSection, DarkLaunchSection]) {
    const model = config.section(section).services.get(service);
    if (model) return { key: section.key, table: routes.tables.table(model, { service, latest }) };
  }
  return undefined;
}

function subsetsOf({ rule }: RoutePool, latest: boolean): readonly Subset[] {
  const rest = 100 - rule.routes.reduce((sum, { weight }) => sum + weight, 0);
  const all = rest > 0 ? [...rule.routes, { weight: rest, tags: { version: 'latest' } }] : rule.routes;
  return all
    .filter(({ weight }) => weight > 0)
    .map(({ weight, tags }) => ({
      weight,
      tags: latest && tags['version'] === undefined ? { ...tags, version: 'latest' } : { ...tags },
    }));
}

/** Sure are a rule with one subset, and one that keeps users on a version, when the call says who the user is. */
function chosenOf(
  pool: RoutePool,
  subsets: readonly Subset[],
  subject: DescribedSubject,
): Readonly<Record<string, string>> | undefined {
  if (subsets.length === 1) return subsets[0]!.tags;
  const { hash } = pool.rule;
  if (!hash) return undefined;
  const user = hash.by === 'query' ? subject.query(hash.name) : subject[hash.by](hash.name);
  return user ? { ...pool.pick(subject).tags } : undefined;
}
