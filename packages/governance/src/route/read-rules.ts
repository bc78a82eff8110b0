import { nearestName, type SectionFault } from '@ts-chassis/core';
import type { MatchCase } from '../match/match-case.js';
import { MATCH_FIELDS, readMatchCase } from '../match/read-match-case.js';
import { ConfiguredRule, isMap, type Steps } from '../policy/configured-rule.js';
import type { RouteTags } from './matches-tags.js';
import type { RouteHash, RouteRule, ServiceRules, WeightedTags } from './route-rule.js';

type Fields = Readonly<Record<string, unknown>>;

interface At {
  readonly rule: ConfiguredRule;
  readonly steps: Steps;
}

const RULE_FIELDS = ['precedence', 'match', 'route', 'hash', 'fallback'];
const HASH_SOURCES = ['header', 'cookie', 'query', 'context'] as const;

/** How the rules of a service are read. */
export interface ReadOptions {
  readonly refuse: (fault: SectionFault) => void;
  /** The service's rules until now. */
  readonly before?: ServiceRules | undefined;
  /** Brings an older form into that of rules. */
  convert?(value: unknown): unknown;
}

/** Reads the rules of a service, rule by rule: a list, one rule alone, or YAML text of either; what is wrong is told. */
export function* readingRules(
  key: string,
  raw: unknown,
  { refuse, before, convert }: ReadOptions,
): Generator<void, ServiceRules | undefined, void> {
  if (before && typeof raw === 'string' && before.raw === raw) return before;
  const rule = yield* ConfiguredRule.reading(key, raw, refuse);
  if (!rule) return undefined;
  const value = convert ? convert(rule.value) : rule.value;
  const isAlone = isMap(value) && 'route' in value;
  const list = isAlone ? [value] : value;
  if (!Array.isArray(list)) {
    rule.refuse([], 'a list of rules', rule.value);
    return undefined;
  }
  const service = key.slice(key.lastIndexOf('.') + 1);
  const known = new Map<string, RouteRule>();
  const counts = new Map<string, number>();
  for (const [index, item] of (list as unknown[]).entries()) {
    yield;
    const named = { name: `${service}[${index}]`, fingerprint: fingerprintOf(item, counts) };
    const same = before?.known.get(named.fingerprint);
    const read = same?.name === named.name ? same : readRule(item, { rule, steps: isAlone ? [] : [index] }, named);
    if (read) known.set(named.fingerprint, read);
  }
  // of the same precedence, what is written first is tried first
  return { raw, known, rules: [...known.values()].sort((a, b) => b.precedence - a.precedence) };
}

/** As `readingRules`, all at once. */
export function readRules(key: string, raw: unknown, options: ReadOptions): ServiceRules | undefined {
  const steps = readingRules(key, raw, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** What a rule says, and for one that says the same as others how many did so before. */
function fingerprintOf(item: unknown, counts: Map<string, number>): string {
  const said = JSON.stringify(item) ?? '';
  const count = (counts.get(said) ?? 0) + 1;
  counts.set(said, count);
  return count === 1 ? said : `${said}#${count}`;
}

function readRule(item: unknown, at: At, named: Pick<RouteRule, 'name' | 'fingerprint'>): RouteRule | undefined {
  if (!isMap(item)) {
    at.rule.refuse(at.steps, 'a map with precedence, match and route', item);
    return undefined;
  }
  refuseUnknown(item, at, RULE_FIELDS);
  const precedence = Number(item['precedence'] ?? 0);
  if (!Number.isFinite(precedence)) at.rule.refuse([...at.steps, 'precedence'], 'a number', item['precedence']);
  return {
    ...named,
    precedence,
    match: readMatch(item['match'], { rule: at.rule, steps: [...at.steps, 'match'] }),
    routes: readRoutes(item['route'], { rule: at.rule, steps: [...at.steps, 'route'] }),
    hash: readHash(item['hash'], { rule: at.rule, steps: [...at.steps, 'hash'] }),
    fallback: readFallback(item['fallback'], { rule: at.rule, steps: [...at.steps, 'fallback'] }),
  };
}

function readMatch(given: unknown, at: At): MatchCase | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isMap(given)) {
    at.rule.refuse(at.steps, 'a map of what a call must be like', given);
    return undefined;
  }
  refuseUnknown(given, at, ['refer', ...MATCH_FIELDS]);
  const refer = given['refer'];
  if (refer === undefined || refer === null || refer === '') return readMatchCase(given, at);
  // the named rule of traffic marking says it all
  return { ...readMatchCase({}, at), mark: String(refer) };
}

function readRoutes(given: unknown, at: At): readonly WeightedTags[] {
  if (!Array.isArray(given) || given.length === 0) {
    at.rule.refuse(at.steps, 'a list of weights and tags with one item at least', given);
    return [];
  }
  const items = given as readonly unknown[];
  const routes = items.map((item, index) => readRoute(item, { ...at, steps: [...at.steps, index] }, items.length));
  const sum = routes.reduce((total, { weight }) => total + weight, 0);
  if (sum > 100) at.rule.refuse(at.steps, 'weights that add up to 100 at most', sum);
  return routes;
}

function readRoute(item: unknown, at: At, count: number): WeightedTags {
  if (!isMap(item)) {
    at.rule.refuse(at.steps, 'a map with weight and tags', item);
    return { weight: 0, tags: {} };
  }
  refuseUnknown(item, at, ['weight', 'tags']);
  const given = item['weight'] ?? (count === 1 ? 100 : undefined);
  const weight = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  const isWeight = typeof weight === 'number' && Number.isInteger(weight) && weight >= 0 && weight <= 100;
  if (!isWeight) at.rule.refuse([...at.steps, 'weight'], 'a whole number from 0 to 100', item['weight']);
  return { weight: isWeight ? weight : 0, tags: readTags(item['tags'], { ...at, steps: [...at.steps, 'tags'] }) };
}

function readTags(given: unknown, at: At): RouteTags {
  if (given === undefined || given === null) return {};
  if (!isMap(given)) {
    at.rule.refuse(at.steps, 'a map of tags', given);
    return {};
  }
  const tags: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      tags[name] = String(value);
    else at.rule.refuse([...at.steps, name], 'a value', value);
  }
  return Object.freeze(tags);
}

function readHash(given: unknown, at: At): RouteHash | undefined {
  if (given === undefined || given === null) return undefined;
  const expected = 'one of header, cookie, query or context with a name';
  if (!isMap(given)) {
    at.rule.refuse(at.steps, expected, given);
    return undefined;
  }
  refuseUnknown(given, at, [...HASH_SOURCES, 'salt']);
  const [by, ...others] = HASH_SOURCES.filter((source) => typeof given[source] === 'string' && given[source] !== '');
  if (by && others.length === 0) {
    const name = String(given[by]);
    return {
      by,
      name: by === 'header' ? name.toLowerCase() : name,
      salt: String((given['salt'] as string | undefined) ?? ''),
    };
  }
  at.rule.refuse(at.steps, expected, given);
  return undefined;
}

function readFallback(given: unknown, at: At): RouteRule['fallback'] {
  if (given === undefined || given === null || given === 'fail') return [];
  const list = Array.isArray(given) ? (given as readonly unknown[]) : [given];
  return list.flatMap((item, index): (RouteTags | 'any')[] => {
    if (item === 'any') return ['any'];
    if (item === 'latest') return [{ version: 'latest' }];
    if (isMap(item)) return [readTags(item, Array.isArray(given) ? { ...at, steps: [...at.steps, index] } : at)];
    at.rule.refuse(at.steps, 'fail, any, latest, a map of tags, or a list of these', given);
    return [];
  });
}

/** A condition that is misspelt would route more than was meant. */
function refuseUnknown(fields: Fields, at: At, known: readonly string[]): void {
  for (const name of Object.keys(fields)) {
    if (known.includes(name)) continue;
    const meant = nearestName(name, known);
    const hint = meant === undefined ? `; known are ${known.join(', ')}` : ` (did you mean ${meant}?)`;
    at.rule.refuse([...at.steps, name], `a known name${hint}`, fields[name]);
  }
}
