import {
  Application,
  Implements,
  Module,
  readSchema,
  remote,
  Returns,
  Schema,
  silentLogger,
  type Newable,
  type Plugin,
  type Reply,
  type Services,
} from '@ts-chassis/core';
import { Get, Param, rest } from '@ts-chassis/rest';
import { memory, memoryRegistry, type MemoryRegistry } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { GovernanceEvents } from '../events/governance-events.js';
import { governance } from '../plugin.js';

@Schema({ id: 'catalog', path: '/catalog' })
class Catalog {
  @Get('/:isbn')
  @Returns(String)
  find(@Param('isbn') _isbn: string): Promise<string> {
    return remote();
  }
}

const running: Application[] = [];
afterEach(async () => {
  for (const application of running.splice(0).reverse()) await application.stop();
});

async function start(
  registry: MemoryRegistry,
  options: { modules?: Newable[]; values: object },
  plugins: Plugin[] = [],
) {
  let services!: Services;
  const spy: Plugin = { name: 'spy', install: (host) => host.onStart('spy', (given) => void (services = given)) };
  const application = new Application({
    ...{ logger: silentLogger, signals: false, modules: options.modules ?? [] },
    plugins: [rest(), memory({ registry }), spy, ...plugins],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: { 'servicecomb.registry.type': 'memory', 'servicecomb.lifecycle.drainDelay': 0, ...options.values },
    },
  });
  await application.start();
  running.push(application);
  return { application, services };
}

/** One instance of the catalog on a port of its own, which answers with its name or breaks. */
async function catalog(registry: MemoryRegistry, name: string, breaks: () => boolean = () => false): Promise<void> {
  @Implements(Catalog)
  class OneCatalog extends Catalog {
    override find(_isbn: string): Promise<string> {
      return breaks() ? Promise.reject(new Error('broken')) : Promise.resolve(name);
    }
  }
  @Module({ schemas: [OneCatalog] })
  class OneModule {}
  const values = { 'servicecomb.service.name': 'catalog', 'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0' };
  await start(registry, { modules: [OneModule], values });
}

async function consumer(registry: MemoryRegistry, values: object) {
  const { application, services } = await start(registry, { values }, [governance()]);
  const [operation] = readSchema(Catalog).operations;
  const call = (headers: Record<string, string> = {}): Promise<Reply> =>
    services.consumer.call({ service: 'catalog', operation: operation! }, ['1'], { headers });
  return { call, events: application.get(GovernanceEvents) };
}

describe('over REST', () => {
  it('sessions stick to the instance that the cookie was given for', async () => {
    const registry = memoryRegistry();
    for (const name of ['a', 'b', 'c']) await catalog(registry, name);
    const { call } = await consumer(registry, { 'cse.loadbalance.strategy.name': 'SessionStickiness' });
    const first = await call();
    const cookie = first.headers.all('set-cookie').find((line) => line.startsWith('go-chassisLB='));
    for (let time = 0; time < 6; time += 1) expect((await call({ cookie: cookie! })).value).toBe(first.value);
  });

  it('an instance that answers with 500 is left out, and the others take its calls', async () => {
    const registry = memoryRegistry();
    await catalog(registry, 'a', () => true);
    for (const name of ['b', 'c']) await catalog(registry, name);
    const { call, events } = await consumer(registry, {});
    let ejected = 0;
    events.on('ejected', () => void (ejected += 1));
    let failed = 0;
    for (let time = 0; time < 30; time += 1) await call().catch(() => (failed += 1));
    expect([failed, ejected]).toEqual([5, 1]);
  });
});
