import { describe, expect, it, vi } from 'vitest';
import { invocation, operation, parameter } from '../chain/planning.fixture.js';
import { ChassisError } from '../errors/chassis-error.js';
import type { Invocation } from '../invocation/invocation.js';
import { replyOf } from '../invocation/reply.js';
import type { Parameter } from '../schema/operation.js';
import type { ValueType } from '../schema/value-type.js';
import { valueTypeOf } from '../schema/value-type-of.js';
import { bind } from './bind.js';

const count = valueTypeOf(Number, { minimum: 0 });
const text = valueTypeOf(String);

/** A type that answers later, as a Standard Schema may: numbers only. */
const later: ValueType = {
  ...{ json: {}, definitions: new Map(), async: true, serialize: JSON.stringify },
  async validate(value, at, faults) {
    await Promise.resolve();
    if (typeof value === 'number') return value * 2;
    faults.push({ ...at, expected: 'number', got: typeof value, message: 'must be number' });
    return undefined;
  },
};

async function bound(
  parameters: readonly Parameter[],
  given: readonly unknown[] | Promise<readonly unknown[]>,
): Promise<readonly unknown[]> {
  const run = bind(operation({ parameters }), (inner) => Promise.resolve(replyOf(inner.args)));
  const source = { service: '', protocol: 'none', trusted: false, arguments: () => given };
  const { value } = await run(invocation({ source }));
  return value as readonly unknown[];
}

async function faultsOf(run: Promise<unknown>): Promise<unknown> {
  const error = (await run.catch((thrown: unknown) => thrown)) as ChassisError;
  expect(error).toMatchObject({ kind: 'INVALID_ARGUMENT', code: 'ARGUMENT_INVALID' });
  return error.details?.['faults'];
}

describe('bind', () => {
  it('has the transport read the arguments, at once or later, and gives them to what comes after it', async () => {
    const parameters = [parameter('isbn', 0, { schema: text }), parameter('limit', 1, { schema: count })];
    expect(await bound(parameters, ['42', 5])).toEqual(['42', 5]);
    expect(await bound(parameters, Promise.resolve(['42', 5]))).toEqual(['42', 5]);
  });

  it('reads them only when it is run, once', async () => {
    const read = vi.fn(() => []);
    const next = bind(operation(), () => Promise.resolve(replyOf(1)));
    expect(read).not.toHaveBeenCalled();
    await next(invocation({ source: { service: '', protocol: 'none', trusted: false, arguments: read } }));
    expect(read).toHaveBeenCalledOnce();
  });

  it('fills in defaults, each time another object, and leaves out what is optional', async () => {
    const parameters = [
      parameter('limit', 0, { schema: count, default: 10 }),
      parameter('tags', 1, { schema: valueTypeOf([String]), default: ['new'] }),
      parameter('q', 2, { schema: text, optional: true }),
    ];
    const first = await bound(parameters, []);
    const second = await bound(parameters, [undefined, undefined, undefined]);
    expect(first).toEqual([10, ['new'], undefined]);
    expect(second[1]).toEqual(first[1]);
    expect(second[1]).not.toBe(first[1]);
    expect(await bound(parameters, [0, [], ''])).toEqual([0, [], '']);
  });

  it('gives a default in the type that is declared', async () => {
    const since = parameter('since', 0, { schema: valueTypeOf(Date), default: '2026-01-02T03:04:05Z' });
    expect(await bound([since], [])).toEqual([new Date('2026-01-02T03:04:05Z')]);
  });

  it('reports all faults at once, by place and pointer', async () => {
    const parameters = [
      parameter('isbn', 0, { schema: text, place: 'path' }),
      parameter('a/b', 1, { schema: count }),
      parameter('book', 2, { schema: count, place: 'body' }),
      parameter('q', 3, { schema: text, optional: true }),
    ];
    const run = bound(parameters, [undefined, 'many', 'x', 7]);
    expect(await faultsOf(run)).toEqual([
      { place: 'path', pointer: '/isbn', expected: 'a value', got: 'nothing', message: 'is required' },
      expect.objectContaining({ place: 'query', pointer: '/a~1b' }),
      expect.objectContaining({ place: 'body', pointer: '' }),
      expect.objectContaining({ place: 'query', pointer: '/q' }),
    ]);
    await expect(run).rejects.toThrow(/^catalog\.find: path\/isbn is required and 3 more$/);
  });

  it('runs nothing after it when there are faults', async () => {
    const next = vi.fn(() => Promise.resolve(replyOf(1)));
    const run = bind(operation({ parameters: [parameter('isbn', 0)] }), next);
    expect(() => run(invocation())).toThrow('catalog.find: query/isbn is required');
    expect(next).not.toHaveBeenCalled();
  });

  it('waits for types that answer later, and reports their faults with the others', async () => {
    const parameters = [parameter('slow', 0, { schema: later }), parameter('limit', 1, { schema: count })];
    expect(await bound(parameters, [21, 1])).toEqual([42, 1]);
    expect(await faultsOf(bound(parameters, ['x', -1]))).toHaveLength(2);
    expect(await faultsOf(bound(parameters, [1]))).toEqual([expect.objectContaining({ pointer: '/limit' })]);
  });

  it("leaves the transport's own objects alone", async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- what must not be awaited
    const request = { then: () => expect.unreachable('it was awaited') };
    const parameters = [parameter('slow', 0, { schema: later }), parameter('request', 1, { place: 'request' })];
    const args = await bound(parameters, [1, request]);
    expect(args[1]).toBe(request);
  });

  it('fills in the invocation where a parameter takes it, whatever came for it', async () => {
    const parameters = [
      parameter('isbn', 0, { schema: text }),
      parameter('slow', 1, { schema: later, optional: true }),
      parameter('invocation', 2, { place: 'context', optional: true }),
    ];
    const taking = operation({ parameters });
    for (const given of [['42'], ['42', 1, 'forged']]) {
      let received: Invocation | undefined;
      const run = bind(taking, (inner) => Promise.resolve(replyOf((received = inner).args[2])));
      const source = { service: '', protocol: 'none', trusted: false, arguments: () => given };
      const sent = invocation({ operation: taking, source });
      expect((await run(sent)).value).toBe(sent);
      expect(received).toBe(sent);
    }
  });

  it('refuses arguments that the transport could not read', async () => {
    const failure = new ChassisError('INVALID_ARGUMENT', 'no JSON');
    await expect(bound([], Promise.reject(failure))).rejects.toBe(failure);
  });

  it('is what makes arguments readable: earlier handlers that read them are told where to stand', () => {
    const early: Invocation = invocation();
    expect(() => early.args).toThrow(expect.objectContaining({ code: 'ARGS_BEFORE_BIND' }));
    expect(() => early.args).toThrow(/after: 'bind'/);
  });
});
