import { Arg, remote, Returns, Schema, Unavailable, type Client } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { Fallback } from './fallback/decorator.js';
import { governance } from './plugin.js';
import { Idempotent } from './retry/decorator.js';
import { play, type Answer, type Played } from './retry/played-service.fixture.js';

@Schema({ id: 'books' })
class Books {
  @Idempotent()
  @Returns(String)
  find(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Fallback(() => 'none')
  @Returns(String)
  shown(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }
}

let played: Played;
let books: Client<Books>;

async function start(answer: Answer, values: Record<string, unknown>): Promise<void> {
  const whole = governance();
  played = await play({ contracts: [Books], answer, values, instances: 2, rooms: (host) => whole.install(host) });
  books = played.client(Books);
}

afterEach(() => played.app.stop());

const never = (): Promise<never> => new Promise(() => undefined);

describe("go-chassis's keys together", () => {
  it('no call fails while one of two instances is dead, as the breaker watches calls and not tries', async () => {
    const dead: Answer = ({ instance }) => {
      if (instance === 'A') throw Unavailable('shutting down');
      return instance;
    };
    await start(dead, {
      'servicecomb.handler.chain.Consumer.default':
        'router,ratelimiter-consumer,bizkeeper-consumer,loadbalance,transport',
      'cse.loadbalance.retryEnabled': true,
      'cse.loadbalance.retryOnNext': 1,
      'servicecomb.governance.retry.budget': 1,
      'cse.circuitBreaker.Consumer.enabled': true,
      'cse.circuitBreaker.Consumer.requestVolumeThreshold': 4,
    });
    const got: unknown[] = [];
    for (let call = 0; call < 30; call += 1) got.push(await played.outcome(books.find('1'), 10));
    expect(new Set(got)).toEqual(new Set(['B']));
    expect(played.order).toContain('A');
  });

  it.each(['', '.played'])('the fallback stands in for a timeout (isolation.Consumer%s)', async (names) => {
    await start(never, {
      [`cse.isolation.Consumer${names}.timeoutInMilliseconds`]: 500,
      'cse.fallback.Consumer.enabled': true,
    });
    let endedAt = NaN;
    const shown = Promise.resolve(books.shown('1')).finally(() => (endedAt = played.clock.elapsed()));
    expect([await played.outcome(shown), endedAt]).toEqual(['none', 500]);
  });

  it("a timeout by mark holds for what the consumer's own marker marks", async () => {
    await start(never, {
      'servicecomb.match.slow': 'matches:\n  - headers: { x-slow: { exact: "yes" } }',
      'servicecomb.timeLimiter.slow': 'timeoutDuration: 200ms',
    });
    const slow = played.client(Books, { headers: { 'x-slow': 'yes' } }).find('1');
    expect(await played.outcome(slow)).toMatchObject({ code: 'TIMED_OUT' });
  });
});
