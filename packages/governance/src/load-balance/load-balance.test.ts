import { coreError, replyOf, type PluginHost } from '@ts-chassis/core';
import { memory, MemoryNetwork, memoryRegistry } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { balancingIn, type Balancing, counts, marking } from './balancing.fixture.js';
import { PickedInstance } from './picked-instance.js';
import { StrategyPort } from './strategy.js';

const balancing = balancingIn({ memory, MemoryNetwork, memoryRegistry });
let made: Balancing;
afterEach(() => made.stop());

const tagged = (tags: object, fallback?: readonly unknown[]) => ({
  headers: { 'x-tags': JSON.stringify(tags), ...(fallback && { 'x-fallback': JSON.stringify(fallback) }) },
});

describe('the balancer', () => {
  it('lets instances take turns where nothing is said, for all operations of a service together', async () => {
    made = await balancing({}, 'a', 'b', 'c');
    expect(counts((await made.calling(9)).to)).toEqual({ a: 3, b: 3, c: 3 });
    const client = made.client();
    await client.find('1');
    await client.other();
    await client.find('1');
    expect(new Set(made.calls.slice(-3)).size).toBe(3);
  });

  it('follows the registry, and asks it when it never did', async () => {
    made = await balancing();
    await made.add('a');
    expect((await made.calling(1)).to).toEqual(['a']);
    await made.add('b');
    expect(counts((await made.calling(4)).to)).toEqual({ a: 2, b: 2 });
    await made.remove('a');
    expect(counts((await made.calling(2)).to)).toEqual({ b: 2 });
  });

  it('tells handlers behind it whom it picked, and nothing where the endpoint was given', async () => {
    made = await balancing({}, 'a');
    await made.call();
    await made.call({ endpoint: 'memory://a:1' });
    expect(made.sent.map((invocation) => invocation.get(PickedInstance))).toEqual(['a', undefined]);
  });

  it('picks only instances with the listener and the tags, and says so when there is none', async () => {
    made = await balancing();
    await expect(made.call()).rejects.toThrow('catalog.find: cannot call "catalog": no instance is known');
    await made.add('a', { version: '1.0.0', metadata: { zone: 'x' } });
    await made.add('b', { version: '1.1.0' });
    expect(counts((await made.calling(4, { tags: { zone: 'x' } })).to)).toEqual({ a: 4 });
    expect(counts((await made.calling(4, { tags: { version: '1.1.0' } })).to)).toEqual({ b: 4 });
    await expect(made.call({ port: 'admin', protocol: 'memory', tags: { zone: 'c' } })).rejects.toMatchObject({
      code: 'NO_INSTANCE',
      message:
        'catalog.find: cannot call "catalog": none of 2 instances has a listener "memory-admin" and the tags {"zone":"c"}',
    });
  });

  it('knows the latest version, and what a rule falls back to', async () => {
    made = await balancing({ plugins: [marking] });
    await made.add('old', { version: '1.9.0' });
    await made.add('new', { version: '1.10.0' });
    expect((await made.calling(2, tagged({ version: 'latest' }))).to).toEqual(['new', 'new']);
    expect((await made.calling(2, tagged({ version: '3' }))).failed).toBe(2);
    const fallback = [{ version: '2' }, { version: '1.9.0' }];
    expect((await made.calling(2, tagged({ version: '3' }, fallback))).to).toEqual(['old', 'old']);
    expect(new Set((await made.calling(2, tagged({ version: '3' }, ['any']))).to).size).toBe(2);
    await made.add('newest', { version: '2.0.0' });
    expect((await made.calling(1, tagged({ version: 'latest' }))).to).toEqual(['newest']);
  });

  it('starves nobody when calls with different tags alternate', async () => {
    made = await balancing();
    for (const id of ['a', 'b']) await made.add(id, { metadata: { zone: 'x' } });
    for (let call = 0; call < 4; call += 1) {
      await made.call();
      await made.call({ tags: { zone: 'x' } });
    }
    expect(counts(made.calls)).toEqual({ a: 4, b: 4 });
  });

  it('keeps an instance in use until its stream is over', async () => {
    made = await balancing({ values: { 'cse.loadbalance.strategy.name': 'LeastActive' } }, 'a', 'b');
    const items = async function* () {
      yield 1;
      yield 2;
    };
    for (const id of ['a', 'b']) made.answer(id, () => replyOf(items()));
    const stream = made.client().count()[Symbol.asyncIterator]();
    await stream.next();
    const [busy] = made.calls as [string];
    for (const id of ['a', 'b']) made.answer(id, () => 'done');
    expect((await made.calling(4)).to).not.toContain(busy);
    await stream.return?.();
    expect((await made.calling(10)).to).toContain(busy);
  });

  it('is not harmed by a strategy that throws', async () => {
    made = await balancing({
      values: { 'cse.loadbalance.strategy.name': 'Broken' },
      strategies: [],
      plugins: [broken],
    });
    await made.add('a');
    await expect(made.call()).rejects.toMatchObject({ kind: 'INTERNAL', cause: { message: 'no idea' } });
  });
});

const broken = {
  name: 'broken',
  install: (host: PluginHost) =>
    host.extend(StrategyPort, 'Broken', () => () => ({
      pick() {
        throw new Error('no idea');
      },
    })),
};

describe('an instance that cannot be reached', () => {
  it('is out of the picks at once and returns after a second, when the registry vouches for it', async () => {
    made = await balancing({}, 'a', 'b');
    await made.calling(2);
    made.kill('a');
    expect((await made.calling(10)).failed).toBe(1);
    made.answer('a', () => 'back');
    await made.clock.advance(999);
    expect((await made.calling(4)).to).not.toContain('a');
    await made.clock.advance(1);
    expect((await made.calling(4)).to).toContain('a');
  });

  it('is not the one whose own callee cannot be reached', async () => {
    made = await balancing({}, 'a', 'b');
    made.answer('a', () => Promise.reject(coreError('CALL_FAILED', 'further down', { remote: true })));
    expect((await made.calling(4)).failed).toBe(2);
  });
});
