import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chassisPeers, kie, serviceCenter, until, type ChassisPeer } from '../../scripts/servers/servers.mjs';
import { lane } from './lane.js';
import { Lines } from './servicecomb/lines.js';
import { CONFIGURATION, type CasesOf } from './servicecomb/matrix.js';
import { Pulse, type Beat } from './servicecomb/pulse.js';
import { Settings } from './servicecomb/settings.js';
import type { TsService } from './servicecomb/service.js';
import { found, known, Stage } from './servicecomb/stage.js';

type Kie = Awaited<ReturnType<typeof kie.start>>;

const LIMIT = 'cse.flowcontrol.Provider.qps.limit.TsConsumer';
const ROUTE = 'servicecomb.routeRule.TsProvider';
const VOLUME = 'cse.circuitBreaker.Consumer.requestVolumeThreshold';

/** Reads KIE, beside the services that everyone has. */
class KieStage {
  readonly settings: Settings;
  readonly #pulses: Pulse[] = [];

  constructor(
    readonly kie: Kie,
    readonly services: Stage,
  ) {
    this.settings = new Settings(kie);
  }

  ts(name: string, { logger = new Lines(), values = {}, version = '1.0.0' } = {}): Promise<TsService> {
    return this.services.ts(name, { logger, version, values: { ...this.settings.values, ...values } });
  }

  go(role: 'provider' | 'consumer', options: Parameters<Stage['go']>[1]): Promise<ChassisPeer> {
    return this.services.go(role, { kie: this.kie.url, ...options });
  }

  pulse(...given: ConstructorParameters<typeof Pulse>): Pulse {
    const pulse = new Pulse(...given);
    this.#pulses.push(pulse);
    return pulse;
  }

  async clear(): Promise<void> {
    await Promise.all(this.#pulses.splice(0).map((pulse) => pulse.stop()));
    await this.settings.clear();
    await this.services.clear();
  }
}

const some =
  (what: Beat, least = 1) =>
  (latest: readonly Beat[]): boolean =>
    latest.filter((one) => one === what).length >= least;
const only =
  (what: Beat) =>
  (latest: readonly Beat[]): boolean =>
    latest.every((one) => one === what);

/** The provider is told how long its caller waits, and its 504 may come before the caller has given up. */
const outcomeOf = (status: number): Beat => (status === 504 ? 'failed' : status);

async function versionOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { self: { version: string } }).self.version;
}

const about = (lines: Lines, key: string): readonly string[] =>
  lines.warnings.filter((line) => line.includes(key) && line.includes('kie'));

interface Limited {
  readonly go: ChassisPeer;
  readonly lines: Lines;
  readonly pulses: readonly Pulse[];
}

/** A provider of each kind, and a consumer of ours that calls both all the time. */
async function limited(stage: KieStage): Promise<Limited> {
  await stage.settings.begin();
  const lines = new Lines();
  await stage.ts('TsProvider', { logger: lines });
  const go = await stage.go('provider', { providerChain: 'ratelimiter-provider,note-caller' });
  const consumer = await stage.ts('TsConsumer');
  const pulses = await Promise.all(
    ['TsProvider', 'GoProvider'].map(async (service) => {
      await found(consumer, service);
      return stage.pulse(`calls of ${service}`, async () => {
        const answer = await consumer.rest.fetch(`http://${service}/who`);
        await answer.arrayBuffer();
        return [answer.status];
      });
    }),
  );
  return { go, lines, pulses };
}

const cases: CasesOf<typeof CONFIGURATION, KieStage> = {
  async 'kie-limit'(stage) {
    const { settings } = stage;
    const { go, lines, pulses } = await limited(stage);
    for (const pulse of pulses) await pulse.becomes('no limit', only(200));
    await settings.set(LIMIT, '3', go);
    for (const pulse of pulses) await pulse.becomes('limited', some(429, 10));
    await settings.set(LIMIT, 'a few', go);
    await until('the line about a bad value', () => about(lines, LIMIT).length > 0 || undefined);
    await pulses[0]!.stays('limited as before', some(429, 10));
    expect(about(lines, LIMIT)).toEqual([
      expect.stringMatching(/expected .*, got "a few".*keeps its last good values/),
    ]);
    await settings.set(LIMIT, '1000', go);
    for (const pulse of pulses) await pulse.becomes('hardly limited', only(200));
    await settings.set(LIMIT, '3', go);
    for (const pulse of pulses) await pulse.becomes('limited again', some(429, 10));
    await settings.remove(LIMIT, go);
    for (const pulse of pulses) await pulse.becomes('no limit again', only(200));
    expect(about(lines, LIMIT)).toHaveLength(1);
  },

  async 'kie-route'(stage) {
    const { settings } = stage;
    await settings.begin();
    await stage.ts('TsProvider', { version: '1.0.0' });
    await stage.ts('TsProvider', { version: '1.1.0' });
    const lines = new Lines();
    const consumer = await stage.ts('TsConsumer', { logger: lines });
    const go = await stage.go('consumer', {});
    await Promise.all([found(consumer, 'TsProvider', 2), known(go, 'TsProvider', 2)]);
    const pulses = [
      stage.pulse('TypeScript', async () => [await versionOf(await consumer.rest.fetch('http://TsProvider/who'))]),
      stage.pulse('Go', async () => {
        const outcomes = await go.call({ service: 'TsProvider', path: '/who', times: 5 });
        return outcomes.map(({ body, error }) =>
          error ? error : (JSON.parse(body) as { self: { version: string } }).self.version,
        );
      }),
    ];
    const weights = (old: number, fresh: number): string =>
      `- precedence: 1\n  route:\n    - weight: ${old}\n      tags:\n        version: 1.0.0\n` +
      `    - weight: ${fresh}\n      tags:\n        version: 1.1.0\n`;
    for (const pulse of pulses) await pulse.becomes('the latest version', only('1.1.0'));
    await settings.set(ROUTE, weights(20, 80), go);
    for (const pulse of pulses)
      await pulse.becomes('both versions', (all) => some('1.0.0')(all) && some('1.1.0', 12)(all));
    await settings.set(ROUTE, weights(100, 0), go);
    for (const pulse of pulses) await pulse.becomes('the old version', only('1.0.0'));
    await settings.set(ROUTE, '- precedence: [1', go);
    await until('the line about a bad value', () => about(lines, ROUTE).length > 0 || undefined);
    await pulses[0]!.stays('the old version', only('1.0.0'));
    expect(about(lines, ROUTE)).toEqual([expect.stringContaining('keep')]);
    await settings.remove(ROUTE, go);
    // as without any rule
    for (const pulse of pulses) await pulse.becomes('the latest version', only('1.1.0'));
    expect(about(lines, ROUTE)).toHaveLength(1);
  },

  async 'kie-breaker'(stage) {
    const { settings } = stage;
    await settings.begin();
    const provider = await stage.ts('TsProvider');
    const lines = new Lines();
    const local = {
      cse: {
        isolation: { Consumer: { timeoutInMilliseconds: 300, maxConcurrentRequests: 100 } },
        circuitBreaker: {
          Consumer: {
            ...{ enabled: true, requestVolumeThreshold: 100_000, errorThresholdPercentage: 50 },
            sleepWindowInMilliseconds: 1000,
          },
        },
        fallback: { Consumer: { enabled: false } },
      },
    };
    const consumer = await stage.ts('TsConsumer', { logger: lines, values: local });
    const go = await stage.go('consumer', {
      ...{ consumerChain: 'bizkeeper-consumer,loadbalance,transport', config: local },
    });
    await Promise.all([found(consumer, 'TsProvider'), known(go, 'TsProvider')]);
    let ms = 600;
    const ours = async (): Promise<Beat> => {
      try {
        const answer = await consumer.rest.fetch('http://TsProvider/slow', { query: { ms } });
        await answer.arrayBuffer();
        return outcomeOf(answer.status);
      } catch (error) {
        return (error as { readonly code: string }).code === 'CIRCUIT_OPEN' ? 'open' : 'failed';
      }
    };
    const theirs = async (): Promise<readonly Beat[]> => {
      const outcomes = await go.call({ service: 'TsProvider', path: `/slow?ms=${ms}`, times: 8, concurrency: 4 });
      return outcomes.map(({ status, error }) => {
        if (error === undefined) return outcomeOf(status);
        return error.includes('circuit open') ? 'open' : 'failed';
      });
    };
    const pulses = [stage.pulse('TypeScript', async () => [await ours()], 4), stage.pulse('Go', theirs)];
    for (const pulse of pulses) await pulse.becomes('calls that fail, and a circuit that is closed', only('failed'));
    await settings.set(VOLUME, '5', go);
    for (const pulse of pulses) await pulse.becomes('an open circuit', some('open', 10));
    await settings.set(VOLUME, 'many', go);
    await until('the line about a bad value', () => about(lines, VOLUME).length > 0 || undefined);
    await pulses[0]!.stays('an open circuit', some('open', 10));
    expect(about(lines, VOLUME)).toEqual([expect.stringMatching(/expected .*, got "many".*keep/)]);
    ms = 0;
    for (const pulse of pulses) await pulse.becomes('a closed circuit', only(200));
    await settings.remove(VOLUME, go);
    await until(
      'the value of before',
      () => consumer.config.raw('servicecomb.governance.circuitBreaker.consumer.minimumCalls') === 100_000 || undefined,
    );
    ms = 600;
    for (const pulse of pulses) await pulse.becomes('calls that fail again', some('failed', 10));
    const before = provider.received['slow']!;
    for (const pulse of pulses) await pulse.stays('calls that fail, and a circuit that is closed', only('failed'));
    expect(provider.received['slow']).toBeGreaterThanOrEqual(before + 20);
    expect(about(lines, VOLUME)).toHaveLength(1);
  },

  async 'kie-outage'(stage) {
    const { settings } = stage;
    const { go, lines, pulses } = await limited(stage);
    await settings.set(LIMIT, '3', go);
    for (const pulse of pulses) await pulse.becomes('limited', some(429, 10));
    await stage.kie.kill();
    await until('the line about the outage', () =>
      lines.warnings.find((line) => line.startsWith('kie cannot be asked')),
    );
    await new Promise((resolve) => setTimeout(resolve, 6000));
    for (const pulse of pulses) await pulse.stays('limited as before', some(429, 10));
    await stage.kie.start();
    await settings.set(LIMIT, '1000', go);
    for (const pulse of pulses) await pulse.becomes('hardly limited', only(200));
    expect(lines.warnings.filter((line) => line.includes('kie'))).toHaveLength(1);
  },

  async 'kie-late'(stage) {
    const { settings } = stage;
    await settings.begin();
    await settings.set(LIMIT, '3');
    await stage.kie.kill();
    const lines = new Lines();
    const begun = Date.now();
    const consumer = await stage.ts('TsConsumer', {
      ...{ logger: lines, values: { 'servicecomb.lifecycle.remoteConfigTimeout': '2s' } },
    });
    await stage.ts('TsProvider', { logger: lines, values: { 'servicecomb.lifecycle.remoteConfigTimeout': '2s' } });
    expect(Date.now() - begun).toBeGreaterThanOrEqual(4000);
    expect(lines.warnings.filter((line) => line.includes('kie did not answer within 2000 ms'))).toHaveLength(2);
    await found(consumer, 'TsProvider');
    const pulse = stage.pulse('calls of TsProvider', async () => {
      const answer = await consumer.rest.fetch('http://TsProvider/who');
      await answer.arrayBuffer();
      return [answer.status];
    });
    await pulse.becomes('no limit', only(200));
    await stage.kie.start();
    await pulse.becomes('limited', some(429, 10));
  },
};

lane('configuration by KIE', [serviceCenter, kie, chassisPeers], () => {
  let registry: Awaited<ReturnType<typeof serviceCenter.start>>;
  let center: Kie;
  let stage: KieStage;

  beforeAll(async () => {
    [registry, center] = await Promise.all([serviceCenter.start(), kie.start()]);
    stage = new KieStage(center, new Stage(registry));
  });
  afterEach(() => stage.clear());
  afterAll(async () => {
    await center?.stop();
    await registry?.stop();
  });

  for (const row of CONFIGURATION) it(`${row.id}: ${row.what}`, () => cases[row.id](stage));
});
