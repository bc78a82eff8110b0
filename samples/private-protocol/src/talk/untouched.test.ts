import {
  Arg,
  createApplication,
  Injectable,
  Module,
  Remote,
  Returns,
  Schema,
  silentLogger,
  Unavailable,
  type Application,
  type Client,
} from '@ts-chassis/core';
import { governance, Idempotent } from '@ts-chassis/governance';
import { prometheus, Registry } from '@ts-chassis/metrics';
import { memoryTracer, tracing } from '@ts-chassis/tracing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messagePack } from '../message-pack.js';
import { talk } from './plugin.js';

const received = { calls: 0, failing: 0 };

@Schema({ id: 'stock' })
class Stock {
  @Idempotent()
  @Returns(Number)
  async pieces(@Arg('name') name: string): Promise<number> {
    received.calls += 1;
    if (received.failing > 0) {
      received.failing -= 1;
      throw Unavailable('being counted');
    }
    return name.length;
  }
}

@Injectable()
class Shop {
  @Remote(Stock, { service: 'store' }) readonly stock!: Client<Stock>;
}

@Module({ schemas: [Stock] })
class StoreModule {}

@Module({ providers: [Shop] })
class ShopModule {}

const memory = memoryTracer();
const running: Application[] = [];
let registry: string;

beforeEach(async () => {
  registry = await mkdtemp(join(tmpdir(), 'ts-chassis-talk-'));
  Object.assign(received, { calls: 0, failing: 0 });
  memory.clear();
});

afterEach(async () => {
  for (const application of running.splice(0).reverse()) await application.stop();
  await rm(registry, { recursive: true, force: true });
});

async function started(
  name: string,
  module: typeof StoreModule,
  values: Record<string, unknown>,
): Promise<Application> {
  const application = createApplication({
    ...{ name, modules: [module], logger: silentLogger, signals: false },
    plugins: [talk(), messagePack(), governance(), tracing(memory), prometheus()],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.registry.address': pathToFileURL(registry).href,
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  running.push(application);
  await application.start();
  return application;
}

/** A store and a shop, two applications that know of one another by the local registry alone. */
async function both(
  values: { readonly store?: Record<string, unknown>; readonly shop?: Record<string, unknown> } = {},
): Promise<{ readonly store: Application; readonly shop: Application; readonly stock: Client<Stock> }> {
  const listener = { listenAddress: '127.0.0.1:0', trust: 'peers' };
  const store = await started('store', StoreModule, {
    servicecomb: { protocols: { talk: listener } },
    ...values.store,
  });
  const shop = await started('shop', ShopModule, values.shop ?? {});
  return { store, shop, stock: shop.get(Shop).stock };
}

const outcome = (call: Promise<unknown>): Promise<unknown> =>
  call.catch(({ code, kind }: { code: string; kind: string }) => `${kind} ${code}`);

describe('over a protocol of its own', () => {
  it('services find one another, and leave', async () => {
    const { stock, store } = await both();
    expect(await stock.pieces('cheese')).toBe(6);
    await store.stop();
    expect(await outcome(stock.pieces('cheese'))).toMatch(/^UNAVAILABLE /);
    await started('store', StoreModule, { 'servicecomb.protocols.talk.listenAddress': '127.0.0.1:0' });
    // the registry's files are watched, not asked at each call
    let again: unknown;
    while (again !== 4) {
      await new Promise((resolve) => setImmediate(resolve));
      again = await outcome(stock.pieces('wine'));
    }
  });

  it('calls are tried again', async () => {
    const { stock } = await both({
      shop: {
        'cse.loadbalance.retryEnabled': true,
        'cse.loadbalance.retryOnSame': 2,
        'cse.loadbalance.backoff.minMs': 0,
      },
    });
    received.failing = 2;
    expect(await stock.pieces('cheese')).toBe(6);
    expect(received.calls).toBe(3);
  });

  it('a failing service is left alone', async () => {
    const circuit = 'cse.circuitBreaker.Consumer';
    const { stock } = await both({ shop: { [`${circuit}.enabled`]: true, [`${circuit}.requestVolumeThreshold`]: 4 } });
    received.failing = 100;
    const outcomes: unknown[] = [];
    for (let call = 0; call < 10; call += 1) outcomes.push(await outcome(stock.pieces('cheese')));
    expect(outcomes.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 'UNAVAILABLE UNAVAILABLE'));
    expect(outcomes.slice(5)).toEqual(Array.from({ length: 5 }, () => 'UNAVAILABLE CIRCUIT_OPEN'));
    expect(received.calls).toBeLessThan(6);
  });

  it('a provider serves no more than its limit, for callers whom it knows by name', async () => {
    const { stock } = await both({ store: { 'cse.flowcontrol.Provider.qps.limit.shop': 2 } });
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => outcome(stock.pieces('wine'))));
    expect(outcomes).toContain('RESOURCE_EXHAUSTED RATE_LIMITED');
    expect(outcomes.filter((one) => one === 4)).toHaveLength(received.calls);
    expect(received.calls).toBeLessThan(6);
  });

  it('one trace goes through both, and both count', async () => {
    const { stock, store, shop } = await both();
    await stock.pieces('cheese');
    const [server, client] = (['server', 'client'] as const).map((kind) => memory.find('stock.pieces', kind));
    expect(server).toMatchObject({ service: 'store', traceId: client!.traceId, parentId: client!.spanId });
    const texts = await Promise.all([store, shop].map((application) => application.get(Registry).metrics()));
    expect(texts[0]).toMatch(/rpc_server_call_duration_seconds_count\{[^}]*rpc_system_name="talk"[^}]*\} 1/);
    expect(texts[1]).toMatch(/rpc_client_call_duration_seconds_count\{[^}]*server_address="store"[^}]*\} 1/);
  });
});
