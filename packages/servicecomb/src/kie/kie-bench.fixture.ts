import { seededRandom, VirtualClock, type Layer } from '@ts-chassis/core';
import { isDeepStrictEqual } from 'node:util';
import { Lines } from '../connection/control-plane.fixture.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { openConnection } from '../connection/open-connection.js';
import { dimensionsOf } from './dimension.js';
import { FakeKie, type FakeKieOptions } from './fake-kie.fixture.js';
import { KieSource } from './kie-source.js';

/** Labels of the service that asks. */
export const APP = { app: 'shop', environment: 'test' };
export const SERVICE = { ...APP, service: 'catalog' };
export const VERSION = { ...SERVICE, version: '1.0.0' };

export interface SourceOptions {
  readonly mode?: 0 | 1;
  readonly addresses?: readonly string[];
  readonly environment?: string;
  readonly custom?: Readonly<Record<string, string>>;
  readonly connection?: Partial<ConnectionOptions>;
}

/** A source and what it tells. */
export interface Followed {
  readonly source: KieSource;
  readonly first: Layer;
  /** What it told since, the last one. */
  latest(): Layer | undefined;
  /** Lets time pass until it tells these values. */
  shows(values: Readonly<Record<string, unknown>>): Promise<void>;
}

/** KIE and a source that follows it, in time that is moved by hand. */
export class KieBench {
  readonly clock = new VirtualClock();
  readonly lines = new Lines();
  readonly #closers: (() => void | Promise<void>)[] = [];

  async kie(options: FakeKieOptions = {}): Promise<FakeKie> {
    const kie = await FakeKie.start({ clock: this.clock, ...options });
    this.#closers.push(() => kie.stop());
    return kie;
  }

  source(kie: FakeKie, options: SourceOptions = {}): KieSource {
    const { mode = 0, addresses = [kie.url], environment = 'test', custom = {} } = options;
    const { clock, lines: logger } = this;
    const random = seededRandom(1);
    const connection = openConnection({
      ...{ name: 'KIE', key: 'servicecomb.config.client.serverUri', tag: 'configServer.Consumer' },
      ...{ addresses, clock, logger, random, tls: { control: () => Promise.resolve(undefined) } },
      ...options.connection,
    });
    const source = new KieSource({
      ...{ clock, random, logger, mode, intervalMs: 30_000 },
      dimensions: dimensionsOf({ app: 'shop', environment, service: 'catalog', version: '1.0.0' }, custom),
      connect: () => Promise.resolve(connection),
    });
    this.#closers.push(() => source.close());
    return source;
  }

  async follow(kie: FakeKie, options: SourceOptions = {}): Promise<Followed> {
    const source = this.source(kie, options);
    const first = await source.load();
    let latest: Layer | undefined;
    source.watch((layer) => (latest = layer as Layer));
    return {
      ...{ source, first },
      latest: () => latest,
      shows: (values) => this.advanceUntil(() => isDeepStrictEqual(latest?.values, values)),
    };
  }

  /** Moves time on in steps until something has come, with time for sockets of this process in between. */
  async advanceUntil(isDue: () => boolean, stepMs = 250): Promise<void> {
    for (let steps = 0; !isDue(); steps += 1) {
      if (steps === 2000) throw new Error('it never came');
      await this.clock.advance(stepMs);
      for (let turns = 0; turns < 25 && !isDue(); turns += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** To be called after each test. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}
