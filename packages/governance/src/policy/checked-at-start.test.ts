import { createApplication, silentLogger, VirtualClock, type Application } from '@ts-chassis/core';
import { memory, MemoryNetwork, memoryRegistry } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { governance } from '../plugin.js';

/** An application that serves nothing and has called nobody: no chain of it is planned. */
let app: Application;
afterEach(() => app?.stop());

async function started(values: Readonly<Record<string, unknown>> = {}): Promise<Application> {
  app = createApplication({
    ...{ name: 'caller', logger: silentLogger, signals: false, clock: new VirtualClock() },
    plugins: [memory({ network: new MemoryNetwork(), registry: memoryRegistry() }), governance()],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: { 'servicecomb.registry.type': 'memory', 'servicecomb.lifecycle.drainDelay': 0, ...values },
    },
  });
  await app.start();
  return app;
}

const GOVERNANCE = 'servicecomb.governance';

/** What cannot work, and what is said of it. */
const BAD: readonly (readonly [key: string, value: unknown, said: RegExp])[] = [
  ['cse.fallbackpolicy.Consumer.policy', 'nosuch', /fallback\.consumer\.policy: expected one of .*, got "nosuch"/],
  [
    'cse.fallbackpolicy.Consumer.catalog.policy',
    'returnnul',
    /fallback\.consumer\.services\.catalog\.policy: .*did you mean returnnull.*, got "returnnul"/,
  ],
  [`${GOVERNANCE}.rateLimit.store`, 'nosuch', /rateLimit\.store: expected a limit store .* got "nosuch"/],
  [`${GOVERNANCE}.rateLimit.consumer.services.a.store`, 'nosuch', /consumer\.services\.a\.store: .* got "nosuch"/],
  ['servicecomb.rateLimiting.gold', 'rate: 5\nstore: nosuch', /rateLimiting\.gold\.store: .* got "nosuch"/],
  ['servicecomb.loadbalance.gold', 'rule: Nosuch', /loadbalance\.gold\.strategy: expected one of .* got "Nosuch"/],
  ['cse.loadbalance.other.strategy.name', 'Nosuch', /services\.other\.strategy: expected one of .* got "Nosuch"/],
  [`${GOVERNANCE}.retry`, { minMs: 500, maxMs: 100 }, /retry\.maxMs: expected at least minMs, which is 500.* got 100/],
  ['servicecomb.retry.gold', 'minMs: 500\nmaxMs: 100', /retry\.gold\.maxMs: expected at least minMs/],
  [
    `${GOVERNANCE}.shedding`,
    { minConcurrent: 9, maxConcurrent: 4 },
    /minConcurrent: expected at most maxConcurrent, .*4/,
  ],
  [
    'servicecomb.match.odd',
    'matches:\n  - headers: { user: { nosuch: 1 } }',
    /match\.odd.*: no operator is called "nosuch"/,
  ],
  [
    'servicecomb.match.odd',
    'matches:\n  - headers: { user: { regex: "((" } }',
    /match\.odd.*: regex cannot compare with "\(\("/,
  ],
  ['servicecomb.match.odd', 'matches:\n  - headers: { user: { less: abc } }', /match\.odd.*: expected a number/],
  [
    'servicecomb.match.odd',
    'matches:\n  - method: [GETT]',
    /match\.odd.*method.*: expected .*did you mean GET\?.* got "GETT"/,
  ],
  [
    'servicecomb.routeRule.other',
    '- match: { headers: { user: { regex: "((" } } }\n  route: [{ weight: 100, tags: { version: 1 } }]',
    /routeRule\.other.*: regex cannot compare with "\(\("/,
  ],
];

describe('what cannot work', () => {
  for (const [key, value, said] of BAD) {
    it(`refuses the start, though nobody calls: ${key}: ${JSON.stringify(value)}`, async () => {
      await expect(started({ [key]: value })).rejects.toThrow(said);
    });

    it(`is refused while it runs, though nobody calls: ${key}: ${JSON.stringify(value)}`, async () => {
      const { config } = await started();
      expect(() => config.set(key, value)).toThrow(said);
      expect(config.raw(key)).toBeUndefined();
    });
  }

  it('is told with the place where it is written', async () => {
    await expect(started({ 'cse.fallbackpolicy.Consumer.policy': 'nosuch' })).rejects.toThrow(
      /: servicecomb\.governance\.fallback\.consumer\.policy: expected/,
    );
  });

  it('counts with what wider levels say, and only then', async () => {
    const values = { [`${GOVERNANCE}.retry.minMs`]: 500, [`${GOVERNANCE}.retry.consumer.services.a.maxMs`]: 100 };
    await expect(started(values)).rejects.toThrow(/retry\.consumer\.services\.a\.maxMs: expected at least minMs/);
    await started({ [`${GOVERNANCE}.retry.services.a.minMs`]: 500, [`${GOVERNANCE}.retry.services.b.maxMs`]: 100 });
  });
});
