import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Cancellation } from './cancellation.js';

describe('Cancellation', () => {
  it('tells everybody once, in the order they came, with the first reason', () => {
    const cancellation = new Cancellation();
    const told: unknown[] = [];
    for (const name of ['a', 'b']) cancellation.add((reason) => told.push([name, reason]));
    cancellation.cancel('first');
    cancellation.cancel('second');
    expect(told).toEqual([
      ['a', 'first'],
      ['b', 'first'],
    ]);
    expect(cancellation.cancelled).toBe(true);
  });

  it('tells who comes later at once', () => {
    const cancellation = new Cancellation();
    cancellation.cancel('why');
    let told: unknown;
    cancellation.add((reason) => (told = reason))();
    expect(told).toBe('why');
  });

  it('tells nobody who has lost interest, not even in the middle of telling', () => {
    const cancellation = new Cancellation();
    const told: string[] = [];
    const never = (): void => void told.push('never');
    cancellation.add(() => {
      told.push('first');
      dispose();
    });
    const dispose = cancellation.add(never);
    cancellation.add(never)();
    cancellation.cancel('x');
    expect(told).toEqual(['first']);
  });

  it('counts the same function as often as it was added', () => {
    const cancellation = new Cancellation();
    let count = 0;
    const listener = (): void => void (count += 1);
    const dispose = cancellation.add(listener);
    cancellation.add(listener);
    dispose();
    dispose();
    cancellation.cancel('x');
    expect(count).toBe(1);
  });

  it('goes on past one that throws, and lets the process warn of it', async () => {
    const cancellation = new Cancellation();
    let told = false;
    cancellation.add(() => {
      throw new Error('bad listener');
    });
    cancellation.add(() => (told = true));
    const warned = once(process, 'warning');
    cancellation.cancel('x');
    expect(told).toBe(true);
    expect(String((await warned)[0])).toContain('bad listener');
  });

  it('has one signal, made when asked for, before or after', () => {
    const early = new Cancellation();
    const { signal } = early;
    expect(early.signal).toBe(signal);
    expect(signal.aborted).toBe(false);
    const why = new Error('why');
    early.cancel(why);
    expect(signal.reason).toBe(why);
    const late = new Cancellation();
    late.cancel(why);
    expect(late.signal.reason).toBe(why);
  });

  it('is cancelled already when its listeners are told', () => {
    const cancellation = new Cancellation();
    const seen: unknown[] = [];
    cancellation.add(() => {
      seen.push(cancellation.cancelled, cancellation.signal.aborted);
      cancellation.add(() => seen.push('inner'));
      cancellation.cancel('again');
    });
    cancellation.cancel('x');
    expect(seen).toEqual([true, true, 'inner']);
  });
});
