import {
  createApplication,
  Implements,
  Injectable,
  Module,
  remote,
  Returns,
  Schema,
  silentLogger,
  VirtualClock,
  type Application,
} from '@ts-chassis/core';
import { Get, Param, rest, RestClient } from '@ts-chassis/rest';
import { afterEach, describe, expect, it } from 'vitest';
import { governance } from '../plugin.js';
import { CircuitBreakers } from './circuit-breakers.js';

@Schema({ id: 'stock' })
class Stock {
  @Get('/count/:isbn')
  @Returns(String)
  count(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Get('/lock/:isbn')
  @Returns(String)
  lock(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }
}

@Implements(Stock)
class StockService extends Stock {
  locked = 0;

  override async count(isbn: string): Promise<string> {
    return `of ${isbn}`;
  }

  override async lock(): Promise<string> {
    this.locked += 1;
    throw new Error('dead lock');
  }
}

@Injectable()
class Caller {
  constructor(readonly rest: RestClient) {}
}

@Module({ schemas: [StockService], providers: [Caller] })
class StockModule {}

let app: Application | undefined;
afterEach(() => app?.stop());

async function start(values: Readonly<Record<string, unknown>>): Promise<{ origin: string; clock: VirtualClock }> {
  const clock = new VirtualClock();
  const started = createApplication({
    ...{ name: 'stock', modules: [StockModule], plugins: [rest(), governance()], clock },
    ...{ logger: silentLogger, signals: false },
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.registry.type': 'static',
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  app = started;
  await started.start();
  const { port } = started.endpoints.find(({ listener }) => listener === 'rest')!;
  return { origin: `127.0.0.1:${port}`, clock };
}

describe('a circuit breaker over REST', () => {
  it('on the provider answers 503 with Retry-After and says why, while another operation works', async () => {
    const { origin } = await start({
      'cse.circuitBreaker.Provider.enabled': true,
      'cse.circuitBreaker.Provider.requestVolumeThreshold': 3,
    });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await fetch(`http://${origin}/lock/${call}`)).status);
    expect(statuses).toEqual([500, 500, 500, 503]);
    const refused = await fetch(`http://${origin}/lock/1`);
    expect(refused.headers.get('retry-after')).toBe('15');
    expect(await refused.json()).toMatchObject({ status: 503, code: 'CIRCUIT_OPEN' });
    expect(app!.get(StockService).locked).toBe(3);
    expect((await fetch(`http://${origin}/count/1`)).status).toBe(200);
  });

  it('on the consumer is keyed by the template of what is fetched, never by the path', async () => {
    const { origin } = await start({
      'cse.circuitBreaker.Consumer.enabled': true,
      'cse.circuitBreaker.Consumer.requestVolumeThreshold': 3,
    });
    const client = app!.get(Caller).rest;
    const endpoint = `rest://${origin}`;
    const fetched = (isbn: string): Promise<number> =>
      client.fetch('http://stock/lock/{isbn}', { path: { isbn }, endpoint }).then(({ status }) => status);
    expect([await fetched('1'), await fetched('2'), await fetched('3')]).toEqual([500, 500, 500]);
    await expect(fetched('4')).rejects.toMatchObject({ code: 'CIRCUIT_OPEN', retryAfterMs: 15_000 });
    const counted = await client.fetch('http://stock/count/{isbn}', { path: { isbn: '1' }, endpoint });
    expect(counted.status).toBe(200);
    expect(app!.get(CircuitBreakers).list()).toHaveLength(2);
  });

  it('counts a status that is listed in servicecomb.transport.failure, and of the others none', async () => {
    const { origin } = await start({
      'cse.circuitBreaker.Consumer.enabled': true,
      'cse.circuitBreaker.Consumer.requestVolumeThreshold': 1,
      'cse.circuitBreaker.Consumer.errorThresholdPercentage': 30,
      'servicecomb.transport.failure.rest': 'rest_404',
    });
    const client = app!.get(Caller).rest;
    const fetched = (path: string): Promise<number> =>
      client.fetch(`http://stock${path}`, { endpoint: `rest://${origin}` }).then(({ status }) => status);
    expect([await fetched('/lock/1'), await fetched('/lock/1')]).toEqual([500, 500]);
    expect(await fetched('/nothing')).toBe(404);
    await expect(fetched('/nothing')).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  it('brought by its name in a chain of go-chassis brings fallback and bulkhead along', async () => {
    const { origin, clock } = await start({
      'servicecomb.handler.chain.Consumer.default': 'loadbalance, bizkeeper-consumer, transport',
      'cse.circuitBreaker.Consumer.enabled': true,
      'cse.circuitBreaker.Consumer.forceOpen': true,
      'cse.fallbackpolicy.Consumer.policy': 'returnnull',
    });
    const options = { endpoint: `rest://${origin}` };
    const answer = await app!.get(Caller).rest.fetch('http://stock/count/1', options);
    // go-chassis's returnnull: an empty 200
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    app!.config.set('cse.isolation.Consumer.maxConcurrentRequests', 0);
    app!.config.set('cse.fallback.Consumer.enabled', false);
    await expect(app!.get(Caller).rest.fetch('http://stock/count/1', options)).rejects.toMatchObject({
      code: 'BULKHEAD_FULL',
    });
    await clock.advance(0);
  });
});
