import { describe, expect, it } from 'vitest';
import {
  createContainer,
  Inject,
  Injectable,
  Module,
  token,
  type ConfiguredModule,
  type ContainerOptions,
} from './index.js';

@Injectable()
class Rates {}
@Injectable()
class Prices {
  constructor(readonly rates: Rates) {}
}
const URL_TOKEN = token<string>('URL');

async function build(options: ContainerOptions) {
  const container = createContainer(options);
  await container.build();
  return container;
}

describe('flat modules', () => {
  it('see what every other module provides, imported or not', async () => {
    @Module({ providers: [Rates] })
    class RatesModule {}
    @Module({ providers: [Prices] })
    class PricesModule {}
    const container = await build({ modules: [PricesModule, RatesModule] });
    expect(container.get(Prices).rates).toBe(container.get(Rates));
  });

  it('are collected through imports, functions and circles, each once', async () => {
    let made = 0;
    @Injectable()
    class Counted {
      constructor() {
        made++;
      }
    }
    @Module({ imports: [() => Second], providers: [Counted] })
    class First {}
    @Module({ imports: [First, () => First], providers: [Prices, Counted, Rates] })
    class Second {}
    const container = await build({ modules: [First, Second] });
    expect(container.get(Prices)).toBeInstanceOf(Prices);
    expect(made).toBe(1);
  });

  it('are themselves made, with what their constructor asks for', async () => {
    @Module({ providers: [Rates] })
    class RatesModule {
      constructor(readonly rates: Rates) {}
    }
    const container = await build({ modules: [RatesModule] });
    expect(container.get(RatesModule).rates).toBe(container.get(Rates));
  });

  it('list schemas and handlers, which are providers too', async () => {
    @Injectable()
    class Catalog {
      constructor(readonly prices: Prices) {}
    }
    @Injectable()
    class Audit {}
    class Replaced {}
    @Module({
      schemas: [Catalog, Replaced],
      handlers: [Audit],
      providers: [Prices, Rates, { provide: Replaced, useFactory: () => 'replaced' }],
    })
    class Shop {}
    const container = createContainer({ modules: [Shop] });
    expect([container.schemas, container.handlers]).toEqual([[Catalog, Replaced], [Audit]]);
    await container.build();
    expect(container.get(Catalog).prices).toBe(container.get(Prices));
    expect(container.get(Audit)).toBeInstanceOf(Audit);
    expect(container.get(Replaced)).toBe('replaced');
  });

  it('refuse two different providers of one identifier, naming both modules', async () => {
    @Module({ providers: [{ provide: URL_TOKEN, useValue: 'a' }] })
    class A {}
    @Module({ providers: [{ provide: URL_TOKEN, useValue: 'b' }] })
    class B {}
    await expect(build({ modules: [A, B] })).rejects.toMatchObject({
      code: 'CONTAINER_INVALID',
      message: expect.stringContaining('URL is provided twice and differently, by A and by B'),
    });
  });

  it('replace what the application and its plug-ins provide', async () => {
    @Module({ providers: [{ provide: URL_TOKEN, useValue: 'module' }] })
    class A {}
    const container = await build({ modules: [A], providers: [{ provide: URL_TOKEN, useValue: 'default' }] });
    expect(container.get(URL_TOKEN)).toBe('module');
  });
});

describe('configured modules', () => {
  @Module({ providers: [Rates, Prices] })
  class RatesModule {
    static of(url: string): ConfiguredModule {
      return { module: RatesModule, providers: [{ provide: URL_TOKEN, useValue: url }] };
    }
    constructor(@Inject(URL_TOKEN) readonly url: string) {}
  }

  it('add to what the decorator lists', async () => {
    const container = await build({ modules: [RatesModule.of('http://rates')] });
    expect(container.get(URL_TOKEN)).toBe('http://rates');
    expect(container.get(RatesModule).url).toBe('http://rates');
    expect(container.get(Prices)).toBeInstanceOf(Prices);
  });

  it('live side by side when they are private', async () => {
    const shop = (name: string) => token<Shop>(name);
    const [north, south] = [shop('NORTH'), shop('SOUTH')];
    @Injectable()
    class Shop {
      constructor(@Inject(URL_TOKEN) readonly url: string) {}
    }
    const shopAt = (name: typeof north, url: string): ConfiguredModule => ({
      module: class ShopModule {},
      private: true,
      providers: [Shop, { provide: URL_TOKEN, useValue: url }, { provide: name, useExisting: Shop }],
      exports: [name],
    });
    const container = await build({ modules: [shopAt(north, 'n'), shopAt(south, 's')] });
    expect([container.get(north).url, container.get(south).url]).toEqual(['n', 's']);
    expect(container.has(Shop)).toBe(false);
  });
});

describe('private modules', () => {
  @Injectable()
  class Secret {
    constructor(readonly rates: Rates) {}
  }
  @Injectable()
  class Facade {
    constructor(readonly secret: Secret) {}
  }
  @Module({ private: true, providers: [Secret, Facade], exports: [Facade] })
  class Closed {}
  @Module({ imports: [Closed], providers: [Rates] })
  class Open {}

  it('see the flat scope, and let only exports out', async () => {
    const container = await build({ modules: [Open] });
    expect(container.get(Facade).secret.rates).toBe(container.get(Rates));
    expect(container.has(Secret)).toBe(false);
    expect(() => container.get(Secret)).toThrow('it belongs to the private module Closed, which does not export it');
  });

  it('keep their providers from others, saying who has them', async () => {
    @Injectable()
    class Thief {
      constructor(readonly secret: Secret) {}
    }
    @Module({ imports: [Open], providers: [Thief] })
    class Outside {}
    await expect(build({ modules: [Outside] })).rejects.toMatchObject({
      code: 'CONTAINER_MISSING',
      message: expect.stringMatching(
        /Thief of Outside .*parameter 0 \(`secret`\).*needs Secret.*private module Closed/,
      ),
    });
  });

  it('keep the exports of modules they import to themselves, unless passed on or global', async () => {
    @Module({ private: true, imports: [Closed] })
    class Keeps {}
    @Module({ private: true, imports: [Closed], exports: [Closed] })
    class PassesOn {}
    @Module({
      private: true,
      imports: [{ module: class Wide {}, private: true, global: true, imports: [Closed], exports: [Closed] }],
    })
    class ImportsGlobal {}
    const providers = [Rates];
    const seen = async (module: new () => object) => (await build({ modules: [module], providers })).has(Facade);
    expect([await seen(Keeps), await seen(PassesOn), await seen(ImportsGlobal)]).toEqual([false, true, true]);
  });

  it('open their schemas and handlers to the application alone', async () => {
    @Injectable()
    class Hidden {
      constructor(readonly secret: Secret) {}
    }
    @Module({ private: true, schemas: [Hidden], providers: [Secret, Rates] })
    class WithSchema {}
    const container = await build({ modules: [WithSchema] });
    expect(container.schemas).toEqual([Hidden]);
    expect(container.get(Hidden).secret).toBeInstanceOf(Secret);
  });

  it('use their own provider rather than the one of all', async () => {
    const own = token<string>('USES');
    @Module({
      private: true,
      providers: [
        { provide: URL_TOKEN, useValue: 'own' },
        { provide: own, useExisting: URL_TOKEN },
      ],
      exports: [own],
    })
    class Own {}
    const container = await build({ modules: [Own], providers: [{ provide: URL_TOKEN, useValue: 'all' }] });
    expect([container.get(URL_TOKEN), container.get(own)]).toEqual(['all', 'own']);
  });
});

describe('overrides', () => {
  it('replace by identifier everywhere, the last one wins', async () => {
    @Module({ private: true, providers: [Rates, Prices], exports: [Prices] })
    class Closed {}
    const [first, last] = [{ first: true }, { last: true }];
    const container = await build({
      modules: [Closed],
      overrides: [
        { provide: Rates, useValue: first },
        { provide: Rates, useValue: last },
      ],
    });
    expect(container.get(Prices).rates).toBe(last);
  });

  it('replace a schema and a default, and add what nobody provides', async () => {
    @Injectable()
    class Catalog {
      constructor(readonly missing: Rates) {}
    }
    @Module({ schemas: [Catalog] })
    class Shop {}
    const DEFAULTED = token<string>('DEFAULTED', { default: () => 'default' });
    const container = await build({
      modules: [Shop],
      overrides: [
        { provide: Catalog, useValue: 'fake' },
        { provide: DEFAULTED, useValue: 'replaced' },
        { provide: URL_TOKEN, useFactory: async () => 'added' },
      ],
    });
    expect([container.get(Catalog), container.get(DEFAULTED), container.get(URL_TOKEN)]).toEqual([
      'fake',
      'replaced',
      'added',
    ]);
  });
});

describe('what is declared wrongly', () => {
  const cases: [string, ContainerOptions, RegExp][] = [
    [
      'an import that is no module',
      { modules: [Rates] },
      /modules\[0\] of the application: expected a class with @Module or \{ module, \.\.\. \}, got Rates/,
    ],
    [
      'an undefined import',
      { modules: [undefined as never] },
      /modules\[0\].*got undefined \(do files import one another in a circle\?\)/,
    ],
    [
      'an undefined provider',
      { providers: [undefined as never] },
      /providers\[0\] of the application: expected a class or a provider, got undefined/,
    ],
    [
      'a provider without a way',
      { providers: [{ provide: Rates } as never] },
      /expected a class or \{ provide, useClass \| useValue .*got an object with provide/,
    ],
    [
      'a provider with two ways',
      { providers: [{ provide: Rates, useValue: 1, useFactory: () => 1 } as never] },
      /got an object with provide, useValue, useFactory/,
    ],
    [
      'a string as identifier',
      { providers: [{ provide: 'RATES', useValue: 1 } as never] },
      /expected a class or a token in `provide`, got RATES/,
    ],
    [
      'a factory that is none',
      { providers: [{ provide: Rates, useFactory: 3 } as never] },
      /expected a function in `useFactory` of Rates, got 3/,
    ],
    [
      'an export of nothing',
      { modules: [{ module: class Empty {}, exports: [Rates] }] },
      /Empty exports Rates, which it neither provides nor imports/,
    ],
    [
      'a schema that is no class',
      { modules: [{ module: class Odd {}, schemas: ['x' as never] }] },
      /schemas\[0\] of Odd: expected a class, got x/,
    ],
    [
      'an alias of nothing',
      { providers: [{ provide: URL_TOKEN, useExisting: Rates }] },
      /URL of the application: its useExisting needs Rates, which nothing provides/,
    ],
  ];

  it.each(cases)('is refused: %s', async (_name, options, message) => {
    await expect(build(options)).rejects.toThrow(message);
  });

  it('is refused: aliases in a circle', async () => {
    const [a, b] = [token('A'), token('B')];
    const providers = [
      { provide: a, useExisting: b },
      { provide: b, useExisting: a },
    ];
    await expect(build({ providers })).rejects.toMatchObject({
      code: 'CONTAINER_CYCLE',
      message: expect.stringContaining('A of the application: useExisting leads to B and round in a circle'),
    });
  });
});
