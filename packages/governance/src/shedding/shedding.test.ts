import {
  createApplication,
  Implements,
  Injectable,
  Module,
  remote,
  Returns,
  Schema,
  silentLogger,
  systemClock,
  VirtualClock,
  type Application,
  type ChassisError,
  type Clock,
  type Invocation,
  type Next,
  type Plugin,
} from '@ts-chassis/core';
import { Get, Query, rest } from '@ts-chassis/rest';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { GovernanceEvents } from '../events/governance-events.js';
import { Shed } from './decorator.js';
import { installShedding } from './install.js';
import { LagProbe } from './lag-probe.js';

const ROOT = 'servicecomb.governance.shedding';

/** Only this room, and a stand-in for the marker that believes every header. */
const shedding: Plugin = {
  name: 'shedding',
  install(host) {
    host.provideFrom(GovernanceEvents, (services) => new GovernanceEvents(services.logger));
    installShedding(host);
    const mark = (invocation: Invocation, next: Next): ReturnType<Next> => {
      invocation.mark = invocation.headers.get('x-mark');
      return next(invocation);
    };
    host.handler({ name: 'traffic-marker', side: 'provider', make: () => ({ handle: mark }) });
  },
};

@Schema({ id: 'reports' })
class Reports {
  @Get('/wait')
  @Returns(String)
  wait(): Promise<string> {
    return remote();
  }

  @Get('/yearly')
  @Returns(String)
  yearly(): Promise<string> {
    return remote();
  }

  @Get('/spin')
  @Returns(String)
  spin(@Query('ms') ms: number): Promise<string> {
    return remote();
  }
}

/** Answers when told to. */
@Injectable()
class Door {
  #waiting: (() => void)[] = [];
  entered = 0;

  pass(): Promise<string> {
    this.entered += 1;
    return new Promise((resolve) => this.#waiting.push(() => resolve('done')));
  }

  open(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}

@Implements(Reports)
class ReportService extends Reports {
  constructor(private readonly door: Door) {
    super();
  }

  override wait(): Promise<string> {
    return this.door.pass();
  }

  @Shed({ priority: 0 })
  override yearly(): Promise<string> {
    return this.door.pass();
  }

  override spin(ms: number): Promise<string> {
    const until = systemClock.elapsed() + ms;
    while (systemClock.elapsed() < until);
    return Promise.resolve('spun');
  }
}

@Module({ schemas: [ReportService], providers: [Door] })
class Provider {}

const running: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const app of running.splice(0)) await app.stop();
});

interface Trial {
  readonly t: TestApplication;
  readonly door: Door;
  readonly rejected: unknown[];
  call(operation: 'wait' | 'yearly', mark?: string): Promise<string>;
}

async function trial(values: Record<string, unknown>): Promise<Trial> {
  const t = await TestApplication.create({
    modules: [Provider],
    plugins: [shedding],
    configuration: { values },
  }).virtualClock();
  running.push(t);
  const rejected: unknown[] = [];
  t.get(GovernanceEvents).on('rejected', (event) => rejected.push(event));
  const call = (operation: 'wait' | 'yearly', mark?: string): Promise<string> => {
    const called = t.client(Reports, mark === undefined ? {} : { headers: { 'x-mark': mark } })[operation]();
    // what is refused is looked at later
    called.catch(() => undefined);
    return called;
  };
  return { t, door: t.get(Door), rejected, call };
}

async function outcomes(calls: readonly Promise<string>[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as ChassisError).code));
}

describe('shedding', () => {
  const fixed = { [`${ROOT}.adaptive`]: false, [`${ROOT}.maxConcurrent`]: 4, [`${ROOT}.minConcurrent`]: 1 };

  it('refuses what is too much, says when to come back, and lets in again', async () => {
    const { t, door, call, rejected } = await trial({ ...fixed, [`${ROOT}.retryAfterMs`]: '3s' });
    const calls = Array.from({ length: 6 }, () => call('wait'));
    const sixth = await calls[5]!.catch((error: unknown) => error as ChassisError);
    expect(sixth).toMatchObject({ kind: 'UNAVAILABLE', code: 'OVERLOADED', retryAfterMs: 3000 });
    expect(door.entered).toBe(4);
    expect(rejected).toHaveLength(2);
    expect(rejected[0]).toMatchObject({ by: 'shedding', name: 'none', operation: 'reports.wait' });
    door.open();
    expect(await outcomes(calls)).toEqual(['done', 'done', 'done', 'done', 'OVERLOADED', 'OVERLOADED']);
    const again = call('wait');
    await t.clock.advance(0);
    door.open();
    expect(await again).toBe('done');
  });

  it('sheds low priorities first, by mark and by decorator', async () => {
    const { t, door, call } = await trial({
      ...fixed,
      [`${ROOT}.priorities`]: { batch: 0, gold: 100 },
    });
    const calls = [
      ...[call('wait', 'batch'), call('wait', 'batch'), call('wait', 'batch'), call('yearly')],
      ...[call('wait'), call('wait'), call('wait')],
      ...[call('wait', 'gold'), call('wait', 'gold'), call('wait', 'gold')],
    ];
    await t.clock.advance(0);
    door.open();
    expect(await outcomes(calls)).toEqual([
      ...['done', 'done', 'OVERLOADED', 'OVERLOADED'],
      ...['done', 'done', 'OVERLOADED'],
      ...['done', 'done', 'OVERLOADED'],
    ]);
  });

  it('gives a place back when nobody waits for the call any more', async () => {
    const { t, door, call } = await trial({ ...fixed, 'servicecomb.transport.timeout.memory': '1s' });
    const first = Array.from({ length: 4 }, () => call('wait'));
    const ended = outcomes(first);
    await t.clock.advance(60_000);
    expect(new Set(await ended)).toEqual(new Set(['CALL_DEADLINE']));
    const again = call('wait');
    await t.clock.advance(0);
    door.open();
    expect(await again).toBe('done');
  });

  it('changes while it runs, and keeps count of the calls under way', async () => {
    const { t, door, call } = await trial(fixed);
    const calls = Array.from({ length: 4 }, () => call('wait'));
    await t.clock.advance(0);
    t.application.config.set(`${ROOT}.maxConcurrent`, 5);
    calls.push(call('wait'), call('wait'));
    await t.clock.advance(0);
    t.application.config.set(`${ROOT}.enabled`, false);
    calls.push(call('wait'));
    await t.clock.advance(0);
    door.open();
    expect(await outcomes(calls)).toEqual(['done', 'done', 'done', 'done', 'done', 'OVERLOADED', 'done']);
  });

  it('stands in no chain that nobody asked it for', async () => {
    const { door, call, t } = await trial({});
    const calls = Array.from({ length: 1010 }, () => call('wait'));
    await t.clock.advance(0);
    door.open();
    expect(new Set(await outcomes(calls))).toEqual(new Set(['done']));
  });

  it.each([
    ['a priority above 100', { [`${ROOT}.priority`]: 101 }, /priority.*100/],
    ['a priority that is no number', { [`${ROOT}.priorities`]: { gold: 'high' } }, /priorities\.gold.*a number.*high/],
    ['no place at all', { [`${ROOT}.maxConcurrent`]: 0 }, /maxConcurrent/],
    ['a tolerance below one', { [`${ROOT}.tolerance`]: 0.5 }, /tolerance/],
    ['a lag that is no time', { [`${ROOT}.maxLagMs`]: 'late' }, /maxLagMs.*a duration/],
  ])('refuses %s', async (_, values, message) => {
    await expect(TestApplication.create({ plugins: [shedding], configuration: { values } })).rejects.toThrow(message);
  });
});

describe('shedding over REST', () => {
  async function serving(values: Record<string, unknown>): Promise<{ app: Application; origin: string }> {
    const app = createApplication({
      ...{ name: 'reports', logger: silentLogger, signals: false, plugins: [rest(), shedding], modules: [Provider] },
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: {
          'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
          'servicecomb.registry.disabled': true,
          'servicecomb.lifecycle.drainDelay': 0,
          ...values,
        },
      },
    });
    await app.start();
    running.push(app);
    return { app, origin: `http://127.0.0.1:${app.endpoints[0]!.port}` };
  }

  it('answers 503 with Retry-After, and probes all the same', async () => {
    const { app, origin } = await serving({ [`${ROOT}.adaptive`]: false, [`${ROOT}.maxConcurrent`]: 1 });
    const door = app.get(Door);
    // the least that is always let in
    app.config.set(`${ROOT}.minConcurrent`, 1);
    const held = fetch(`${origin}/wait`);
    while (door.entered === 0) await new Promise((resolve) => setImmediate(resolve));
    const refused = await fetch(`${origin}/wait`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ code: 'OVERLOADED' });
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    expect((await fetch(`${origin}/openapi.json`)).status).toBe(200);
    door.open();
    expect((await held).status).toBe(200);
  });

  it('sheds when the event loop is late', async () => {
    const { origin } = await serving({ [`${ROOT}.maxLagMs`]: 20 });
    expect((await fetch(`${origin}/spin?ms=0`)).status).toBe(200);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(`${origin}/spin?ms=80`)).status),
    );
    expect(statuses).toContain(200);
    expect(statuses).toContain(503);
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  });
});

describe('the probe of lag', () => {
  /** A clock whose timers come late. */
  function lateBy(lateMs: () => number): { clock: Clock; virtual: VirtualClock } {
    const virtual = new VirtualClock();
    const clock: Clock = {
      now: () => virtual.now(),
      elapsed: () => virtual.elapsed(),
      after: (ms, run) => virtual.after(ms + lateMs(), run),
      sleep: (ms, signal) => virtual.sleep(ms, signal),
    };
    return { clock, virtual };
  }

  it('finds lasting lateness, and takes a single pause for none', async () => {
    let late = 0;
    const { clock, virtual } = lateBy(() => late);
    const probe = new LagProbe(clock);
    expect(probe.lagMs).toBe(0);
    await virtual.advance(1000);
    expect(probe.lagMs).toBe(0);
    late = 150;
    // the timer that waits is in time, the one after it is not
    await virtual.advance(60);
    late = 0;
    await virtual.advance(190);
    expect(probe.lagMs).toBeGreaterThan(20);
    expect(probe.lagMs).toBeLessThan(70);
    late = 150;
    await virtual.advance(5000);
    expect(probe.lagMs).toBeGreaterThan(145);
    late = 0;
    await virtual.advance(5000);
    expect(probe.lagMs).toBeLessThan(1);
  });

  it('rests when nobody reads it', async () => {
    const virtual = new VirtualClock();
    const probe = new LagProbe(virtual);
    expect(virtual.pending).toBe(0);
    expect(probe.lagMs).toBe(0);
    expect(virtual.pending).toBe(1);
    await virtual.advance(10_000);
    expect(virtual.pending).toBe(0);
    expect(probe.lagMs).toBe(0);
    expect(virtual.pending).toBe(1);
  });
});
