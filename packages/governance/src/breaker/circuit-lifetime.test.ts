import { createLogger, Unavailable, VirtualClock } from '@ts-chassis/core';
import { memory, MemoryNetwork, memoryRegistry } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { balancingIn, marking, type Balancing } from '../load-balance/balancing.fixture.js';
import { CircuitBreakers } from './circuit-breakers.js';

const balancing = balancingIn({ memory, MemoryNetwork, memoryRegistry });
let made: Balancing;
afterEach(() => made.stop());

const ENABLED = {
  'cse.circuitBreaker.Consumer.enabled': true,
  'cse.circuitBreaker.Consumer.requestVolumeThreshold': 2,
};
const down = (): never => {
  throw Unavailable('down');
};

describe('a circuit that nobody goes by any more', () => {
  it('is not listed when breakers are turned off while it is open', async () => {
    made = await balancing({ values: ENABLED }, 'a');
    made.answer('a', down);
    await made.calling(3);
    const circuits = made.application.get(CircuitBreakers);
    expect(circuits.isOpen('Consumer.catalog.catalog.find')).toBe(true);
    made.set('cse.circuitBreaker.Consumer.enabled', false);
    expect((await made.calling(1)).to).toEqual(['a']);
    expect(circuits.list()).toEqual([]);
    expect(circuits.isOpen('Consumer.catalog.catalog.find')).toBe(false);
    made.set('cse.circuitBreaker.Consumer.enabled', true);
    await made.calling(1);
    expect(circuits.state('Consumer.catalog.catalog.find')).toBe('closed');
  });

  it('is not listed when the policy of its mark is gone', async () => {
    const key = 'servicecomb.circuitBreaker.batch';
    made = await balancing({ values: { [key]: 'minimumNumberOfCalls: 2' }, plugins: [marking] }, 'a');
    made.answer('a', down);
    const options = { headers: { 'x-mark': 'batch' } };
    await made.calling(3, options);
    expect(made.application.get(CircuitBreakers).isOpen('Consumer.catalog#batch')).toBe(true);
    made.set(key, undefined);
    expect((await made.calling(1, options)).to).toEqual(['a']);
    expect(made.application.get(CircuitBreakers).list()).toEqual([]);
  });
});

describe('a circuit for each instance in a chain where no instance is picked yet', () => {
  it('is said to be one for all of them', async () => {
    const said: string[] = [];
    const write = (line: string): void => void said.push((JSON.parse(line) as { message: string }).message);
    const values = {
      ...{ ...ENABLED, 'cse.circuitBreaker.scope': 'instance' },
      'servicecomb.handler.chain.Consumer.default': 'bizkeeper-consumer,loadbalance,transport',
    };
    made = await balancing({ values, logger: createLogger({ clock: new VirtualClock(), write }) }, 'a', 'b');
    await made.calling(3);
    expect(said.filter((message) => message.includes('stands before'))).toEqual([
      expect.stringMatching(/"bizkeeper-consumer" stands before "loadbalance"/),
    ]);
  });
});
