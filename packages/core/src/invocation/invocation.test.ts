import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../endpoint/endpoint.js';
import type { Operation } from '../schema/operation.js';
import { silentSpan } from '../telemetry/tracer.js';
import { HeaderMap } from './header-map.js';
import { Invocation, type InvocationInit } from './invocation.js';
import { PropagatedContext } from './propagated-context.js';
import { slot } from './slot.js';

const schema = { id: 'catalog', path: '', operations: [], read: () => undefined };
const operation: Operation = {
  ...{ id: 'catalog.find', name: 'find', member: 'find', schema, parameters: [] },
  result: {} as Operation['result'],
  read: () => undefined,
};
const source = { service: 'orders', protocol: 'rest', trusted: true };
const endpoint: Endpoint = { listener: 'rest', host: '127.0.0.1', port: 1, ssl: false };

const invoke = (init: Partial<InvocationInit> = {}): Invocation =>
  new Invocation({ operation, service: 'catalog', source, ...init });

describe('Invocation', () => {
  it('starts as the first, endless, replayable try, with nothing else', () => {
    const invocation = invoke();
    expect(invocation).toMatchObject({ attempt: 1, deadline: Infinity, replayable: true, cancelled: false });
    expect(invocation.span).toBe(silentSpan);
    expect(invocation.headers).toBe(HeaderMap.empty);
    expect(invocation.context).toBe(PropagatedContext.empty);
    for (const field of ['parent', 'self', 'mark', 'principal', 'tags', 'endpoint'] as const) {
      expect(invocation[field]).toBeUndefined();
    }
  });

  it('refuses arguments that were not bound yet, and says what to do', () => {
    const invocation = invoke();
    expect(() => invocation.args).toThrow(/catalog\.find.*after: 'bind'/);
    invocation.args = [];
    expect(invocation.args).toEqual([]);
  });

  it('sets headers and context without touching what it was given', () => {
    const headers = HeaderMap.of({ a: '1' });
    const context = PropagatedContext.of([['a', '1']]);
    const invocation = invoke({ headers, context });
    invocation.setHeader('A', '2');
    invocation.setContext('a', '2');
    expect([invocation.headers.get('a'), invocation.context.get('a')]).toEqual(['2', '2']);
    expect([headers.get('a'), context.get('a')]).toEqual(['1', '1']);
  });

  it('takes headers away in any case, without touching what it was given', () => {
    const headers = HeaderMap.of({ a: '1', b: '2' });
    const invocation = invoke({ headers });
    invocation.removeHeader('c');
    expect(invocation.headers).toBe(headers);
    invocation.removeHeader('A');
    expect([invocation.headers.record, headers.record]).toEqual([{ b: '2' }, { a: '1', b: '2' }]);
  });

  it('keeps values of slots by identity', () => {
    const [one, other] = [slot<number>('n'), slot<number>('n')];
    const invocation = invoke();
    invocation.set(one, 1);
    expect([invocation.get(one), invocation.get(other)]).toEqual([1, undefined]);
  });
});

describe('fork', () => {
  it('carries everything over and names its original as parent', () => {
    const self = {};
    const original = invoke({
      self,
      args: [1],
      headers: HeaderMap.of({ a: '1' }),
      endpoint,
      deadline: 50,
      replayable: false,
    });
    Object.assign(original, { mark: 'gold', principal: { name: 'ann' }, tags: { version: '1' } });
    const fork = original.fork();
    expect(fork).toMatchObject({
      service: 'catalog',
      attempt: 1,
      deadline: 50,
      replayable: false,
      mark: 'gold',
      endpoint,
    });
    expect(fork.parent).toBe(original);
    expect([fork.operation, fork.source, fork.self]).toEqual([operation, source, self]);
    expect([fork.principal, fork.tags, fork.args]).toEqual([{ name: 'ann' }, { version: '1' }, [1]]);
    expect(fork.headers).toBe(original.headers);
  });

  it('changes what it is told to, a preset endpoint away too', () => {
    const span = { ...silentSpan };
    const fork = invoke({ endpoint, args: [1] }).fork({
      attempt: 2,
      endpoint: undefined,
      args: [2],
      span,
      replayable: false,
    });
    expect(fork).toMatchObject({ attempt: 2, endpoint: undefined, args: [2], replayable: false });
    expect(fork.span).toBe(span);
  });

  it('may have less time than its original, never more', () => {
    const original = invoke({ deadline: 100 });
    expect(original.fork({ deadline: 50 }).deadline).toBe(50);
    expect(original.fork({ deadline: 500 }).deadline).toBe(100);
  });

  it('keeps arguments unbound', () => {
    const fork = invoke().fork();
    expect(() => fork.args).toThrow('bind');
  });

  it('writes on its own page: slots, headers, context, fields, in either direction', () => {
    const counter = slot<number>('counter');
    const original = invoke({ args: [1] });
    original.set(counter, 1);
    const [first, second] = [original.fork(), original.fork()];
    expect([first.get(counter), second.get(counter)]).toEqual([1, 1]);
    first.set(counter, 2);
    original.set(counter, 3);
    first.setHeader('x', 'first');
    original.setHeader('x', 'original');
    first.setContext('x', 'first');
    first.mark = 'silver';
    first.args = [9];
    expect([original.get(counter), first.get(counter), second.get(counter)]).toEqual([3, 2, 1]);
    expect([original.headers.get('x'), first.headers.get('x'), second.headers.get('x')]).toEqual([
      'original',
      'first',
      undefined,
    ]);
    expect([original.context.size, second.context.size]).toEqual([0, 0]);
    expect([original.mark, original.args]).toEqual([undefined, [1]]);
  });

  it('does not see what its original writes first after it', () => {
    const later = slot<string>('later');
    const original = invoke();
    const fork = original.fork();
    original.set(later, 'x');
    expect(fork.get(later)).toBeUndefined();
    const inner = fork.fork();
    inner.set(later, 'y');
    expect([original.get(later), fork.get(later)]).toEqual(['x', undefined]);
  });
});

describe('cancel', () => {
  it('reaches forks of forks, once, and never goes up', () => {
    const original = invoke();
    const fork = original.fork();
    const inner = fork.fork();
    const told: unknown[] = [];
    inner.onCancel((reason) => told.push(reason));
    fork.cancel('fork');
    expect([original.cancelled, fork.cancelled, inner.cancelled]).toEqual([false, true, true]);
    original.cancel('original');
    expect(told).toEqual(['fork']);
    expect(inner.signal.reason).toBe('fork');
  });

  it('is known at once to a fork of what was cancelled before', () => {
    const original = invoke();
    original.cancel('why');
    const fork = original.fork();
    expect(fork.cancelled).toBe(true);
    expect(fork.signal.reason).toBe('why');
  });

  it('does not reach a fork that was unlinked', () => {
    const original = invoke();
    const fork = original.fork();
    fork.unlink();
    fork.unlink();
    original.cancel('x');
    expect(fork.cancelled).toBe(false);
  });

  it('reaches a call made inside, until it is unlinked, together with its other ties', () => {
    const outer = invoke();
    const [call, settled] = [invoke(), invoke()];
    let untied = 0;
    call.linkTo(outer);
    settled.linkTo(outer);
    settled.onUnlink(() => (untied += 1));
    settled.unlink();
    settled.unlink();
    expect(untied).toBe(1);
    outer.cancel('x');
    expect([call.cancelled, settled.cancelled]).toEqual([true, false]);
  });
});

describe('memory', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  it('of forks that were unlinked is free while their original lives', async () => {
    const original = invoke();
    const forks = Array.from({ length: 100 }, () => {
      const fork = original.fork({ args: [Buffer.alloc(1000)] });
      fork.unlink();
      return new WeakRef(fork);
    });
    // a WeakRef holds its target until the present turn of the event loop ends
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    // the stack, or code that was just optimised, may still hold the last one
    expect(forks.filter((ref) => ref.deref()).length).toBeLessThanOrEqual(1);
    expect(original.cancelled).toBe(false);
  });

  it('of forks that were not is held: they wait for the cancellation', async () => {
    const original = invoke();
    const fork = new WeakRef(original.fork());
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(fork.deref()).toBeDefined();
    original.cancel('x');
    expect(fork.deref()?.cancelled).toBe(true);
  });
});
