import { describe, expect, it } from 'vitest';
import {
  createContainer,
  inject,
  Inject,
  Injectable,
  injectLater,
  Module,
  Optional,
  token,
  type Provider,
} from './index.js';

@Injectable()
class Database {
  readonly name: string = 'real';
}

@Injectable()
class BookStore {
  constructor(readonly database: Database) {}
}

abstract class Mailer {
  abstract send(text: string): string;
}
@Injectable()
class SmtpMailer extends Mailer {
  send(text: string): string {
    return `smtp ${text}`;
  }
}

const CURRENCY = token<string>('CURRENCY');
const REGION = token<string>('REGION', { default: () => 'eu' });

async function containerOf(...providers: Provider[]) {
  @Module({ providers })
  class TestModule {}
  const container = createContainer({ modules: [TestModule] });
  await container.build();
  return container;
}

describe('providers', () => {
  it('makes a class with what its constructor names by type, once', async () => {
    const container = await containerOf(BookStore, Database);
    expect(container.get(BookStore).database).toBe(container.get(Database));
    expect(container.get(BookStore)).toBe(container.get(BookStore));
  });

  it('provides values, falsy ones too, and promises and thenables as they are', async () => {
    const PROMISE = token<Promise<number>>('PROMISE');
    // oxlint-disable-next-line unicorn/no-thenable -- query builders are like this
    const thenable = { then: () => undefined };
    const THENABLE = token<object>('THENABLE');
    const container = await containerOf(
      { provide: CURRENCY, useValue: '' },
      { provide: PROMISE, useValue: Promise.resolve(3) },
      { provide: THENABLE, useValue: thenable },
    );
    expect(container.get(CURRENCY)).toBe('');
    expect(container.get(THENABLE)).toBe(thenable);
    await expect(container.get(PROMISE)).resolves.toBe(3);
  });

  it('makes another class where an abstract one is asked for', async () => {
    @Injectable()
    class News {
      constructor(readonly mailer: Mailer) {}
    }
    const container = await containerOf(News, { provide: Mailer, useClass: SmtpMailer });
    expect(container.get(News).mailer.send('hi')).toBe('smtp hi');
  });

  it('calls a factory with what it lists', async () => {
    const container = await containerOf(Database, {
      provide: CURRENCY,
      useFactory: (database: Database, region: string, none: unknown) => `${database.name} ${region} ${none}`,
      inject: [Database, REGION, { token: Mailer, optional: true }],
    });
    expect(container.get(CURRENCY)).toBe('real eu undefined');
  });

  it('gives the same instance under another name', async () => {
    const container = await containerOf(SmtpMailer, { provide: Mailer, useExisting: SmtpMailer });
    expect(container.get(Mailer)).toBe(container.get(SmtpMailer));
  });

  it('makes the default of a token once per application, unless it is provided', async () => {
    const BOX = token<object>('BOX', { default: () => ({}) });
    const first = await containerOf({ provide: CURRENCY, useFactory: (box: object) => box, inject: [BOX] });
    const second = await containerOf();
    expect(first.get(BOX)).toBe(first.get(CURRENCY));
    expect(first.get(BOX)).not.toBe(second.get(BOX));
    const provided = await containerOf({ provide: REGION, useValue: 'us' });
    expect(provided.get(REGION)).toBe('us');
  });

  it('inherits the constructor and the marked properties of an ancestor', async () => {
    class Base {
      @Inject(CURRENCY) readonly currency!: string;
      @Inject() readonly mailer!: SmtpMailer;
    }
    @Injectable()
    class Middle extends Base {
      constructor(readonly database: Database) {
        super();
      }
    }
    @Injectable()
    class Leaf extends Middle {
      @Inject(REGION) declare readonly currency: string;
    }
    const container = await containerOf(Leaf, Database, SmtpMailer, { provide: CURRENCY, useValue: 'EUR' });
    const leaf = container.get(Leaf);
    expect([leaf.database, leaf.mailer, leaf.currency]).toEqual([expect.any(Database), expect.any(SmtpMailer), 'eu']);
  });

  it('makes heirs of library classes, whose constructors know no decorators', async () => {
    const { EventEmitter } = await import('node:events');
    @Injectable()
    class Bus extends EventEmitter {}
    @Injectable()
    class Faults extends Error {}
    const container = await containerOf(Bus, Faults);
    expect(container.get(Bus).listenerCount('x')).toBe(0);
    expect(container.get(Faults)).toBeInstanceOf(Error);
  });

  it('leaves optional parameters undefined when nothing provides them', async () => {
    @Injectable()
    class Cart {
      constructor(
        @Optional() readonly mailer?: SmtpMailer,
        @Optional() @Inject(CURRENCY) readonly currency = 'none',
      ) {}
    }
    const container = await containerOf(Cart);
    expect(container.get(Cart)).toMatchObject({ mailer: undefined, currency: 'none' });
  });

  it('takes an identifier from a function, for files that import one another', async () => {
    @Injectable()
    class Early {
      constructor(@Inject(() => Late) readonly late: unknown) {}
    }
    class Late {}
    const container = await containerOf(Early, Late);
    expect(container.get(Early).late).toBeInstanceOf(Late);
  });
});

describe('async factories', () => {
  it('are awaited before what depends on them, side by side where they are independent', async () => {
    const log: string[] = [];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const A = token<string>('A');
    const B = token<string>('B');
    const C = token<string>('C');
    @Injectable()
    class User {
      constructor(@Inject(C) readonly c: string) {
        log.push('user');
      }
    }
    const waiting = (name: string) => async () => {
      log.push(`${name} begins`);
      if (log.includes('a begins') && log.includes('b begins')) open();
      await gate;
      log.push(`${name} ends`);
      return name;
    };
    const container = await containerOf(
      User,
      { provide: C, useFactory: (a: string, b: string) => Promise.resolve(a + b), inject: [A, B] },
      { provide: A, useFactory: waiting('a') },
      { provide: B, useFactory: waiting('b') },
    );
    expect(log).toEqual(['a begins', 'b begins', 'a ends', 'b ends', 'user']);
    expect(container.get(User).c).toBe('ab');
  });

  it('run once, however many ask at the same time', async () => {
    let calls = 0;
    const A = token<number>('A');
    const users = Array.from({ length: 5 }, (_, index): Provider => ({
      provide: token(`user ${index}`),
      useFactory: async (a: number) => a,
      inject: [A],
    }));
    await containerOf(...users, { provide: A, useFactory: () => Promise.resolve(++calls) });
    expect(calls).toBe(1);
  });

  it('name themselves when they fail, with the cause', async () => {
    const cause = new Error('connection refused');
    const building = containerOf({ provide: CURRENCY, useFactory: () => Promise.reject(cause) });
    await expect(building).rejects.toMatchObject({
      code: 'CONTAINER_FAILED',
      message: 'the factory of CURRENCY of TestModule failed: connection refused',
      cause,
    });
  });

  it('are all told when several fail', async () => {
    const failing = (name: string): Provider => ({
      provide: token(name),
      useFactory: async () => Promise.reject(new Error(`no ${name}`)),
    });
    await expect(containerOf(failing('A'), failing('B'))).rejects.toThrow(
      /2 providers failed:\n {2}- the factory of A .*: no A\n {2}- the factory of B .*: no B/,
    );
  });

  it('leave no rejection behind when the build has failed already', async () => {
    const lost: unknown[] = [];
    const listener = (reason: unknown): void => void lost.push(reason);
    process.on('unhandledRejection', listener);
    const LATE = token<string>('LATE');
    const rejecting = (): Promise<string> =>
      Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => Promise.reject(new Error('too late')));
    @Injectable()
    class NeedsLate {
      constructor(@Inject(LATE) readonly late: string) {}
    }
    class Asks {
      readonly late = inject(NeedsLate);
    }
    const building = containerOf(
      NeedsLate,
      Asks,
      { provide: CURRENCY, useFactory: async (asks: Asks) => asks, inject: [Asks] },
      { provide: LATE, useFactory: rejecting },
    );
    await expect(building).rejects.toThrow('NeedsLate cannot be injected here yet, since it needs LATE');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect(lost).toEqual([]);
  });

  it('are there when a class asks by inject() in a property', async () => {
    class Report {
      readonly currency = inject(CURRENCY);
    }
    const container = await containerOf(Report, { provide: CURRENCY, useFactory: () => Promise.resolve('CHF') });
    expect(container.get(Report).currency).toBe('CHF');
  });

  it('are refused by inject() while they wait, with the way to ask', async () => {
    class Report {
      readonly currency = inject(CURRENCY);
    }
    const building = containerOf(
      Report,
      { provide: CURRENCY, useFactory: () => Promise.resolve('CHF') },
      { provide: REGION, useFactory: async (report: Report) => report.currency, inject: [Report] },
    );
    await expect(building).rejects.toThrow(
      /CURRENCY cannot be injected here yet.*gives a promise that is not settled.*constructor parameter/,
    );
  });
});

describe('inject()', () => {
  it('works in property initialisers, constructors and factories', async () => {
    @Injectable()
    class Cart {
      readonly store = inject(BookStore);
      readonly mailer = inject(Mailer, { optional: true });
      readonly region: string;
      constructor() {
        this.region = inject(REGION);
      }
    }
    const container = await containerOf(Cart, BookStore, Database, {
      provide: CURRENCY,
      useFactory: () => inject(REGION),
    });
    const cart = container.get(Cart);
    expect(cart.store).toBe(container.get(BookStore));
    expect([cart.mailer, cart.region, container.get(CURRENCY)]).toEqual([undefined, 'eu', 'eu']);
  });

  it('refuses outside of construction, and after an await', async () => {
    const refusal = {
      code: 'CONTAINER_INVALID',
      message: expect.stringContaining('inject(Database) was called while nothing is made'),
    };
    expect(() => inject(Database)).toThrow(expect.objectContaining(refusal));
    const building = containerOf(Database, {
      provide: CURRENCY,
      useFactory: async () => {
        await Promise.resolve();
        return inject(Database);
      },
    });
    await expect(building).rejects.toMatchObject(refusal);
  });

  it('names the asker and what is missing', async () => {
    class Cart {
      readonly store = inject(BookStore);
    }
    await expect(containerOf(Cart, Database)).rejects.toMatchObject({
      code: 'CONTAINER_MISSING',
      message: 'Cart of TestModule: its inject(BookStore) asks for what nothing provides',
    });
  });

  it('tells the circle that it closes, in full', async () => {
    class Orders {
      readonly invoices: unknown = inject(Invoices);
    }
    @Injectable()
    class Letters {
      constructor(readonly orders: Orders) {}
    }
    @Injectable()
    class Invoices {
      constructor(readonly letters: Letters) {}
    }
    await expect(containerOf(Orders, Letters, Invoices)).rejects.toMatchObject({
      code: 'CONTAINER_CYCLE',
      message: expect.stringMatching(
        /Orders \(inject\(Invoices\)\) -> Invoices \(parameter 0 \(`letters`\) of its constructor\) -> Letters \(parameter 0 \(`orders`\) of its constructor\) -> Orders/,
      ),
    });
  });

  it('breaks a circle when asked to give later', async () => {
    class Orders {
      private readonly later = injectLater(() => Invoices);
      invoices(): Invoices {
        return this.later();
      }
    }
    @Injectable()
    class Invoices {
      constructor(readonly orders: Orders) {}
    }
    const container = await containerOf(Orders, Invoices);
    expect(container.get(Orders).invoices()).toBe(container.get(Invoices));
    expect(container.get(Invoices).orders).toBe(container.get(Orders));
  });

  it('tells at once what injectLater will never find', async () => {
    class Orders {
      readonly store = injectLater(BookStore);
    }
    await expect(containerOf(Orders)).rejects.toThrow(
      'Orders of TestModule: its injectLater(BookStore) asks for what nothing provides',
    );
  });
});

describe('a container', () => {
  it('shares nothing with another one of the same modules', async () => {
    @Module({ providers: [BookStore, Database] })
    class Shop {}
    const [first, second] = [createContainer({ modules: [Shop] }), createContainer({ modules: [Shop] })];
    await Promise.all([first.build(), second.build()]);
    expect(first.get(BookStore)).not.toBe(second.get(BookStore));
    expect(first.get(BookStore).database).not.toBe(second.get(BookStore).database);
  });

  it('names the constructor that threw and runs no other twice', async () => {
    let made = 0;
    @Injectable()
    class Fragile {
      constructor() {
        made++;
        throw new Error('broken');
      }
    }
    @Injectable()
    class User {
      constructor(readonly fragile: Fragile) {}
    }
    await expect(containerOf(User, Fragile)).rejects.toMatchObject({
      code: 'CONTAINER_FAILED',
      message: expect.stringMatching(
        /^the constructor of Fragile \(.*container\.test\.ts:\d+:\d+\) of TestModule failed: broken$/,
      ),
    });
    expect(made).toBe(1);
  });

  it('answers has, tryGet and get', async () => {
    const container = await containerOf(Database);
    expect([container.has(Database), container.has(BookStore)]).toEqual([true, false]);
    expect(container.tryGet(BookStore)).toBeUndefined();
    expect(() => container.get(token('DATABASES'))).toThrow(
      'nothing provides DATABASES; nearest: Database of TestModule',
    );
  });

  it('knows whether anything asks for something', async () => {
    class Asks {
      readonly store = inject(BookStore);
      readonly later = injectLater(SmtpMailer);
    }
    const container = await containerOf(Asks, BookStore, Database, SmtpMailer);
    expect([Asks, BookStore, Database, SmtpMailer].map((type) => container.injects(type))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  it('gives nothing before it is built, and takes nothing after', async () => {
    const container = createContainer({ providers: [Database] });
    expect(() => container.get(Database)).toThrow('Database was asked for before the container was built');
    await container.build();
    expect(() => container.addInstanceHook(() => {})).toThrow(
      'addInstanceHook was called after the container was built',
    );
    await expect(container.build()).rejects.toThrow('build was called after');
  });

  it('shows every made instance once to each hook, before anybody receives it', async () => {
    const seen: [object, unknown][] = [];
    const shared = new Database();
    @Injectable()
    class Reader {
      readonly marked: boolean;
      constructor(store: BookStore) {
        this.marked = seen.some(([instance]) => instance === store);
      }
    }
    const container = createContainer({
      providers: [
        Reader,
        BookStore,
        { provide: Database, useFactory: () => shared },
        { provide: Mailer, useFactory: async () => new SmtpMailer() },
        { provide: REGION, useFactory: () => 'text' },
        { provide: token('AGAIN'), useFactory: () => shared },
        { provide: CURRENCY, useValue: { given: true } },
      ],
      hooks: [(instance, type) => seen.push([instance, type])],
    });
    await container.build();
    expect(container.get(Reader).marked).toBe(true);
    expect(seen.map(([, type]) => type)).toHaveLength(4);
    expect(new Map(seen).get(shared)).toBe(Database);
    expect(seen.map(([, type]) => type)).toEqual(expect.arrayContaining([Reader, BookStore, Database, SmtpMailer]));
  });

  it('wires two hundred classes in the right order', async () => {
    const types: (new (...needs: object[]) => { needs: object[] })[] = [];
    for (let index = 0; index < 200; index++) {
      class Part {
        readonly needs: object[];
        constructor(...needs: object[]) {
          this.needs = needs;
        }
      }
      const needs = types.slice(Math.max(0, index - 3));
      for (const [position, need] of needs.entries()) Inject(need)(Part, undefined, position);
      types.push(Part);
    }
    const container = await containerOf(...[...types].reverse());
    expect(container.get(types[199]!).needs).toEqual(
      [types[196], types[197], types[198]].map((type) => container.get(type!)),
    );
    expect(container.instances()).toHaveLength(201);
  });
});
