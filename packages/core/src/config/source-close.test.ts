import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { silentLogger } from '../telemetry/logger.js';
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
});
