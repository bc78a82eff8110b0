import { defineSection } from '@ts-chassis/core';
import { fromDarkLaunch } from './dark-launch.js';
import { readingRules } from './read-rules.js';
import type { RouteRules, ServiceRules } from './route-rule.js';

function rulesSection(key: string, description: string, convert?: (value: unknown) => unknown) {
  return defineSection<RouteRules>({
    key,
    live: true,
    description,
    // versions are text: 1.0 is not 1
    schema: { type: 'object', additionalProperties: { 'x-written': true } },
    *read(values: Readonly<Record<string, unknown>>, at, refuse, before) {
      const last = (before as RouteRules | undefined)?.services;
      const services = new Map<string, ServiceRules>();
      for (const [service, raw] of Object.entries(values)) {
        yield;
        if (raw === null || raw === undefined) continue;
        const options = { refuse, before: last?.get(service), ...(convert && { convert }) };
        const rules = yield* readingRules(`${at}.${service}`, raw, options);
        if (rules) services.set(service, rules);
      }
      return { services };
    },
  });
}

/** The rules of each called service: `servicecomb.routeRule.{service}`. */
export const RouteRuleSection = rulesSection(
  'servicecomb.routeRule',
  'Rules of routing by called service: a list of rules, or YAML text that holds one.',
);

/** Dark-launch policies of version 1: `servicecomb.darklaunch.policy.{service}`; a service with rules in `servicecomb.routeRule` goes by those. */
export const DarkLaunchSection = rulesSection(
  'servicecomb.darklaunch.policy',
  'Dark-launch policies of version 1 by called service, as JSON.',
  fromDarkLaunch,
);

/** How routing works. */
export interface RouterValues {
  readonly infra: string;
  readonly address: readonly string[];
  readonly latest: 'auto' | 'always' | 'never';
}

/** The section of {@link RouterValues}: `servicecomb.router`; `plugin` of the documentation of go-chassis means `infra`. */
export const RouterSection = defineSection<RouterValues>({
  key: 'servicecomb.router',
  live: true,
  description: 'Where rules of routing come from, and who serves calls without one.',
  schema: {
    type: 'object',
    properties: {
      infra: {
        type: 'string',
        default: 'cse',
        description:
          'Source of the rules: `cse` for this configuration, else one that a plug-in brings. Read at start.',
      },
      address: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Addresses for a source that a plug-in brings. Read at start.',
      },
      latest: {
        enum: ['auto', 'always', 'never'],
        default: 'auto',
        description:
          'Whether calls that no rule is for, and tags that name no version, go to the latest version only. `auto`: with service-center, as go-chassis does; with other registries to all versions.',
      },
    },
  },
  aliases: { 'servicecomb.router.plugin': 'servicecomb.router.infra' },
});
