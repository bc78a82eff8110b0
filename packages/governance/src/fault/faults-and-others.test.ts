import { Injectable, Module, remote, Remote, Returns, Schema, type ChassisError, type Client } from '@ts-chassis/core';
import { Get, Param } from '@ts-chassis/rest';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { GovernanceEvents } from '../events/governance-events.js';
import { governance } from '../plugin.js';

@Schema({ id: 'catalog' })
class Catalog {
  @Get('/books/:isbn')
  @Returns(String)
  find(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }
}

@Injectable()
class Orders {
  constructor(@Remote(Catalog, { service: 'catalog' }) readonly catalog: Client<Catalog>) {}
}

@Module({ providers: [Orders] })
class Caller {}

const running: TestApplication[] = [];

afterEach(async () => {
  for (const app of running.splice(0)) await app.stop();
});

async function calling(values: Record<string, unknown>): Promise<TestApplication> {
  const t = await TestApplication.create({
    modules: [Caller],
    plugins: [governance()],
    configuration: {
      values: {
        'cse.governance.Consumer.catalog.policy.fault.protocols.memory.abort.percent': 100,
        'cse.governance.Consumer.catalog.policy.fault.protocols.memory.abort.httpStatus': 503,
        ...values,
      },
    },
  })
    .fakeRemote(Catalog, { instances: 3 }, { find: (isbn: string) => Promise.resolve(`book ${isbn}`) })
    .virtualClock();
  running.push(t);
  return t;
}

/** The code with which a call ends, however long it takes. */
async function codeOf(t: TestApplication): Promise<string> {
  const call = t
    .get(Orders)
    .catalog.find('1')
    .catch((error: unknown) => (error as ChassisError).code);
  await t.clock.advance(5000);
  return call;
}

describe('injected faults are like those of the wire', () => {
  it('to retries, which draw anew for each try', async () => {
    const t = await calling({ 'cse.loadbalance.retryEnabled': true, 'cse.loadbalance.retryOnNext': 2 });
    const attempts: number[] = [];
    t.get(GovernanceEvents).on('retried', ({ attempt }) => attempts.push(attempt));
    expect(await codeOf(t)).toBe('FAULT_INJECTED');
    expect(attempts).toEqual([2, 3]);
  });

  it('to circuit breakers', async () => {
    const t = await calling({
      'cse.circuitBreaker.Consumer.enabled': true,
      'cse.circuitBreaker.Consumer.requestVolumeThreshold': 4,
      'cse.circuitBreaker.Consumer.errorThresholdPercentage': 50,
      'cse.loadbalance.retryEnabled': false,
    });
    const codes: string[] = [];
    const call = async (): Promise<void> => {
      const found = t.get(Orders).catalog.find('1');
      codes.push(await found.catch((error: unknown) => (error as ChassisError).code));
    };
    for (let count = 0; count < 6; count += 1) await call();
    expect(codes.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 'FAULT_INJECTED'));
    expect(codes.at(-1)).toBe('CIRCUIT_OPEN');
  });
});
