import {
  Arg,
  ChassisError,
  Implements,
  Injectable,
  Module,
  remote,
  Remote,
  Returns,
  Schema,
  type Client,
  type Plugin,
} from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { GovernanceEvents } from '../events/governance-events.js';
import { governance } from '../plugin.js';
import { Bulkhead } from './decorator.js';

@Schema({ id: 'covers' })
class Covers {
  @Returns(String)
  draw(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Returns(String, { stream: true })
  print(@Arg('isbn') isbn: string): AsyncIterable<string> {
    return remote();
  }
}

/** Work that a test ends by hand. */
class Work {
  readonly under: { readonly isbn: string; end(): void }[] = [];
  readonly began: string[] = [];

  run(isbn: string): Promise<string> {
    this.began.push(isbn);
    return new Promise((resolve) => this.under.push({ isbn, end: () => resolve(`cover ${isbn}`) }));
  }

  end(): void {
    this.under.shift()?.end();
  }
}

@Implements(Covers)
class CoversService extends Covers {
  readonly work = new Work();

  @Bulkhead({ concurrent: 2, queue: 2, waitMs: 500 })
  override draw(isbn: string): Promise<string> {
    return this.work.run(isbn);
  }

  @Bulkhead({ concurrent: 1 })
  override async *print(isbn: string): AsyncIterable<string> {
    yield isbn;
    yield isbn;
  }
}

@Injectable()
class Painter {
  readonly work = new Work();
  constructor(@Remote(Covers, { service: 'remote-covers' }) readonly covers: Client<Covers>) {}

  @Bulkhead({ concurrent: 1 })
  paint(isbn: string): Promise<string> {
    return this.work.run(isbn);
  }
}

@Module({ schemas: [CoversService], providers: [Painter] })
class CoversModule {}

let running: TestApplication[] = [];
afterEach(async () => {
  for (const t of running) {
    const stopped = t.stop();
    // what a test left under way is over at its deadline
    await t.clock.advance(60_000);
    await stopped;
  }
  running = [];
});

async function start(
  values: Readonly<Record<string, unknown>> = {},
  plugins: readonly Plugin[] = [],
): Promise<{ t: TestApplication; work: Work; remoteWork: Work }> {
  const remoteWork = new Work();
  const t = await TestApplication.create({
    ...{ name: 'covers', modules: [CoversModule], plugins: [governance(), ...plugins], configuration: { values } },
  })
    .fakeRemote(Covers, { service: 'remote-covers' }, { draw: (isbn: string) => remoteWork.run(isbn) })
    .virtualClock();
  running.push(t);
  return { t, work: t.get(CoversService).work, remoteWork };
}

/** What calls came to so far: what is still open is left out. */
function outcomes(calls: readonly PromiseLike<unknown>[]): Map<number, unknown> {
  const ended = new Map<number, unknown>();
  for (const [index, call] of calls.entries()) {
    call.then(
      (value) => void ended.set(index, value),
      (error: unknown) => void ended.set(index, ChassisError.is(error) ? error.code : error),
    );
  }
  return ended;
}

const five = ['1', '2', '3', '4', '5'];

describe('a bulkhead', () => {
  it('lets so many work, keeps so many waiting in the order they came, and refuses the rest at once', async () => {
    const { t, work } = await start();
    const ended = outcomes(five.map((isbn) => t.client(Covers).draw(isbn)));
    await t.clock.advance(0);
    expect(work.began).toEqual(['1', '2']);
    expect([...ended]).toEqual([[4, 'BULKHEAD_FULL']]);
    work.end();
    await t.clock.advance(0);
    expect(work.began).toEqual(['1', '2', '3']);
    expect(ended.get(0)).toBe('cover 1');
  });

  it('refuses with 503, and tells it as an event', async () => {
    const { t } = await start({
      'servicecomb.governance.bulkhead.services.covers.schemas.covers.operations.draw.concurrent': 0,
    });
    const told: unknown[] = [];
    t.get(GovernanceEvents).on('rejected', (event) => void told.push(event));
    await expect(t.client(Covers).draw('1')).rejects.toMatchObject({
      ...{ kind: 'UNAVAILABLE', code: 'BULKHEAD_FULL', details: { bulkhead: 'covers.covers.draw', concurrent: 0 } },
      message: 'covers.draw is rejected because of max concurrency: 0 calls of "covers.covers.draw" are under way',
    });
    expect(told).toEqual([{ service: 'covers', operation: 'covers.draw', by: 'bulkhead', name: 'covers.covers.draw' }]);
  });

  it('lets nobody wait longer than said, and a place goes to the next who still waits', async () => {
    const { t, work } = await start();
    const ended = outcomes(five.slice(0, 3).map((isbn) => t.client(Covers).draw(isbn)));
    await t.clock.advance(499);
    expect(ended.size).toBe(0);
    outcomes([t.client(Covers).draw('4')]);
    await t.clock.advance(1);
    expect(ended.get(2)).toBe('BULKHEAD_FULL');
    work.end();
    await t.clock.advance(0);
    expect(work.began).toEqual(['1', '2', '4']);
  });

  it('is left by who gives up while waiting, before any work is done for it', async () => {
    const { t, work } = await start();
    outcomes([t.client(Covers).draw('1'), t.client(Covers).draw('2')]);
    const giveUp = new AbortController();
    const ended = outcomes([t.client(Covers, { signal: giveUp.signal }).draw('3'), t.client(Covers).draw('4')]);
    await t.clock.advance(0);
    giveUp.abort();
    work.end();
    await t.clock.advance(0);
    expect(ended.get(0)).toBe('CALL_CANCELLED');
    expect(work.began).toEqual(['1', '2', '4']);
  });

  it('gives a place back only when a stream is over, or its reader has left', async () => {
    const { t } = await start();
    const covers = t.client(Covers);
    const reading = covers.print('1')[Symbol.asyncIterator]();
    await reading.next();
    const second = async (): Promise<unknown> => covers.print('2')[Symbol.asyncIterator]().next();
    await expect(second()).rejects.toMatchObject({ code: 'BULKHEAD_FULL' });
    await reading.return?.();
    await t.clock.advance(0);
    expect(await second()).toMatchObject({ value: '2' });
  });

  it('stands around the method of any injectable', async () => {
    const { t } = await start();
    const painter = t.get(Painter);
    const ended = outcomes([painter.paint('1'), painter.paint('2')]);
    await t.clock.advance(0);
    expect([...ended]).toEqual([[1, 'BULKHEAD_FULL']]);
    painter.work.end();
    await t.clock.advance(0);
    outcomes([painter.paint('3')]);
    expect(painter.work.began).toEqual(['1', '3']);
  });
});

describe('a bulkhead by configuration', () => {
  it.each(['cse', 'servicecomb'])(
    'takes maxConcurrentRequests for all and for one service, in the spelling %s',
    async (root) => {
      const { t, remoteWork } = await start({
        [`${root}.isolation.Consumer.maxConcurrentRequests`]: 1,
        [`${root}.isolation.Consumer.remote-covers.maxConcurrentRequests`]: 3,
      });
      const { covers } = t.get(Painter);
      const ended = outcomes(five.map((isbn) => covers.draw(isbn)));
      await t.clock.advance(0);
      expect([...ended]).toEqual([
        [3, 'BULKHEAD_FULL'],
        [4, 'BULKHEAD_FULL'],
      ]);
      expect(remoteWork.began).toHaveLength(3);
    },
  );

  it('stands on the provider side too', async () => {
    const { t, work } = await start({
      'servicecomb.governance.bulkhead.provider.services.covers.schemas.covers.operations.draw.concurrent': 1,
      'servicecomb.governance.bulkhead.provider.services.covers.schemas.covers.operations.draw.queue': 0,
    });
    const ended = outcomes(five.map((isbn) => t.client(Covers).draw(isbn)));
    await t.clock.advance(0);
    expect(ended.size).toBe(4);
    expect(work.began).toEqual(['1']);
  });

  it('has no bound where nobody says one, also when only the scope of circuits is said', async () => {
    const { t, remoteWork } = await start({ 'cse.circuitBreaker.scope': 'service' });
    const { covers } = t.get(Painter);
    const ended = outcomes(Array.from({ length: 1100 }, () => covers.draw('1')));
    await t.clock.advance(0);
    expect(ended.size).toBe(0);
    expect(remoteWork.began).toHaveLength(1100);
  });

  it('is resized while calls are inside and waiting, both ways', async () => {
    const key = 'servicecomb.governance.bulkhead.consumer.services.remote-covers';
    const { t, remoteWork } = await start({ [`${key}.concurrent`]: 1, [`${key}.queue`]: 10 });
    const { config } = t.application;
    const { covers } = t.get(Painter);
    outcomes(five.map((isbn) => covers.draw(isbn)));
    await t.clock.advance(0);
    config.set(`${key}.concurrent`, 3);
    await t.clock.advance(0);
    expect(remoteWork.began).toEqual(['1', '2', '3']);
    config.set(`${key}.concurrent`, 1);
    remoteWork.end();
    remoteWork.end();
    await t.clock.advance(0);
    expect(remoteWork.began).toEqual(['1', '2', '3']);
    remoteWork.end();
    await t.clock.advance(0);
    expect(remoteWork.began).toEqual(['1', '2', '3', '4']);
  });

  it('bounds marked calls together, by the names of the specification', async () => {
    const marker: Plugin = {
      name: 'marker',
      install: (host) =>
        host.handler({
          ...{ name: 'test-marker', side: 'consumer', everywhere: true, before: 'fallback' },
          make: () => ({
            handle(invocation, next) {
              invocation.mark = 'batch';
              return next(invocation);
            },
          }),
        }),
    };
    const policy = 'match: batch\nmaxConcurrentCalls: 1\nmaxWaitDuration: 300';
    const { t, remoteWork } = await start({ 'servicecomb.bulkhead.small': policy }, [marker]);
    const { covers } = t.get(Painter);
    const ended = outcomes(['1', '2', '3'].map((isbn) => covers.draw(isbn)));
    await t.clock.advance(0);
    // one works, and while there is time to wait as many may wait
    expect([...ended]).toEqual([[2, 'BULKHEAD_FULL']]);
    await t.clock.advance(300);
    expect(ended.get(1)).toBe('BULKHEAD_FULL');
    t.application.config.set('servicecomb.bulkhead.small', policy.replace('Calls: 1', 'Calls: 2'));
    outcomes([covers.draw('4')]);
    await t.clock.advance(0);
    expect(remoteWork.began).toEqual(['1', '4']);
  });

  it('refuses what cannot be right and keeps what it had', async () => {
    const { t } = await start({ 'cse.isolation.Consumer.maxConcurrentRequests': 1 });
    expect(() => t.application.config.set('cse.isolation.Consumer.maxConcurrentRequests', -1)).toThrow(
      /at least 0, got -1/,
    );
  });
});
