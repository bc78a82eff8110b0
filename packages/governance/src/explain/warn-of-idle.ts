import type { Disposer, Section, Services } from '@ts-chassis/core';
import { MatchSection } from '../match/match-section.js';
import type { MarkedPolicies } from '../policy/marked-policy.js';
import { NamedPolicies } from '../policy/named-policies.js';
import { DarkLaunchSection, RouteRuleSection } from '../route/route-sections.js';
import type { RouteRules } from '../route/route-rule.js';
import { ALL_POLICIES } from './all-policies.js';

/** What rate limits call the calls without a mark. */
const UNMARKED = 'none';
/** More names than that are counted, not listed. */
const LISTED = 5;

const MARKED = ALL_POLICIES.flatMap(({ marked }) => marked);
const ROUTES: readonly Section<RouteRules>[] = [RouteRuleSection, DarkLaunchSection];

/**
 * Warns of what is configured by mark and has no effect: of marks that no rule gives, of a second policy for a mark, of fields that do not count. Once at
 * the start, and again when it changes. No more than a warning, since callers and plug-ins may bring marks of their own.
 */
export function warnOfIdle({ config, logger }: Pick<Services, 'config' | 'logger'>): Disposer {
  const said = new Map<string, readonly string[]>();
  const look = (): void => {
    const given = new Set([UNMARKED, ...config.section(MatchSection).policies.map(({ name }) => name)]);
    const found = new Map<string, readonly string[]>();
    for (const section of MARKED) found.set(section.key, idlePolicies(section.key, config.section(section), given));
    for (const section of ROUTES) found.set(section.key, idleReferences(section.key, config.section(section), given));
    for (const [key, lines] of found) {
      for (const line of lines) if (!said.get(key)?.includes(line)) logger.warn(line, { section: key });
      said.set(key, lines);
    }
  };
  look();
  const stops = [MatchSection, ...MARKED, ...ROUTES].map(({ key }) => config.watchModule(key, look));
  return () => stops.forEach((stop) => stop());
}

function idlePolicies(key: string, policies: MarkedPolicies<object>, given: ReadonlySet<string>): readonly string[] {
  const lines = policies instanceof NamedPolicies ? [...policies.idle] : [];
  return [...shortened(lines), ...ungiven(key, policies.keys(), given)];
}

function idleReferences(key: string, { services }: RouteRules, given: ReadonlySet<string>): readonly string[] {
  const marks = new Set<string>();
  for (const { rules } of services.values()) for (const { match } of rules) if (match?.mark) marks.add(match.mark);
  return ungiven(key, marks, given);
}

function ungiven(key: string, marks: Iterable<string>, given: ReadonlySet<string>): readonly string[] {
  const names = [...marks].filter((mark) => !given.has(mark));
  if (names.length === 0) return [];
  const list = shortened(names).join(', ');
  return [`${key} is about marks that no rule of ${MatchSection.key} gives: ${list}; only callers or plug-ins could`];
}

function shortened(lines: readonly string[]): readonly string[] {
  return lines.length <= LISTED ? lines : [...lines.slice(0, LISTED), `and ${lines.length - LISTED} more`];
}
