import { defineSection, nearestName, type SectionFault } from '@ts-chassis/core';
import { ConfiguredRule, isMap } from '../policy/configured-rule.js';
import type { MarkCase, MarkPolicy, MatchPolicy } from './match-case.js';
import { MATCH_FIELDS, readMatchCase } from './read-match-case.js';
import { readingRules } from './rule-memory.js';

/** All rules of traffic marking, in the order in which they are tried. */
export interface MatchPolicies {
  readonly policies: readonly MatchPolicy[];
}

const OTHER_FIELDS = ['name', 'trafficMarkPolicy', 'uniqIndex'];
const POLICY_FIELDS = ['matches', 'order', 'precedence', 'services', 'trafficMarkPolicy', 'name', 'alias', 'rules'];

/**
 * Traffic marking: `servicecomb.match.{name}` (also `servicecomb.matchGroup.{name}`), YAML text or a map each. A call that a rule describes gets the
 * rule's name as its mark.
 */
export const MatchSection = defineSection<MatchPolicies>({
  key: 'servicecomb.match',
  live: true,
  description: 'Rules of traffic marking by name: which calls get the name as their mark.',
  schema: { type: 'object', additionalProperties: true },
  aliases: { 'servicecomb.matchGroup': 'servicecomb.match' },
  read: (values: Readonly<Record<string, unknown>>, key, refuse, before) =>
    readingRules<MatchPolicy, MatchPolicies>(values, {
      make: (name, raw, tell) => readPolicy(`${key}.${name}`, raw, tell),
      model: (rules) => ({ policies: rules.sort((a, b) => b.order - a.order || (a.name < b.name ? -1 : 1)) }),
      ...{ refuse, before },
    }),
});

function readPolicy(key: string, raw: unknown, refuse: (fault: SectionFault) => void): MatchPolicy | undefined {
  const rule = ConfiguredRule.read(key, raw, refuse);
  if (!rule) return undefined;
  const name = key.slice(key.lastIndexOf('.') + 1);
  // some consoles write the list of matches itself
  const fields: unknown = Array.isArray(rule.value) ? { matches: rule.value as unknown[] } : rule.value;
  const matches = isMap(fields) ? fields['matches'] : undefined;
  if (!isMap(fields) || !Array.isArray(matches) || matches.length === 0) {
    rule.refuse(isMap(fields) ? ['matches'] : [], 'a list of matches', isMap(fields) ? matches : rule.value);
    return undefined;
  }
  refuseUnknown(fields, { rule, steps: [], known: POLICY_FIELDS });
  const steps = Array.isArray(rule.value) ? [] : ['matches'];
  const common = readMarkPolicy(fields, { rule, steps: [] }) ?? 'perService';
  return {
    name,
    services: listOf(fields['services']),
    order: readOrder(fields, rule),
    cases: (matches as unknown[]).flatMap((item, index) => readCase(item, { rule, steps: [...steps, index], common })),
  };
}

interface At {
  readonly rule: ConfiguredRule;
  readonly steps: readonly (string | number)[];
}

function readCase(item: unknown, at: At & { readonly common: MarkPolicy }): MarkCase[] {
  if (!isMap(item)) {
    at.rule.refuse(at.steps, 'a map of what a call must be like', item);
    return [];
  }
  refuseUnknown(item, { ...at, known: [...MATCH_FIELDS, ...OTHER_FIELDS] });
  return [{ ...readMatchCase(item, at), policy: readMarkPolicy(item, at) ?? at.common }];
}

function readMarkPolicy(fields: Readonly<Record<string, unknown>>, { rule, steps }: At): MarkPolicy | undefined {
  const given = fields['trafficMarkPolicy'];
  if (given === undefined || given === null || given === '') return undefined;
  const known = (['once', 'perService'] as const).find((one) => one.toLowerCase() === String(given).toLowerCase());
  if (!known) rule.refuse([...steps, 'trafficMarkPolicy'], 'once or perService', given);
  return known;
}

function readOrder(fields: Readonly<Record<string, unknown>>, rule: ConfiguredRule): number {
  const name = fields['order'] === undefined ? 'precedence' : 'order';
  const order = Number(fields[name] ?? 0);
  if (Number.isFinite(order)) return order;
  rule.refuse([name], 'a number', fields[name]);
  return 0;
}

/** A condition that is misspelt would match more than was meant. */
function refuseUnknown(
  fields: Readonly<Record<string, unknown>>,
  at: At & { readonly known: readonly string[] },
): void {
  for (const name of Object.keys(fields)) {
    if (at.known.includes(name)) continue;
    const meant = nearestName(name, at.known);
    const hint = meant === undefined ? `; known are ${at.known.join(', ')}` : ` (did you mean ${meant}?)`;
    at.rule.refuse([...at.steps, name], `a known name${hint}`, fields[name]);
  }
}

function listOf(given: unknown): readonly string[] {
  if (given === undefined || given === null) return [];
  const names = Array.isArray(given) ? (given as unknown[]).map(String) : String(given).split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '');
}
