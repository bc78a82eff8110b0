import { describe, expect, it } from 'vitest';
import type { Operation } from '../schema/operation.js';
import { Invocation } from './invocation.js';
import { replyOf } from './reply.js';
import { runFork } from './run-fork.js';

function invoke(): Invocation {
  const operation = { id: 'catalog.find' } as Operation;
  return new Invocation({ operation, service: 'catalog', source: { service: '', protocol: '', trusted: false } });
}

/** Whether a cancellation of the original still reaches the fork. */
function linked(original: Invocation, fork: Invocation): boolean {
  original.cancel('probe');
  return fork.cancelled;
}

describe('runFork', () => {
  it('links the fork while the try runs', async () => {
    const original = invoke();
    const fork = original.fork();
    let within = false;
    await runFork((given) => {
      expect(given).toBe(fork);
      within = linked(original, given);
      return Promise.resolve(replyOf(1));
    }, fork);
    expect(within).toBe(true);
  });

  it('unlinks it after a value and after a failure', async () => {
    const original = invoke();
    const [good, bad, worse] = [original.fork(), original.fork(), original.fork()];
    const reply = replyOf(1);
    expect(await runFork(() => Promise.resolve(reply), good)).toBe(reply);
    await expect(runFork(() => Promise.reject(new Error('no')), bad)).rejects.toThrow('no');
    const thrower = (): never => {
      throw new Error('at once');
    };
    await expect(runFork(thrower, worse)).rejects.toThrow('at once');
    original.cancel('x');
    expect([good.cancelled, bad.cancelled, worse.cancelled]).toEqual([false, false, false]);
  });

  it('unlinks it only at the end of a stream', async () => {
    const source = async function* () {
      yield 1;
    };
    const original = invoke();
    const [read, open] = [original.fork(), original.fork()];
    const reply = await runFork(() => Promise.resolve(replyOf(source())), read);
    await runFork(() => Promise.resolve(replyOf(source())), open);
    for await (const item of reply.value as AsyncIterable<unknown>) expect(item).toBe(1);
    original.cancel('x');
    expect([read.cancelled, open.cancelled]).toEqual([false, true]);
  });
});
