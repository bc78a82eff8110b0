import {
  Arg,
  createApplication,
  currentInvocation,
  Handler,
  Implements,
  Injectable,
  metadataKey,
  Invoker,
  Module,
  policyKey,
  Remote,
  remote,
  Returns,
  Schema,
  silentLogger,
  Use,
  annotate,
  annotateSite,
  type Application,
  type ApplicationOptions,
  type ChainHandler,
  type Client,
  type Invocation,
  type Logger,
  type Next,
  type PlanContext,
  type PlannedHandler,
  type Plugin,
  type PolicyKind,
  type Reply,
} from '@ts-chassis/core';
import { memory, MemoryNetwork, memoryRegistry, type MemoryOptions } from '@ts-chassis/testing';
import { describe, expect, it } from 'vitest';

@Schema({ id: 'catalog' })
class Catalog {
  @Returns(String)
  find(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }
}

@Implements(Catalog)
class CatalogService extends Catalog {
  override find(isbn: string): Promise<string> {
    return Promise.resolve(`book ${isbn}`);
  }
}

@Module({ schemas: [CatalogService] })
class CatalogModule {}

@Injectable()
class Shelf {
  constructor(
    @Remote(Catalog, { service: 'catalog' }) readonly catalog: Client<Catalog>,
    readonly invoker: Invoker,
  ) {}
}

@Module({ providers: [Shelf] })
class ShelfModule {}

function shared(): MemoryOptions {
  return { network: new MemoryNetwork(), registry: memoryRegistry() };
}

function application(
  name: string,
  options: ApplicationOptions & { memory?: MemoryOptions; values?: object },
): Application {
  const { memory: wires, values, plugins = [], ...rest } = options;
  return createApplication({
    name,
    logger: silentLogger,
    signals: false,
    ...rest,
    plugins: [memory(wires), ...plugins],
    configuration: {
      directory: false,
      environment: false,
      commandLine: false,
      values: {
        'servicecomb.registry.type': 'memory',
        'servicecomb.protocols.memory.listenAddress': `${name}:0`,
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
}

describe('two applications', () => {
  it('find and call each other by name, and share nothing else', async () => {
    const wires = shared();
    const catalog = application('catalog', { modules: [CatalogModule], memory: wires });
    const shelf = application('shelf', { modules: [ShelfModule], memory: wires });
    await Promise.all([catalog.start(), shelf.start()]);
    const { catalog: client, invoker } = shelf.get(Shelf);
    expect(await client.find('42')).toBe('book 42');
    await expect(invoker.invoke('catalog', 'catalog', 'find', { isbn: '42' })).rejects.toThrow(
      'has no operation "find"',
    );
    await catalog.stop();
    await expect(client.find('42')).rejects.toMatchObject({ code: 'NO_INSTANCE' });
    await shelf.stop();
    expect(wires.registry?.instances).toEqual([]);
  });

  it('keep one process a monolith when the configuration says that the other service lives here', async () => {
    const app = application('monolith', {
      modules: [CatalogModule, ShelfModule],
      values: { 'servicecomb.consumer.inProcess': ['catalog'] },
    });
    await app.start();
    expect(await app.get(Shelf).catalog.find('42')).toBe('book 42');
    app.config.set('servicecomb.consumer.inProcess', []);
    await expect(app.get(Shelf).catalog.find('42')).rejects.toMatchObject({ code: 'NO_INSTANCE' });
    await app.stop();
  });
});

describe('start and stop', () => {
  it('run hooks in order and in reverse, those of stop after deregistration', async () => {
    const log: string[] = [];
    const wires = shared();
    const note = (text: string) => () => void log.push(`${text}, registered: ${wires.registry?.instances.length}`);
    const spy: Plugin = {
      name: 'spy',
      install(host) {
        host.onStart('one', note('start one'));
        host.onStart('two', note('start two'));
        host.onStop('one', note('stop one'));
        host.onStop('two', note('stop two'));
      },
    };
    const app = application('catalog', { modules: [CatalogModule], memory: wires, plugins: [spy] });
    await app.start();
    expect(wires.registry?.instances.length).toBe(1);
    expect((await app.stop()).clean).toBe(true);
    expect(log).toEqual([
      'start one, registered: 0',
      'start two, registered: 0',
      'stop two, registered: 0',
      'stop one, registered: 0',
    ]);
  });

  it('refuse an address in use with the listener and the address, and leave nothing behind', async () => {
    const wires = shared();
    const values = { 'servicecomb.protocols.memory.listenAddress': 'here:7' };
    const first = application('one', { modules: [CatalogModule], memory: wires, values });
    await first.start();
    const second = application('two', { modules: [CatalogModule], memory: wires, values });
    await expect(second.start()).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: 'listener memory: here:7 is in use',
    });
    expect(wires.registry?.instances.map(({ service }) => service)).toEqual(['one']);
    await first.stop();
  });

  it('start once, and not again after a stop', async () => {
    const app = application('catalog', { modules: [CatalogModule] });
    expect(app.start()).toBe(app.start());
    await app.start();
    await app.stop();
    await expect(app.start()).rejects.toMatchObject({ code: 'LIFECYCLE_FAILED' });
    expect(app.readiness.ready).toBe(false);
  });

  it('can be prepared without a socket and without asking anybody', async () => {
    const wires = shared();
    const app = application('catalog', { modules: [CatalogModule], memory: wires });
    await app.prepare();
    expect(app.schemas.map(({ id }) => id)).toContain('catalog');
    expect(app.endpoints).toEqual([]);
    await app.stop();
    expect(wires.registry?.instances).toEqual([]);
  });

  it('announce the instance only when asked, with register: manual', async () => {
    const wires = shared();
    const app = application('catalog', {
      modules: [CatalogModule],
      memory: wires,
      values: { 'servicecomb.registry.register': 'manual' },
    });
    await app.start();
    expect(wires.registry?.instances).toEqual([]);
    await app.register();
    expect(wires.registry?.instances.map(({ service }) => service)).toEqual(['catalog']);
    await app.stop();
    expect(wires.registry?.instances).toEqual([]);
  });

  it.each([
    [
      'a protocol nobody serves',
      { 'servicecomb.protocols.grpc.listenAddress': ':1' },
      'servicecomb.protocols.grpc: no listed plug-in serves the protocol "grpc"; list the plug-in of @ts-chassis/grpc',
    ],
    ['a registry nobody brings', { 'servicecomb.registry.type': 'servicecenter' }, '@ts-chassis/servicecomb'],
    [
      'an unknown handler',
      { 'servicecomb.handler.chain.Provider.default': 'audti' },
      'memory: servicecomb.handler.chain.Provider.default: no provider handler is called "audti"',
    ],
    ['a wrong value', { 'servicecomb.lifecycle.drainDelay': 'soon' }, 'servicecomb.lifecycle.drainDelay'],
  ])('refuses %s', async (_what, values, message) => {
    const app = application('catalog', { modules: [CatalogModule], values });
    await expect(app.start()).rejects.toThrow(message);
  });

  it('says that there is no listener for what a listed plug-in could serve, at the start and not before', async () => {
    const lines: string[] = [];
    const logger = Object.create(silentLogger, { warn: { value: (line: string) => lines.push(line) } }) as Logger;
    const deaf = (modules: NonNullable<ApplicationOptions['modules']>): Application =>
      createApplication({
        ...{ name: 'deaf', logger, signals: false, modules, plugins: [memory()] },
        configuration: {
          ...{ directory: false, environment: false, commandLine: false },
          values: { 'servicecomb.registry.type': 'memory' },
        },
      });
    const app = deaf([CatalogModule]);
    await app.prepare();
    expect(lines).toEqual([]);
    await app.start();
    await app.stop();
    expect(lines).toEqual([
      'no listener is configured: no other process can call this application; give servicecomb.protocols.memory.listenAddress',
    ]);
    const consumer = deaf([ShelfModule]);
    await consumer.start();
    await consumer.stop();
    expect(lines).toHaveLength(1);
  });

  it('throws out of set what the chains cannot live with, and keeps the old ones', async () => {
    const app = application('catalog', { modules: [CatalogModule] });
    await app.start();
    const key = 'servicecomb.handler.chain.Provider.default';
    expect(() => app.config.set(key, 'nosuch')).toThrow(expect.objectContaining({ code: 'CHAIN_INVALID' }));
    expect(app.config.raw(key)).toBeUndefined();
    app.config.set('own.key', 1);
    expect(app.config.get('own.key', 0)).toBe(1);
    await app.stop();
  });

  it('refuses a schema on a listener that is not configured', async () => {
    @Schema({ id: 'admin', listeners: ['memory-admn'] })
    class Admin {
      @Returns(String)
      ping(): string {
        return 'pong';
      }
    }
    @Module({ schemas: [Admin] })
    class AdminModule {}
    const values = { 'servicecomb.protocols.memory-admin.listenAddress': 'admin:0' };
    const app = application('catalog', { modules: [AdminModule], values });
    await expect(app.start()).rejects.toThrow('its listener "memory-admn" is not configured');
  });
});

interface Waiting {
  readonly ms: number;
}

const DelayKey = policyKey<Waiting>('Delay', '@example/delay');
const Delay =
  (ms: number) =>
  (target: object, member?: string | symbol): void =>
    annotate(target, DelayKey, { value: { fields: { ms } }, ...(member !== undefined && { member }) });

const DelayKind: PolicyKind<Waiting> = {
  name: 'delay',
  key: DelayKey,
  root: 'example.delay',
  defaults: { ms: 1 },
  schema: { ms: { type: 'integer' } },
  handlers: { provider: 'delay', method: 'delay' },
};

/** Says in a header what it was planned with, and refuses what is negative. */
class DelayHandler implements PlannedHandler {
  plan(context: PlanContext, next: Next): Next {
    const policy = context.policy(DelayKind);
    if (!policy) return next;
    const { ms } = policy.value;
    if (ms < 0) throw new Error(`no delay of ${ms}`);
    const planned = context.state('count', () => ({ calls: 0 }));
    return async (invocation) => {
      planned.calls += 1;
      const reply = await next(invocation);
      return { ...reply, value: `${String(reply.value)} after ${ms}, call ${planned.calls}` };
    };
  }
}

const delay: Plugin = {
  name: 'delay',
  install(host) {
    host.policy(DelayKind);
    host.handler({ name: 'delay', side: 'provider', make: () => new DelayHandler() });
    host.handler({ name: 'delay', side: 'method', make: () => new DelayHandler() });
  },
};

describe('policies', () => {
  @Implements(Catalog)
  class SlowCatalog extends Catalog {
    @Delay(10)
    override find(isbn: string): Promise<string> {
      return Promise.resolve(`book ${isbn}`);
    }
  }
  @Injectable()
  class Clerk {
    @Delay(20)
    async greet(name: string): Promise<string> {
      return `hello ${name}`;
    }
  }
  @Module({ schemas: [SlowCatalog], providers: [Clerk] })
  class SlowModule {}

  it('act on provider operations and on methods of any injectable', async () => {
    const wires = shared();
    const app = application('catalog', { modules: [SlowModule], memory: wires, plugins: [delay] });
    const shelf = application('shelf', { modules: [ShelfModule], memory: wires });
    await Promise.all([app.start(), shelf.start()]);
    expect(await shelf.get(Shelf).catalog.find('1')).toBe('book 1 after 10, call 1');
    expect(await app.get(Clerk).greet('you')).toBe('hello you after 20, call 1');
    expect(Object.keys(app.get(Clerk))).toEqual([]);
    await Promise.all([app.stop(), shelf.stop()]);
  });

  it('follow the configuration, keep their state, and refuse what they cannot be planned with', async () => {
    const wires = shared();
    const app = application('catalog', { modules: [SlowModule], memory: wires, plugins: [delay] });
    const shelf = application('shelf', { modules: [ShelfModule], memory: wires });
    await Promise.all([app.start(), shelf.start()]);
    const find = (): Promise<string> => shelf.get(Shelf).catalog.find('1');
    expect(await find()).toBe('book 1 after 10, call 1');
    app.config.set('example.delay.ms', 5); // wider than the decorator
    expect(await find()).toBe('book 1 after 10, call 2');
    const key = 'example.delay.services.catalog.schemas.catalog.operations.find.ms';
    app.config.set(key, 7);
    expect(await find()).toBe('book 1 after 7, call 3');
    expect(() => app.config.set(key, -1)).toThrow('no delay of -1');
    expect(app.config.get(key, 0)).toBe(7);
    expect(await find()).toBe('book 1 after 7, call 4');
    app.config.set(key, 8);
    expect(await find()).toBe('book 1 after 8, call 5');
    await Promise.all([app.stop(), shelf.stop()]);
  });

  it('refuse the start when their plug-in is not listed, and name its package', async () => {
    @Module({ schemas: [SlowCatalog] })
    class SlowCatalogModule {}
    const app = application('catalog', { modules: [SlowCatalogModule] });
    await expect(app.start()).rejects.toThrow('SlowCatalog.find: @Delay needs the plug-in of @example/delay');
    @Module({ providers: [Clerk] })
    class ClerkModule {}
    const other = application('clerk', { modules: [ClerkModule] });
    await expect(other.start()).rejects.toThrow('Clerk.greet: @Delay needs the plug-in of @example/delay');
  });
});

describe('handlers', () => {
  @Handler('where', { side: 'method' })
  class Where implements ChainHandler {
    async handle(invocation: Invocation, next: Next): Promise<Reply> {
      const { value, ...reply } = await next(invocation);
      return { ...reply, value: `${String(value)} in ${invocation.operation.id}` };
    }
  }

  @Injectable()
  class Clerk {
    @Use(Where)
    async greet(): Promise<string> {
      return 'hello';
    }
  }

  @Module({ providers: [Clerk], handlers: [Where] })
  class ClerkModule {}

  it('stand around a method of any injectable with @Use', async () => {
    const app = application('clerk', { modules: [ClerkModule] });
    await app.start();
    expect(await app.get(Clerk).greet()).toBe('hello in Clerk.greet');
    await app.stop();
  });
});

describe('the ambient invocation', () => {
  @Implements(Catalog)
  class CuriousCatalog extends Catalog {
    override async find(): Promise<string> {
      return currentInvocation().operation.id;
    }
  }
  @Module({ schemas: [CuriousCatalog] })
  class CuriousModule {}

  async function answer(options: ApplicationOptions): Promise<string> {
    const wires = shared();
    const app = application('catalog', { ...options, memory: wires });
    const shelf = application('shelf', { modules: [ShelfModule], memory: wires });
    await Promise.all([app.start(), shelf.start()]);
    try {
      return await shelf.get(Shelf).catalog.find('1');
    } finally {
      await Promise.all([app.stop(), shelf.stop()]);
    }
  }

  it('is there when asked for, and when the application calls others', async () => {
    expect(await answer({ modules: [CuriousModule], ambient: true })).toBe('catalog.find');
    expect(await answer({ modules: [CuriousModule, ShelfModule] })).toBe('catalog.find');
  });

  it('is not entered otherwise', async () => {
    await expect(answer({ modules: [CuriousModule] })).rejects.toMatchObject({ code: 'AMBIENT_OFF' });
  });
});

describe('a decorator of a plug-in', () => {
  it('gives constructor parameters their values', async () => {
    const Seed = metadataKey<number>('@Seed');
    const seed =
      (value: number) =>
      (target: object, member: string | symbol | undefined, index?: number): void =>
        annotateSite({ target, member, index }, Seed, value);
    @Injectable()
    class Dice {
      constructor(@seed(6) readonly sides: string) {}
    }
    @Module({ providers: [Dice] })
    class DiceModule {}
    const dice: Plugin = {
      name: 'dice',
      install: (host) =>
        host.parameterResolver(
          Seed,
          ({ identity }) =>
            (mark) =>
              `${mark} for ${identity.service}`,
        ),
    };
    const app = application('game', { modules: [DiceModule], plugins: [dice] });
    await app.start();
    expect(app.get(Dice).sides).toBe('6 for game');
    await app.stop();
  });
});
