import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { silentLogger } from '../telemetry/logger.js';
import { createApplication } from '../application/application.js';
import { createConfig } from './create-config.js';
import type { ConfigSource, Layer } from './source.js';

describe('the end of a configuration', () => {
  test('closes its sources, those too that have not answered yet', async () => {
    const closed: string[] = [];
    const source = (name: string, load: () => Promise<Layer>): ConfigSource => ({
      ...{ name, priority: 0, remote: true, load },
      close: () => void closed.push(name),
    });
    const clock = new VirtualClock();
    const store = createConfig({ sections: [], sources: [], clock, logger: silentLogger });
    await store.start();
    const never = source('never', () => new Promise(() => undefined));
    const started = store.startRemote([never, source('here', async () => ({ values: {}, place: () => '' }))], 1000);
    await clock.advance(1000);
    await started;
    expect(closed).toEqual([]);
    store.close();
    expect(closed.sort()).toEqual(['here', 'never']);
  });

  test('is no reason to wait for a source that does not answer: a start that is stopped ends at once', async () => {
    const clock = new VirtualClock();
    let closed = 0;
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const load = (): Promise<Layer> => {
      asked();
      return new Promise(() => undefined);
    };
    const app = createApplication({
      ...{ clock, logger: silentLogger, signals: false },
      plugins: [
        {
          name: 'center',
          install: (host) =>
            host.configSource(() => ({ name: 'center', priority: 0, remote: true, load, close: () => void closed++ })),
        },
      ],
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: { 'servicecomb.lifecycle.remoteConfigTimeout': '10m' },
      },
    });
    const starting = app.start();
    await isAsked;
    const [report] = await Promise.all([
      app.stop(),
      expect(starting).rejects.toThrow('given up at step "remote configuration"'),
    ]);
    expect(report.clean).toBe(true);
    expect(closed).toBe(1);
    expect(clock.elapsed()).toBe(0);
  });

  test('does not come before that of the wait that is configured, however long other steps may take', async () => {
    const clock = new VirtualClock();
    const app = createApplication({
      ...{ clock, logger: silentLogger, signals: false },
      plugins: [
        {
          name: 'center',
          install: (host) =>
            host.configSource((_local, context) => ({
              ...{ name: 'center', priority: 0, remote: true },
              load: async () => {
                await context.clock.sleep(90_000);
                return { values: { slow: 'yes' }, place: () => '' };
              },
            })),
        },
      ],
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: { 'servicecomb.lifecycle.remoteConfigTimeout': '2m' },
      },
    });
    const started = app.start();
    started.catch(() => undefined);
    for (let seconds = 0; seconds < 130; seconds += 1) {
      await clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await started;
    expect(app.config.get('slow', '')).toBe('yes');
    await app.stop();
  });
});
