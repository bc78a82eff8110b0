import { describe, expect, it } from 'vitest';
import { likelyEraser } from '../metadata/likely-eraser.js';
import { annotateSite, createContainer, Inject, Injectable, Module, token, type Provider } from './index.js';
import { metadataKey } from '../metadata/metadata-key.js';

@Injectable()
class BookStore {}
@Injectable()
class RestClient {}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details?: Record<string, unknown>;
}

async function refusal(...providers: Provider[]): Promise<Refusal> {
  @Module({ providers })
  class Shop {}
  return createContainer({ modules: [Shop] })
    .build()
    .then(
      () => {
        throw new Error('expected a refusal');
      },
      (error) => error as Refusal,
    );
}

/** A class as compilers leave it that know decorators but no types. */
function erased<T extends abstract new (...args: never[]) => unknown>(type: T): T {
  Injectable()(type);
  return type;
}

describe('what is missing', () => {
  it('is named with class, parameter, file and the nearest candidate', async () => {
    @Injectable()
    class Orders {
      constructor(
        readonly books: BookStore,
        readonly rest: RestClient,
      ) {}
    }
    class RestClients {}
    const error = await refusal(Orders, BookStore, RestClients);
    expect(error.code).toBe('CONTAINER_MISSING');
    expect(error.message).toMatch(
      /^Orders of Shop \(packages\/core\/src\/container\/validation\.test\.ts:\d+:\d+\): parameter 1 \(`rest`\) of its constructor needs RestClient, which nothing provides; nearest: RestClients of Shop$/,
    );
  });

  it('is told all at once, before any constructor runs', async () => {
    let made = 0;
    @Injectable()
    class Eager {
      constructor() {
        made++;
      }
    }
    @Injectable()
    class Orders {
      @Inject(token('AUDIT')) readonly audit!: unknown;
      constructor(
        readonly books: BookStore,
        readonly rest: RestClient,
      ) {}
    }
    const error = await refusal(Eager, Orders, {
      provide: token('RATE'),
      useFactory: () => 1,
      inject: [token('SOURCE')],
    });
    expect(error.message).toMatch(
      /^4 faults in what the container was given:\n {2}1\. .*BookStore.*\n {2}2\. .*RestClient.*\n {2}3\. .*its property `audit` needs AUDIT.*\n {2}4\. the factory of RATE of Shop: inject\[0\] needs SOURCE/,
    );
    expect(error.details?.['faults']).toHaveLength(4);
    expect(made).toBe(0);
  });

  it('is suspected to be loaded twice when the name is there', async () => {
    const other = class BookStore {};
    @Injectable()
    class Orders {
      constructor(readonly books: BookStore) {}
    }
    expect((await refusal(Orders, other)).message).toMatch(
      /Shop provides another one of the same name: is a file or a package loaded twice\?$/,
    );
  });
});

describe('types that say nothing', () => {
  interface Catalog {
    find(): void;
  }

  it('are explained: interfaces', async () => {
    @Injectable()
    class Orders {
      constructor(readonly catalog: Catalog) {}
    }
    const error = await refusal(Orders);
    expect(error).toMatchObject({
      code: 'CONTAINER_INVALID',
      message: expect.stringMatching(
        /parameter 0 \(`catalog`\).*an interface, a type alias, a union, or a class imported by `import type`.*@Inject/,
      ),
    });
  });

  it('are explained: strings', async () => {
    @Injectable()
    class Orders {
      constructor(readonly currency: string) {}
    }
    expect((await refusal(Orders)).message).toMatch(
      /parameter 0 \(`currency`\) of its constructor is a String, and nothing is found by that type/,
    );
  });

  it('are explained: a class not yet defined', async () => {
    class Orders {
      constructor(readonly later: unknown) {}
    }
    Reflect.defineMetadata('design:paramtypes', [undefined], Orders);
    expect((await refusal(Orders)).message).toMatch(
      /was undefined when the class was decorated, since files import one another in a circle; write @Inject\(\(\) => \.\.\.\)/,
    );
  });

  it('are refused at the decorator: @Inject(undefined)', () => {
    expect(() => {
      class Orders {
        constructor(@Inject(undefined) readonly later: unknown) {}
      }
      return Orders;
    }).toThrow(/@Inject\(undefined\) on parameter 0 of the constructor of Orders: the identifier is not defined yet/);
  });
});

describe('erased types', () => {
  it('are refused naming class, parameter, place and runner', async () => {
    const Orders = erased(
      class Orders {
        constructor(readonly books: BookStore) {}
      },
    );
    const error = await refusal(Orders, BookStore);
    expect(error.code).toBe('TYPES_ERASED');
    expect(error.message).toMatch(
      /^parameter 0 \(`books`\) of the constructor of Orders \(.*validation\.test\.ts:\d+:\d+\) has lost its type: vitest compiled it/,
    );
  });

  it('do no harm where every parameter is named', async () => {
    class Orders {
      constructor(readonly books: unknown) {}
    }
    Inject(BookStore)(Orders, undefined, 0);
    Reflect.deleteMetadata('design:paramtypes', Orders);
    const container = createContainer({ providers: [Orders, BookStore] });
    await container.build();
    expect(container.get(Orders).books).toBeInstanceOf(BookStore);
  });

  it('are told apart from a class without decorator, an inherited one too', async () => {
    class Base {
      constructor(readonly books: BookStore) {}
    }
    @Injectable()
    class Orders extends Base {}
    expect(await refusal(Base, BookStore)).toMatchObject({
      code: 'CONTAINER_INVALID',
      message: expect.stringContaining('because Base has no decorator: put @Injectable() on it'),
    });
    expect((await refusal(Orders, BookStore)).message).toContain(
      'constructor of Base, which Orders inherits, has no known type',
    );
  });

  it.each([
    [
      { execArgv: ['--import', 'file:///x/node_modules/tsx/dist/loader.mjs'], env: {}, stripsTypes: false },
      'runs under tsx',
    ],
    [{ execArgv: [], env: { NODE_OPTIONS: '--import tsx' }, stripsTypes: false }, 'runs under tsx'],
    [{ execArgv: ['-r', 'esbuild-register'], env: {}, stripsTypes: false }, 'esbuild loader'],
    [{ execArgv: [], env: { JEST_WORKER_ID: '1' }, stripsTypes: false }, 'jest compiled it'],
    [{ execArgv: [], env: {}, stripsTypes: 'strip' }, 'Node itself stripped them'],
    [{ execArgv: [], env: {}, stripsTypes: false }, 'switch `emitDecoratorMetadata` on'],
  ])('guess the runner from %j', (surroundings, words) => {
    expect(likelyEraser('/app/src/orders.ts:3:1', surroundings)).toContain(words);
  });
});

describe('circles', () => {
  it('are told in full with the places that close them', async () => {
    @Injectable()
    class A {
      constructor(@Inject(() => B) readonly b: unknown) {}
    }
    @Injectable()
    class B {
      @Inject(() => RATE) readonly rate!: unknown;
    }
    const RATE = token('RATE');
    const error = await refusal(A, B, { provide: RATE, useFactory: () => 1, inject: [A] });
    expect(error.code).toBe('CONTAINER_CYCLE');
    expect(error.message).toMatch(
      /A \(parameter 0 \(`b`\) of its constructor\) -> B \(its property `rate`\) -> the factory of RATE \(inject\[0\]\) -> A; declared: A \(.*\), B \(.*\)\. Break it: let one of them take another by injectLater/,
    );
  });

  it('are each told once, a class that needs itself too', async () => {
    @Injectable()
    class Self {
      constructor(@Inject(() => Self) readonly self: unknown) {}
    }
    @Injectable()
    class Outside {
      constructor(readonly self: Self) {}
    }
    const error = await refusal(Outside, Self);
    expect(error.message).toMatch(
      /^providers need one another in a circle: Self \(parameter 0 \(`self`\) of its constructor\) -> Self;/,
    );
  });
});

describe('parameter resolvers', () => {
  const Env = metadataKey<string>('@Env');
  const FromEnv =
    (name: string) =>
    (target: object, member?: string | symbol, index?: number): void =>
      annotateSite({ target, member, index }, Env, name);

  @Injectable()
  class Settings {
    @FromEnv('home') readonly home!: string;
    constructor(
      readonly books: BookStore,
      @FromEnv('user') readonly user: string,
    ) {}
  }
  @Injectable()
  class MoreSettings extends Settings {}

  it('give values for parameters and properties, knowing the site', async () => {
    const sites: unknown[] = [];
    const container = createContainer({ providers: [MoreSettings, BookStore] });
    container.addParameterResolver(Env, (name, site) => {
      sites.push(site);
      return `env ${name}`;
    });
    await container.build();
    expect(container.get(MoreSettings)).toMatchObject({
      home: 'env home',
      user: 'env user',
      books: expect.any(BookStore),
    });
    expect(sites).toEqual([
      { owner: MoreSettings, index: 1, designType: String },
      { owner: MoreSettings, property: 'home', designType: String },
    ]);
  });

  it('are missed before anything is made', async () => {
    const error = await refusal(Settings, BookStore);
    expect(error.message).toMatch(
      /Settings of Shop: parameter 1 \(`user`\) of its constructor carries @Env, which nothing in this application resolves/,
    );
  });

  it('pass their own errors on', async () => {
    const container = createContainer({
      providers: [Settings, BookStore],
      resolvers: [
        {
          key: Env,
          resolve: (name: string) => {
            throw new Error(`no ${name}`);
          },
        },
      ],
    });
    await expect(container.build()).rejects.toThrow(/^no user$/);
  });

  it('refuse a second source of the value', async () => {
    class Both {
      constructor(@Inject(BookStore) @FromEnv('x') readonly x: unknown) {}
    }
    expect((await refusal(Both, BookStore)).message).toContain('carries @Env and @Inject; only one can give the value');
  });

  it('refuse parameters of methods and static properties', () => {
    expect(() => FromEnv('x')(Settings.prototype, 'run', 0)).toThrow(
      '@Env stands on parameter 0 of the method Settings.run',
    );
    expect(() => FromEnv('x')(Settings, 'count')).toThrow('@Env stands on the static property Settings.count');
  });
});
