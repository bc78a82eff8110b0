import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/index.js';
import { Logger } from '../telemetry/logger.js';
import { createConfig, type ConfigStore } from './create-config.js';
import { defineSection } from './section.js';
import type { ConfigSource, Layer } from './source.js';
import { memorySource } from './sources/memory-source.js';

class Lines extends Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(): void {}
  warn(message: string): void {
    this.lines.push(message);
  }
  error(): void {}
  child(): Logger {
    return this;
  }
}

const number = (fallback: number): object => ({ type: 'number', default: fallback });
const Shop = defineSection<{ discount: number }>({
  key: 'shop',
  live: true,
  schema: { type: 'object', properties: { discount: number(0) } },
});
const Desk = defineSection<{ staff: number }>({
  key: 'desk',
  live: false,
  schema: { type: 'object', properties: { staff: number(1) } },
});

describe('a remote source', () => {
  const remote = (load: () => Promise<Layer>): ConfigSource => ({ name: 'kie', priority: 0, remote: true, load });
  const layer = (values: Record<string, unknown>): Layer => ({ values, place: (key) => `kie ${key}` });

  async function local(): Promise<{ store: ConfigStore; clock: VirtualClock; lines: string[] }> {
    const [clock, logger] = [new VirtualClock(), new Lines()];
    const store = createConfig({
      sections: [Shop, Desk],
      sources: [memorySource({ shop: { discount: 1 } })],
      clock,
      logger,
    });
    await store.start();
    return { store, clock, lines: logger.lines };
  }

  it('wins over local ones, also for sections that are not live', async () => {
    const { store } = await local();
    await store.startRemote(
      [remote(() => Promise.resolve(layer({ shop: { discount: 2 }, desk: { staff: 9 } })))],
      1000,
    );
    expect(store.section(Shop).discount).toBe(2);
    expect(store.section(Desk).staff).toBe(9);
  });

  it('that says what does not fit is reported, and that section left out', async () => {
    const { store, lines } = await local();
    await store.startRemote([remote(() => Promise.resolve(layer({ shop: { discount: 'x' }, own: 1 })))], 1000);
    expect(store.section(Shop).discount).toBe(1);
    expect(store.get('own', 0)).toBe(1);
    expect(lines).toEqual([
      'kie shop.discount: shop.discount: expected a number, got "x"; shop keeps its last good values',
    ]);
  });

  it('that fails is reported, left out, and tried again until it answers', async () => {
    const { store, clock, lines } = await local();
    let tries = 0;
    const source = remote(() =>
      ++tries < 3 ? Promise.reject(new Error('kie is down')) : Promise.resolve(layer({ shop: { discount: 2 } })),
    );
    await store.startRemote([source], 1000);
    expect(store.section(Shop).discount).toBe(1);
    expect(lines).toEqual(['kie is down; there are no values of kie yet, and it is asked on']);
    await clock.advance(1000);
    expect(tries).toBe(2);
    await clock.advance(1999);
    expect(tries).toBe(2);
    await clock.advance(1);
    expect(store.section(Shop).discount).toBe(2);
    expect(clock.pending).toBe(0);
  });

  it('that is late is reported and taken over when it comes', async () => {
    const { store, clock, lines } = await local();
    let answer: (layer: Layer) => void = () => {};
    const started = store.startRemote([remote(() => new Promise((resolve) => (answer = resolve)))], 1000);
    await clock.advance(1000);
    await started;
    expect(lines).toEqual(['kie did not answer within 1000 ms; there are no values of kie yet, and it is asked on']);
    answer(layer({ shop: { discount: 2 }, desk: { staff: 9 } }));
    await clock.advance(0);
    expect(store.section(Shop).discount).toBe(2);
    expect(store.section(Desk).staff).toBe(1);
    expect(lines[1]).toBe('desk was changed by kie and takes effect at the next start');
  });

  it('is left alone once the store is closed', async () => {
    const { store, clock } = await local();
    await store.startRemote([remote(() => Promise.reject(new Error('down')))], 1000);
    store.close();
    expect(clock.pending).toBe(0);
  });
});
