import { describe, expect, it } from 'vitest';
import {
  createContainer,
  Injectable,
  Module,
  token,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Provider,
} from './index.js';

const log: string[] = [];

@Injectable()
class Pool implements OnModuleInit, OnApplicationShutdown {
  async onModuleInit(): Promise<void> {
    await Promise.resolve();
    log.push('pool up');
  }
  async onApplicationShutdown(signal?: string): Promise<void> {
    await Promise.resolve();
    log.push(`pool down ${signal}`);
  }
}

@Injectable()
class Store implements OnModuleInit, OnApplicationShutdown {
  constructor(readonly pool: Pool) {}
  onModuleInit(): void {
    log.push('store up');
  }
  onApplicationShutdown(): void {
    log.push('store down');
  }
}

async function built(...providers: Provider[]) {
  @Module({ providers })
  class Shop implements OnModuleInit {
    onModuleInit(): void {
      log.push('module up');
    }
  }
  const container = createContainer({ modules: [Shop] });
  await container.build();
  log.length = 0;
  return container;
}

describe('lifecycle', () => {
  it('initialises dependencies first and stops dependents first, each after the other', async () => {
    const container = await built(Store, Pool, { provide: token('SAME'), useExisting: Store });
    await container.init();
    expect(log).toEqual(['pool up', 'store up', 'module up']);
    log.length = 0;
    await container.shutdown('SIGTERM');
    expect(log).toEqual(['store down', 'pool down SIGTERM']);
  });

  it('stops once, however often it is told', async () => {
    const container = await built(Store, Pool);
    await Promise.all([container.shutdown(), container.shutdown('SIGINT')]);
    expect(log).toEqual(['store down', 'pool down undefined']);
  });

  it('calls the hooks of values and of what factories made, once each', async () => {
    const value = { onModuleInit: () => void log.push('value up') };
    const container = await built(
      { provide: token('VALUE'), useValue: value },
      { provide: token('AGAIN'), useValue: value },
      { provide: token('MADE'), useFactory: async () => new Pool() },
    );
    await container.init();
    expect(log).toEqual(['value up', 'pool up', 'module up'].sort((a, b) => log.indexOf(a) - log.indexOf(b)));
    expect(log).toHaveLength(3);
  });

  it('runs each hook through the step, which learns its name', async () => {
    const container = await built(Store, Pool);
    const names: string[] = [];
    await container.init(async (name, run) => {
      names.push(name);
      await run();
    });
    expect(names).toEqual(['onModuleInit of Pool', 'onModuleInit of Store', 'onModuleInit of Shop']);
  });

  it('names the hook that fails; a stop goes on with the others', async () => {
    @Injectable()
    class Bad implements OnModuleInit, OnApplicationShutdown {
      constructor(readonly pool: Pool) {}
      onModuleInit(): never {
        throw new Error('no disk');
      }
      async onApplicationShutdown(): Promise<void> {
        throw new Error('still busy');
      }
    }
    const container = await built(Bad, Pool);
    await expect(container.init()).rejects.toMatchObject({
      code: 'LIFECYCLE_FAILED',
      message: 'onModuleInit of Bad failed: no disk',
    });
    await expect(container.shutdown()).rejects.toMatchObject({
      code: 'LIFECYCLE_FAILED',
      message: 'onApplicationShutdown of Bad failed: still busy',
    });
    expect(log).toContain('pool down undefined');
  });

  it('stops what was made when the build failed', async () => {
    @Injectable()
    class Bad {
      constructor(readonly pool: Pool) {
        throw new Error('no');
      }
    }
    const container = createContainer({ providers: [Bad, Pool] });
    await expect(container.build()).rejects.toThrow('no');
    log.length = 0;
    await container.shutdown();
    expect(log).toEqual(['pool down undefined']);
  });
});
