import {
  Arg,
  ChassisError,
  Implements,
  Injectable,
  Module,
  NotFound,
  remote,
  Remote,
  Returns,
  Schema,
  Unavailable,
  type Client,
  type Plugin,
} from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { GovernanceEvents } from '../events/governance-events.js';
import { governance } from '../plugin.js';
import { CircuitBreakers } from './circuit-breakers.js';
import { CircuitReporterPort } from './circuit-reporter.js';
import { CircuitBreaker } from './decorator.js';
import type { CircuitSnapshot } from './named-circuit.js';

@Schema({ id: 'stock' })
class Stock {
  @Returns(String)
  count(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Returns(String)
  lock(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Returns(Number, { stream: true })
  list(@Arg('isbn') isbn: string): AsyncIterable<number> {
    return remote();
  }
}

@Injectable()
class Caller {
  constructor(@Remote(Stock, { service: 'stock' }) readonly stock: Client<Stock>) {}
}

@Module({ providers: [Caller] })
class CallerModule {}

const FAILING = async (): Promise<string> => {
  throw Unavailable('down');
};

type Values = Readonly<Record<string, unknown>>;
interface Play {
  readonly values?: Values;
  readonly instances?: number;
  readonly plugins?: readonly Plugin[];
  readonly lock?: (isbn: string) => Promise<string>;
}

const ENABLED = {
  'cse.circuitBreaker.Consumer.enabled': true,
  'cse.circuitBreaker.Consumer.requestVolumeThreshold': 4,
};

class Caught {
  received = 0;
}

let running: TestApplication[] = [];
afterEach(async () => {
  await Promise.all(running.map((t) => t.stop()));
  running = [];
});

async function caller({ values = ENABLED, instances = 1, plugins = [], lock = FAILING }: Play = {}): Promise<{
  t: TestApplication;
  stock: Client<Stock>;
  received: Caught;
}> {
  const received = new Caught();
  const t = await TestApplication.create({
    name: 'caller',
    modules: [CallerModule],
    plugins: [governance(), ...plugins],
    configuration: { values },
  })
    .fakeRemote(
      Stock,
      { service: 'stock', instances },
      {
        count: async (isbn: string) => `of ${isbn}`,
        lock: (isbn: string) => {
          received.received += 1;
          return lock(isbn);
        },
        async *list() {
          yield 1;
          throw Unavailable('broken off');
        },
      },
    )
    .virtualClock();
  running.push(t);
  return { t, stock: t.get(Caller).stock, received };
}

const outcome = (call: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(call).catch((error: unknown) => error);

async function times(count: number, call: () => PromiseLike<unknown>): Promise<readonly unknown[]> {
  const outcomes: unknown[] = [];
  for (let index = 0; index < count; index += 1) outcomes.push(await outcome(call()));
  return outcomes;
}

const codes = (outcomes: readonly unknown[]): readonly unknown[] =>
  outcomes.map((each) => (ChassisError.is(each) ? each.code : each));

describe('a circuit breaker by the keys of go-chassis', () => {
  it('isolates an operation that fails while another of the same service works', async () => {
    const { t, stock, received } = await caller();
    expect(codes(await times(6, () => stock.lock('1')))).toEqual([
      ...Array.from({ length: 4 }, () => 'UNAVAILABLE'),
      ...['CIRCUIT_OPEN', 'CIRCUIT_OPEN'],
    ]);
    expect(received.received).toBe(4);
    expect(await stock.count('1')).toBe('of 1');
    expect(t.get(CircuitBreakers).isOpen('Consumer.stock.stock.lock')).toBe(true);
    expect(t.get(CircuitBreakers).state('Consumer.stock.stock.count')).toBe('closed');
  });

  it('refuses with 503 and the time until it lets calls try', async () => {
    const { t, stock } = await caller();
    await times(4, () => stock.lock('1'));
    await t.clock.advance(5000);
    expect(await outcome(stock.lock('1'))).toMatchObject({
      ...{ kind: 'UNAVAILABLE', code: 'CIRCUIT_OPEN', retryAfterMs: 10_000, remote: false },
      message: 'stock.lock is isolated: the circuit "Consumer.stock.stock.lock" is open',
    });
  });

  it('lets one call try after the sleep window: one that fails opens it again, one that succeeds closes it', async () => {
    let down = true;
    const { t, stock, received } = await caller({ lock: async () => (down ? FAILING() : 'locked') });
    await times(4, () => stock.lock('1'));
    await t.clock.advance(15_000);
    expect(codes(await Promise.all([outcome(stock.lock('1')), outcome(stock.lock('1'))]))).toEqual([
      'UNAVAILABLE',
      'CIRCUIT_OPEN',
    ]);
    down = false;
    expect(codes(await times(1, () => stock.lock('1')))).toEqual(['CIRCUIT_OPEN']);
    await t.clock.advance(15_000);
    expect(await times(3, () => stock.lock('1'))).toEqual(['locked', 'locked', 'locked']);
    expect(received.received).toBe(8);
  });

  it.each(['cse', 'servicecomb'])(
    'takes the whole of circuit_breaker.yaml for one service, in the spelling %s',
    async (root) => {
      const { t, stock } = await caller({
        values: {
          [`${root}.circuitBreaker.Consumer.enabled`]: true,
          [`${root}.circuitBreaker.Consumer.requestVolumeThreshold`]: 2,
          [`${root}.circuitBreaker.Consumer.stock.requestVolumeThreshold`]: 5,
          [`${root}.circuitBreaker.Consumer.stock.sleepWindowInMilliseconds`]: 700,
          [`${root}.circuitBreaker.Consumer.stock.errorThresholdPercentage`]: 100,
          [`${root}.circuitBreaker.scope`]: 'service',
        },
      });
      await stock.count('1');
      // a fifth of them worked: below 100 per cent
      expect(codes(await times(5, () => stock.lock('1')))).not.toContain('CIRCUIT_OPEN');
      await t.clock.advance(10_000);
      await times(5, () => stock.lock('1'));
      expect(await outcome(stock.count('1'))).toMatchObject({ code: 'CIRCUIT_OPEN', retryAfterMs: 700 });
    },
  );

  it('is off unless it is enabled, whatever else is said', async () => {
    const { stock } = await caller({ values: { 'cse.circuitBreaker.Consumer.forceOpen': true } });
    expect(await stock.count('1')).toBe('of 1');
  });

  it('forced open refuses all, and wins over forced closed, which lets all through', async () => {
    const { t, stock } = await caller();
    t.application.config.set('cse.circuitBreaker.Consumer.stock.forceClosed', true);
    expect(codes(await times(9, () => stock.lock('1')))).not.toContain('CIRCUIT_OPEN');
    t.application.config.set('cse.circuitBreaker.Consumer.stock.forceOpen', true);
    const refused = await outcome(stock.count('1'));
    expect(refused).toMatchObject({ code: 'CIRCUIT_OPEN', retryAfterMs: undefined });
    t.application.config.set('cse.circuitBreaker.Consumer.stock.forceOpen', false);
    expect(await stock.count('1')).toBe('of 1');
  });
});

describe('what counts', () => {
  it('is what speaks against the callee; what it refused with good reason counts as a success', async () => {
    const { stock } = await caller({
      lock: async () => {
        throw NotFound('no such book');
      },
    });
    expect(codes(await times(9, () => stock.lock('1')))).not.toContain('CIRCUIT_OPEN');
  });

  it('is chosen by kinds', async () => {
    const { stock } = await caller({
      values: { ...ENABLED, 'servicecomb.governance.circuitBreaker.consumer.kinds': ['NOT_FOUND'] },
      lock: async (isbn) => (isbn === '0' ? FAILING() : Promise.reject(NotFound('no such book'))),
    });
    await times(9, () => stock.lock('0'));
    expect(codes(await times(11, () => stock.lock('1')))).toContain('CIRCUIT_OPEN');
  });

  it('is a call whose time was over, though its work never ends; one that was given up is not', async () => {
    const { t, stock } = await caller({ lock: () => new Promise(() => undefined) });
    for (let call = 0; call < 9; call += 1) {
      const giveUp = new AbortController();
      const given = outcome(t.client(Stock, { service: 'stock', signal: giveUp.signal }).lock('1'));
      giveUp.abort();
      await given;
    }
    expect(t.get(CircuitBreakers).list()).toMatchObject([{ state: 'closed', calls: 0 }]);
    const late = Promise.all([1, 2, 3, 4].map(() => outcome(stock.lock('1'))));
    await t.clock.advance(30_000);
    expect(codes(await late)).toEqual(Array.from({ length: 4 }, () => 'CALL_DEADLINE'));
    expect(codes(await times(1, () => stock.lock('1')))).toEqual(['CIRCUIT_OPEN']);
  });

  it('is a slow call, where slowness is asked for', async () => {
    const { t, stock } = await caller({
      values: {
        ...ENABLED,
        'servicecomb.governance.circuitBreaker.consumer.slowMs': '800ms',
        'servicecomb.governance.circuitBreaker.consumer.slowPercent': 50,
      },
      lock: async (isbn) => {
        await t.clock.sleep(Number(isbn));
        return 'locked';
      },
    });
    const calls = Promise.all([799, 799, 800, 900].map((ms) => outcome(stock.lock(String(ms)))));
    await t.clock.advance(1000);
    expect(await calls).toEqual(Array.from({ length: 4 }, () => 'locked'));
    expect(codes(await times(1, () => stock.lock('1')))).toEqual(['CIRCUIT_OPEN']);
  });

  it('is a stream that breaks off', async () => {
    const { stock } = await caller();
    const read = async (): Promise<void> => {
      const items = stock.list('1')[Symbol.asyncIterator]();
      while (!(await items.next()).done) continue;
    };
    expect(codes(await times(5, read)).at(-1)).toBe('CIRCUIT_OPEN');
  });
});

describe('scopes', () => {
  const scoped = (scope: string): Values => ({ ...ENABLED, 'cse.circuitBreaker.scope': scope });
  const names = (t: TestApplication): readonly string[] =>
    t
      .get(CircuitBreakers)
      .list()
      .map(({ name }) => name.replace(/stock-\d+:\d+/, 'host:port'));

  it('service: all operations share a circuit', async () => {
    const { t, stock } = await caller({ values: scoped('service') });
    await times(4, () => stock.lock('1'));
    expect(codes(await times(1, () => stock.count('1')))).toEqual(['CIRCUIT_OPEN']);
    expect(names(t)).toEqual(['Consumer.stock']);
  });

  it('instance: each instance has a circuit for all operations', async () => {
    const { t, stock } = await caller({ values: scoped('instance'), instances: 2 });
    await times(8, () => stock.lock('1'));
    expect(codes(await times(2, () => stock.count('1')))).toEqual(['CIRCUIT_OPEN', 'CIRCUIT_OPEN']);
    expect(names(t)).toEqual(['Consumer.stock.host:port', 'Consumer.stock.host:port']);
  });

  it('instance-api: each operation of each instance has one', async () => {
    const { t, stock } = await caller({ values: scoped('instance-api'), instances: 2 });
    await times(8, () => stock.lock('1'));
    expect(await times(2, () => stock.count('1'))).toEqual(['of 1', 'of 1']);
    expect(codes(await times(2, () => stock.lock('1')))).toEqual(['CIRCUIT_OPEN', 'CIRCUIT_OPEN']);
    expect(new Set(names(t))).toEqual(
      new Set(['Consumer.stock.host:port.stock.count', 'Consumer.stock.host:port.stock.lock']),
    );
  });
});

describe('by mark', () => {
  const POLICY = `
    match: batch
    failureRateThreshold: 50
    minimumNumberOfCalls: 2
    slidingWindowType: count
    slidingWindowSize: 4
    waitDurationInOpenState: 2000
    permittedNumberOfCallsInHalfOpenState: 2`;

  it('has a circuit of its own for the marked calls to a service, by the names of the specification', async () => {
    const marker: Plugin = {
      name: 'marker',
      install: (host) =>
        host.handler({
          ...{ name: 'test-marker', side: 'consumer', everywhere: true, before: 'fallback' },
          make: () => ({
            handle(invocation, next) {
              if (invocation.args[0] === '0') invocation.mark = 'batch';
              return next(invocation);
            },
          }),
        }),
    };
    const { t, stock } = await caller({
      values: { 'servicecomb.circuitBreaker.slow-batch': POLICY },
      plugins: [marker],
    });
    expect(codes(await times(3, () => stock.lock('0'))).at(-1)).toBe('CIRCUIT_OPEN');
    expect(codes(await times(1, () => stock.count('0')))).toEqual(['CIRCUIT_OPEN']);
    expect(await stock.count('1')).toBe('of 1');
    expect(t.get(CircuitBreakers).list()).toMatchObject([{ name: 'Consumer.stock#batch', state: 'open', refused: 2 }]);
    t.application.config.set('servicecomb.circuitBreaker.slow-batch', POLICY.replace('2000', '1000'));
    expect(await outcome(stock.count('0'))).toMatchObject({ retryAfterMs: 1000 });
    await t.clock.advance(1000);
    expect(await times(3, () => stock.count('0'))).toEqual(['of 0', 'of 0', 'of 0']);
    t.application.config.set('servicecomb.circuitBreaker.slow-batch', undefined);
    expect(codes(await times(9, () => stock.lock('0')))).not.toContain('CIRCUIT_OPEN');
  });
});

describe('a change at run time', () => {
  it('of a threshold keeps what was counted; elsewhere it touches nothing', async () => {
    const { t, stock } = await caller();
    await times(3, () => stock.lock('1'));
    t.application.config.set('cse.circuitBreaker.Consumer.other.requestVolumeThreshold', 9);
    t.application.config.set('cse.circuitBreaker.Provider.requestVolumeThreshold', 9);
    expect(t.get(CircuitBreakers).list()).toMatchObject([{ calls: 3, failed: 3 }]);
    t.application.config.set('cse.circuitBreaker.Consumer.stock.requestVolumeThreshold', 6);
    expect(codes(await times(4, () => stock.lock('1'))).indexOf('CIRCUIT_OPEN')).toBe(3);
  });

  it('that cannot be right is refused and leaves the circuit as it was', async () => {
    const { t, stock } = await caller();
    await times(4, () => stock.lock('1'));
    expect(() => t.application.config.set('cse.circuitBreaker.Consumer.errorThresholdPercentage', 140)).toThrow(
      /at most 100/,
    );
    expect(codes(await times(1, () => stock.lock('1')))).toEqual(['CIRCUIT_OPEN']);
  });
});

@Injectable()
class Prices {
  calls = 0;

  @CircuitBreaker({ minimumCalls: 2, openMs: 100 })
  async of(isbn: string): Promise<string> {
    this.calls += 1;
    throw new RangeError(`no price of ${isbn}`);
  }
}

@Implements(Stock)
@CircuitBreaker({ minimumCalls: 2, errorPercent: 100 })
class StockService extends Stock {
  received: string[] = [];

  override async count(isbn: string): Promise<string> {
    this.received.push(`count ${isbn}`);
    return `of ${isbn}`;
  }

  @CircuitBreaker({ minimumCalls: 3 })
  override async lock(isbn: string): Promise<string> {
    this.received.push(`lock ${isbn}`);
    throw new Error('dead lock');
  }

  override async *list(): AsyncIterable<number> {
    yield 1;
  }
}

@Module({ schemas: [StockService], providers: [Prices] })
class StockModule {}

describe('the decorator', () => {
  async function provider(values: Values = {}): Promise<TestApplication> {
    const t = await TestApplication.create({
      ...{ name: 'stock', modules: [StockModule], plugins: [governance()], configuration: { values } },
    }).virtualClock();
    running.push(t);
    return t;
  }

  it('on the method of an injectable stands around that method, whose own errors reach the caller', async () => {
    const t = await provider();
    const prices = t.get(Prices);
    const outcomes = await times(4, () => prices.of('1'));
    expect(outcomes.slice(0, 2).every((error) => error instanceof RangeError)).toBe(true);
    expect(codes(outcomes.slice(2))).toEqual(['CIRCUIT_OPEN', 'CIRCUIT_OPEN']);
    expect(prices.calls).toBe(2);
    expect(t.get(CircuitBreakers).isOpen('Method.local.Prices.of')).toBe(true);
    await t.clock.advance(100);
    expect(codes(await times(2, () => prices.of('1')))).toEqual([expect.any(RangeError), 'CIRCUIT_OPEN']);
  });

  it('on the provider, on its class and on a method, refuses before the work, and the method says more than the class', async () => {
    const t = await provider();
    const stock = t.client(Stock);
    const outcomes = await times(5, () => stock.lock('1'));
    expect(codes(outcomes)).toEqual(['INTERNAL', 'INTERNAL', 'INTERNAL', 'CIRCUIT_OPEN', 'CIRCUIT_OPEN']);
    expect(outcomes.at(-1)).toMatchObject({ kind: 'UNAVAILABLE', retryAfterMs: 15_000, remote: true });
    expect(t.get(StockService).received).toHaveLength(3);
    expect(await stock.count('1')).toBe('of 1');
  });

  it('gives way to configuration of its own scope, not to a wider one', async () => {
    const t = await provider({
      'cse.circuitBreaker.Provider.requestVolumeThreshold': 50,
      'servicecomb.governance.circuitBreaker.method.services.local.schemas.Prices.operations.of.minimumCalls': 3,
    });
    expect(codes(await times(4, () => t.client(Stock).lock('1'))).at(-1)).toBe('CIRCUIT_OPEN');
    expect(codes(await times(4, () => t.get(Prices).of('1'))).indexOf('CIRCUIT_OPEN')).toBe(3);
  });
});

describe('what is told', () => {
  it('is told as events', async () => {
    const { t, stock } = await caller({ lock: async (isbn) => (isbn === '1' ? FAILING() : 'locked') });
    const told: unknown[] = [];
    const events = t.get(GovernanceEvents);
    for (const name of ['opened', 'half-opened', 'closed', 'rejected'] as const)
      events.on(name, (event) => void told.push([name, event]));
    await times(5, () => stock.lock('1'));
    await t.clock.advance(15_000);
    await stock.lock('2');
    const circuit = { service: 'stock', operation: 'stock.lock', circuit: 'Consumer.stock.stock.lock' };
    expect(told).toEqual([
      ['opened', circuit],
      ['rejected', { service: 'stock', operation: 'stock.lock', by: 'breaker', name: circuit.circuit }],
      ['half-opened', circuit],
      ['closed', circuit],
    ]);
  });

  it('is told to reporters of other plug-ins every ten seconds; what one throws harms nobody', async () => {
    const reports: (readonly CircuitSnapshot[])[] = [];
    const reporting: Plugin = {
      name: 'reporting',
      install(host) {
        host.extend(CircuitReporterPort, 'broken', () => ({
          report() {
            throw new Error('full');
          },
        }));
        host.extend(CircuitReporterPort, 'list', () => ({ report: (circuits) => void reports.push(circuits) }));
      },
    };
    const { t, stock } = await caller({ plugins: [reporting] });
    await times(3, () => stock.lock('1'));
    await t.clock.advance(9999);
    expect(reports).toHaveLength(0);
    await t.clock.advance(10_001);
    expect(reports).toHaveLength(2);
    expect(reports[0]).toMatchObject([{ name: 'Consumer.stock.stock.lock', state: 'closed' }]);
    await t.stop();
    running = [];
    expect(t.clock.pending).toBe(0);
  });

  it('can be reset, one by one or all', async () => {
    const { t, stock } = await caller();
    const circuits = t.get(CircuitBreakers);
    await times(4, () => stock.lock('1'));
    circuits.reset('Consumer.stock.stock.lock');
    expect(circuits.isOpen('Consumer.stock.stock.lock')).toBe(false);
    await times(4, () => stock.lock('1'));
    expect(circuits.isOpen('Consumer.stock.stock.lock')).toBe(true);
    circuits.reset();
    expect(circuits.list()).toMatchObject([{ state: 'closed', calls: 0 }]);
    expect(circuits.state('Consumer.nobody')).toBeUndefined();
  });
});
