import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import { operation } from '../chain/planning.fixture.js';
import { Calling, endpointAt, instance } from './calling.fixture.js';
import type { CallOptions } from './call-options.js';

function calling(...ids: readonly string[]): Calling {
  const made = new Calling();
  made.discovery.known = ids.map((id) => instance(id));
  return made;
}

/** Calls so many times and tells which ports were picked; a failed call counts as well. */
async function picks(made: Calling, times: number, options: CallOptions = {}): Promise<number[]> {
  const before = made.rest.sent.length;
  for (let time = 0; time < times; time += 1) await made.consumer.call(made.target, [], options).catch(() => undefined);
  return made.rest.sent.slice(before).map(({ endpoint }) => endpoint!.port);
}

const refused = (): never => {
  throw coreError('CALL_FAILED', 'refused');
};

function refusing(made: Calling, ...ports: readonly number[]): void {
  made.rest.answer = ({ endpoint }) => (ports.includes(endpoint!.port) ? refused() : 'answered');
}

describe('the plain balancer', () => {
  it('lets instances take turns', async () => {
    fc.assert(
      await fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }), async (count, rounds) => {
        const made = calling(...Array.from({ length: count }, (_, index) => `i${index + 1}`));
        const all = await picks(made, count * rounds);
        for (let port = 1; port <= count; port += 1) expect(all.filter((each) => each === port)).toHaveLength(rounds);
      }),
    );
  });

  it('turns for all operations of a service together, and for each service apart', async () => {
    const made = calling('i1', 'i2');
    const [first] = await picks(made, 1);
    await made.consumer.call({ service: 'catalog', operation: operation({ name: 'add' }) }, []);
    expect(made.rest.sent.at(-1)?.endpoint?.port).not.toBe(first);
  });

  it('asks the registry when the cache is empty, and follows its list', async () => {
    const made = calling();
    made.discovery.known = undefined;
    made.discovery.listed = [instance('i1')];
    expect(await picks(made, 2)).toEqual([1, 1]);
    made.discovery.known = [instance('i2')];
    expect(await picks(made, 2)).toEqual([2, 2]);
  });

  it('picks only instances that have the listener', async () => {
    const made = calling('i1', 'i2');
    made.discovery.known = [
      instance('i1'),
      instance('i2', { endpoints: [endpointAt(2), endpointAt(20, 'rest-admin')] }),
    ];
    expect(await picks(made, 2, { port: 'admin' })).toEqual([20, 20]);
    expect((await picks(made, 2)).sort()).toEqual([1, 2]);
  });

  it('picks only instances that have the tags: metadata, version and app', async () => {
    const made = calling();
    made.discovery.known = [
      instance('i1', { version: '1.0.0', metadata: { zone: 'a' } }),
      instance('i2', { version: '1.1.0', metadata: { zone: 'a' } }),
      instance('i3', { version: '1.1.0', app: 'other', metadata: { zone: 'b' } }),
    ];
    expect(await picks(made, 2, { tags: { version: '1.0.0' } })).toEqual([1, 1]);
    expect((await picks(made, 2, { tags: { zone: 'a' } })).sort()).toEqual([1, 2]);
    expect(await picks(made, 1, { tags: { version: '1.1.0', app: 'other' } })).toEqual([3]);
    await expect(made.consumer.call(made.target, [], { tags: { toString: 'x' } })).rejects.toMatchObject({
      code: 'NO_INSTANCE',
    });
  });

  it('says what it looked for when there is nobody', async () => {
    await expect(calling().consumer.call(new Calling().target, [])).rejects.toThrow(
      'catalog.find: cannot call "catalog": no instance is known',
    );
    const made = calling('i1', 'i2');
    await expect(made.consumer.call(made.target, [], { port: 'admin', tags: { zone: 'c' } })).rejects.toThrow(
      'cannot call "catalog": none of 2 instances has a listener "rest-admin" and the tags {"zone":"c"}',
    );
  });
});

describe('an instance that cannot be reached', () => {
  it('is out of the picks at once, and the registry is asked about it once', async () => {
    const made = calling('i1', 'i2');
    refusing(made, 1);
    made.discovery.isAlive = () => new Promise(() => undefined);
    const all = await picks(made, 10);
    expect(all.filter((port) => port === 1)).toHaveLength(1);
    expect(made.discovery.suspected).toEqual(['i1']);
  });

  it('returns when the registry shows it alive, after a second', async () => {
    const made = calling('i1', 'i2');
    refusing(made, 1);
    made.discovery.isAlive = () => Promise.resolve(true);
    await picks(made, 4);
    refusing(made);
    await made.planning.clock.advance(999);
    expect(await picks(made, 4)).toEqual([2, 2, 2, 2]);
    await made.planning.clock.advance(1);
    expect((await picks(made, 4)).sort()).toEqual([1, 1, 2, 2]);
  });

  it('stays out longer each time in a row, and is forgiven by one call that reaches it', async () => {
    const made = calling('i1', 'i2');
    made.discovery.isAlive = () => Promise.resolve(true);
    refusing(made, 1);
    const isOutFor = async (ms: number): Promise<void> => {
      expect((await picks(made, 2)).sort()).toEqual([1, 2]);
      await made.planning.clock.advance(ms - 1);
      expect(await picks(made, 2)).toEqual([2, 2]);
      await made.planning.clock.advance(1);
    };
    for (const ms of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) await isOutFor(ms);
    refusing(made);
    await picks(made, 2);
    refusing(made, 1);
    await isOutFor(1000);
  });

  it('may be tried again while the registry does not answer or is down', async () => {
    for (const [isAlive, ms] of [
      [() => Promise.reject(new Error('down')), 1000],
      [() => new Promise<boolean>(() => undefined), 30_000],
    ] as const) {
      const made = calling('i1', 'i2');
      made.discovery.isAlive = isAlive;
      refusing(made, 1);
      await picks(made, 2);
      refusing(made);
      await made.planning.clock.advance(ms - 1);
      expect(await picks(made, 2)).toEqual([2, 2]);
      await made.planning.clock.advance(1);
      expect((await picks(made, 2)).sort()).toEqual([1, 2]);
    }
  });

  it('is not held against one that the registry lists anew', async () => {
    const made = calling('i1', 'i2');
    refusing(made, 1);
    await picks(made, 2);
    made.discovery.known = [instance('i2')];
    expect(await picks(made, 2)).toEqual([2, 2]);
    refusing(made);
    made.discovery.known = [instance('i1'), instance('i2')];
    expect((await picks(made, 2)).sort()).toEqual([1, 2]);
  });

  it('is tried all the same when there is no other', async () => {
    const made = calling('i1');
    made.discovery.isAlive = () => Promise.resolve(true);
    refusing(made, 1);
    expect(await picks(made, 2)).toEqual([1, 1]);
    refusing(made);
    expect((await made.consumer.call(made.target, [])).value).toBe('answered');
    expect(made.suspects.none).toBe(true);
  });

  it('is not vouched for by a call that was made before it failed', async () => {
    const made = calling('i1', 'i2');
    made.discovery.isAlive = () => Promise.resolve(true);
    let finish = (_value: unknown): void => undefined;
    made.rest.answer = () => new Promise((resolve) => (finish = resolve));
    const early = made.consumer.call(made.target, []);
    await made.planning.clock.advance(0);
    const port = made.rest.sent[0]!.endpoint!.port;
    refusing(made, port);
    await picks(made, 2);
    finish('late');
    await early;
    expect(await picks(made, 4)).not.toContain(port);
  });

  it('is not the callee that tells of a failed call of its own, nor one that refuses', async () => {
    const made = calling('i1');
    for (const error of [
      coreError('CALL_FAILED', 'further down', { remote: true }),
      new ChassisError('UNAVAILABLE', 'busy'),
      new Error('x'),
    ]) {
      made.rest.answer = () => Promise.reject(error);
      await picks(made, 1);
    }
    expect(made.discovery.suspected).toEqual([]);
  });

  it('is one whose stream breaks off as well', async () => {
    const made = calling('i1', 'i2');
    made.rest.answer = async function* () {
      yield 1;
      refused();
    };
    const { value } = await made.consumer.call(made.target, []);
    const port = made.rest.sent[0]!.endpoint!.port;
    const items = (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await items.next();
    expect(made.discovery.suspected).toEqual([]);
    await expect(items.next()).rejects.toMatchObject({ code: 'CALL_FAILED' });
    expect(made.discovery.suspected).toEqual([`i${port}`]);
  });

  it('is forgotten when nobody calls it any more', async () => {
    const made = calling('i1', 'i2');
    made.discovery.isAlive = () => Promise.resolve(true);
    refusing(made, 1);
    await picks(made, 2);
    made.discovery.known = [instance('i2'), instance('i3')];
    await made.planning.clock.advance(60_000);
    refusing(made, 3);
    await picks(made, 2);
    refusing(made);
    await made.planning.clock.advance(1000);
    await picks(made, 2);
    expect(made.suspects.none).toBe(true);
  });
});
