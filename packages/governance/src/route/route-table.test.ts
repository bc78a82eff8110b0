import { describe, expect, it } from 'vitest';
import type { MatchCompiler } from '../match/match-rules.js';
import { readSection } from '../policy/read-section.fixture.js';
import { RouteRuleSection } from './route-sections.js';
import { RouteTables } from './route-table.js';

const route = [{ weight: 100, tags: { version: '1.0' } }];
const model = (count: number) =>
  readSection(RouteRuleSection, {
    catalog: Array.from({ length: count }, (_, at) => ({ match: { headers: { user: `u${at}` } }, route })),
  });
const options = { service: 'catalog', latest: false };

function counting() {
  const made = { count: 0 };
  const compile = () => ({ exact: undefined, pathHead: '', matches: () => (made.count++, true) });
  const compiler = { compile: () => (made.count++, compile()) } as unknown as MatchCompiler;
  return { made, tables: new RouteTables(compiler) };
}

/** How many steps there were. */
const stepsOf = (steps: Generator<void, void, void>): number => [...steps].length;

describe('tables of routing', () => {
  it('that were prepared for, rule by rule, are there when they are asked for', () => {
    const { made, tables } = counting();
    tables.table(model(1).services.get('catalog')!, options);
    const next = model(1000);
    expect(stepsOf(tables.preparing(next, false))).toBeGreaterThanOrEqual(1000);
    made.count = 0;
    tables.table(next.services.get('catalog')!, options);
    expect(made.count).toBe(0);
  });

  it('have their rules looked at, rule by rule, also for services that nobody calls', () => {
    const { made, tables } = counting();
    expect(stepsOf(tables.preparing(model(1000), false))).toBe(1000);
    expect(made.count).toBe(1000);
  });
});
