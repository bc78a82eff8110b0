import { createApplication, createLogger, VirtualClock, type Application } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { governance } from '../plugin.js';

let app: Application;
let lines: string[];
afterEach(() => app?.stop());

async function started(values: Readonly<Record<string, unknown>>): Promise<Application> {
  lines = [];
  const clock = new VirtualClock();
  const logger = createLogger({ clock, write: (line) => void lines.push(line) });
  app = createApplication({
    ...{ name: 'caller', logger, signals: false, clock, plugins: [governance()] },
    configuration: { directory: false, environment: false, commandLine: false, values },
  });
  await app.start();
  return app;
}

/** How many lines say it. */
const said = (text: string): number => lines.filter((line) => line.includes(text)).length;
const GOLD = { 'servicecomb.match.gold': 'matches:\n  - headers: { user: { exact: ann } }' };

describe('what is configured by mark', () => {
  it('is warned of, once, when no rule gives the mark', async () => {
    const { config } = await started({ ...GOLD, 'servicecomb.rateLimiting.a': 'match: nosuch\nrate: 1' });
    const warning = 'servicecomb.rateLimiting is about marks that no rule of servicecomb.match gives: nosuch';
    expect(said(warning)).toBe(1);
    config.set('servicecomb.retry.gold', 'maxAttempts: 2');
    expect(said(warning)).toBe(1);
    expect(said('servicecomb.retry is about')).toBe(0);
    config.delete('servicecomb.match.gold');
    config.set('servicecomb.retry.silver', 'maxAttempts: 2');
    expect(said('servicecomb.retry is about marks that no rule of servicecomb.match gives: gold, silver;')).toBe(1);
  });

  it('is warned of when a rule of routing refers to a mark that no rule gives', async () => {
    const rule = (mark: string) => `- match: { refer: ${mark} }\n  route: [{ weight: 100, tags: { version: 1 } }]`;
    await started({
      ...GOLD,
      'servicecomb.routeRule.books': rule('gold'),
      'servicecomb.routeRule.films': rule('nosuch'),
    });
    expect(said('servicecomb.routeRule is about marks that no rule of servicecomb.match gives: nosuch;')).toBe(1);
  });

  it('is warned of when another policy for the mark comes first, or when it names services', async () => {
    await started({
      ...GOLD,
      'servicecomb.retry.gold': 'maxAttempts: 2',
      'servicecomb.retry.other': 'match: gold\nmaxAttempts: 5\nprecedence: 9',
      'servicecomb.bulkhead.gold': 'maxConcurrentCalls: 5\nservices: books',
    });
    expect(
      said('servicecomb.retry.gold has no effect on the mark \\"gold\\", since servicecomb.retry.other comes'),
    ).toBe(1);
    expect(said('servicecomb.bulkhead.gold.services has no effect')).toBe(1);
  });

  it('is not warned of when all is well, nor for calls without a mark', async () => {
    await started({
      ...GOLD,
      'servicecomb.retry.gold': 'maxAttempts: 2',
      'servicecomb.rateLimiting.none': 'rate: 5',
    });
    expect(said('no rule of') + said('no effect')).toBe(0);
  });
});
