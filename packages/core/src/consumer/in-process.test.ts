import { describe, expect, it, vi } from 'vitest';
import { invocation, operation, parameter, Planning } from '../chain/planning.fixture.js';
import { ChassisError } from '../errors/chassis-error.js';
import type { Invocation } from '../invocation/invocation.js';
import { runAmbient } from '../invocation/ambient.js';
import { replyWith } from '../invocation/reply.js';
import { OperationTable } from '../provider/operation-table.js';
import { Field } from '../schema/field.js';
import type { Operation } from '../schema/operation.js';
import { valueTypeOf } from '../schema/value-type-of.js';
import { silentLogger } from '../telemetry/logger.js';
import { Calling } from './calling.fixture.js';

class Book {
  @Field() isbn!: string;
  @Field({ optional: true }) addedAt?: Date;
}

const book = valueTypeOf(Book, { direction: 'out' });
const bookIn = valueTypeOf(Book);

type Method = (...args: never[]) => unknown;

interface Scene {
  readonly calling: Calling;
  /** Of both chains, in order. */
  readonly seen: string[];
  /** As the provider's handlers see them. */
  readonly served: Invocation[];
  call(args: readonly unknown[], parent?: Invocation): Promise<unknown>;
}

/** An application that serves an operation and calls it. */
function scene(
  method: Method,
  parts: Parameters<typeof operation>[0] = {},
  contract: Operation = operation(parts),
): Scene {
  const seen: string[] = [];
  const served: Invocation[] = [];
  const providing = new Planning();
  const { schema } = operation({ ...parts, run: method });
  const note = (name: string) => ({
    handle(inner: Invocation, next: (inner: Invocation) => Promise<never>) {
      seen.push(name);
      served.push(inner);
      return next(inner);
    },
  });
  providing.add('provided', { everywhere: true, handler: note('provider') as never });
  const table = new OperationTable({
    planner: providing.planner,
    service: 'shop',
    ambient: false,
    schemas: [{ schema, self: undefined }],
    errors: { mappings: [], logger: silentLogger },
  });
  const calling = new Calling({ service: 'shop', local: table });
  calling.planning.add('consumed', {
    side: 'consumer',
    everywhere: true,
    handler: {
      handle(inner, next) {
        seen.push('consumer');
        return next(inner);
      },
    },
  });
  const call = async (args: readonly unknown[], parent?: Invocation): Promise<unknown> => {
    const run = () => calling.consumer.call({ service: 'shop', operation: contract }, args);
    return (await (parent ? runAmbient(parent, run) : run())).value;
  };
  return { calling, seen, served, call };
}

const failureOf = (promise: Promise<unknown>): Promise<ChassisError> =>
  promise.then(
    () => expect.fail('it did not fail'),
    (error: ChassisError) => error,
  );

describe('a call of our own service', () => {
  it('stays in the process and runs both chains', async () => {
    const { call, seen, served, calling } = scene(() => 'here');
    expect(await call([])).toBe('here');
    expect(seen).toEqual(['consumer', 'provider']);
    expect(calling.rest.sent).toEqual([]);
    expect(served[0]?.source).toMatchObject({
      service: 'shop',
      protocol: 'in-process',
      listener: 'local',
      trusted: true,
    });
  });

  it('leaves it when a protocol, a port or an endpoint is asked for, or another service', async () => {
    const { calling } = scene(() => 'here');
    const target = { service: 'shop', operation: operation() };
    for (const options of [{ protocol: 'rest' }, { endpoint: 'rest://a:1' }]) {
      expect((await calling.consumer.call(target, [], options)).value).toBe('answered');
    }
    expect((await calling.consumer.call({ ...target, service: 'catalog' }, [])).value).toBe('answered');
    expect(calling.rest.sent).toHaveLength(3);
    expect(await failureOf(calling.consumer.call(target, [], { port: 'admin' }))).toMatchObject({
      code: 'NO_INSTANCE',
    });
  });

  it('stays for another service that is configured to live here, and leaves for what is not served', async () => {
    const local = { find: () => undefined };
    const none = new Calling({ service: 'shop', local });
    expect((await none.consumer.call({ service: 'shop', operation: operation() }, [])).value).toBe('answered');
    const find = vi.fn(() => undefined);
    const other = new Calling({ settings: { inProcess: ['catalog'] }, local: { find } });
    await other.consumer.call(other.target, []);
    expect(find).toHaveBeenCalledWith('catalog', 'find');
  });
});

describe('arguments in process', () => {
  it('are copies, and validated as those from a wire', async () => {
    const parameters = [parameter('book', 0, { schema: bookIn, place: 'body' })];
    let received: unknown;
    const { call } = scene((given: Book) => void (received = given), { parameters });
    const sent = { isbn: '42', addedAt: new Date(0), extra: true };
    await call([sent]);
    expect(received).toEqual({ isbn: '42', addedAt: new Date(0) });
    expect(received).not.toBe(sent);
    expect(await failureOf(call([{ isbn: 42 }]))).toMatchObject({ code: 'ARGUMENT_INVALID', remote: true });
    expect(await failureOf(call([]))).toMatchObject({ message: expect.stringContaining('is required') as string });
  });

  it('go by name, whatever place the contract of the caller gives them', async () => {
    const mine = operation({ parameters: [parameter('b', 0), parameter('unknown', 1), parameter('a', 2)] });
    const theirs = [parameter('a', 0), parameter('b', 1), parameter('request', 2, { place: 'request' })];
    const { call } = scene((...args: unknown[]) => args.slice(0, 2), { parameters: theirs }, mine);
    expect(await call(['for b', 'lost', 'for a'])).toEqual(['for a', 'for b']);
  });
});

describe('a reply in process', () => {
  it('is a copy of the declared fields, with what JSON has no form for made again', async () => {
    const stored = { isbn: '42', addedAt: new Date(5), secret: 'x' };
    const result = { schema: book, stream: false };
    const reply = await scene(() => stored, { result }).call([]);
    expect(reply).toEqual({ isbn: '42', addedAt: new Date(5) });
    expect(await failureOf(scene(() => ({ isbn: 1 }), { result }).call([]))).toMatchObject({ code: 'RESULT_INVALID' });
  });

  it('is through JSON where nothing is declared, but for bytes', async () => {
    const value = { list: [1], when: new Date(0), big: 2n };
    expect(await scene(() => value).call([])).toEqual({ list: [1], when: '1970-01-01T00:00:00.000Z', big: '2' });
    expect(await scene(() => undefined).call([])).toBeUndefined();
    expect(await scene(() => Buffer.from('x')).call([])).toEqual(Buffer.from('x'));
  });

  it('keeps headers and status', async () => {
    const { calling } = scene(() => replyWith([1], { status: 202, headers: { etag: 'a' } }));
    const reply = await calling.consumer.call({ service: 'shop', operation: operation() }, []);
    expect(reply).toMatchObject({ value: [1], status: 202 });
    expect(reply.headers.get('etag')).toBe('a');
  });

  it('is a stream of copies, ended at its source when it is left early', async () => {
    const stored = { isbn: '42', secret: 'x' };
    const ended = vi.fn();
    const stream = (await scene(() => forever(stored, ended), { result: { schema: book, stream: true } }).call(
      [],
    )) as AsyncIterable<unknown>;
    const items = stream[Symbol.asyncIterator]();
    expect(await items.next()).toEqual({ done: false, value: { isbn: '42' } });
    await items.return?.();
    expect(ended).toHaveBeenCalledOnce();
  });
});

describe('a failure in process', () => {
  it('arrives as from a wire: remote, with what the caller may know', async () => {
    const details = { isbn: '42', at: new Date(0) };
    const original = new ChassisError('NOT_FOUND', 'no book', { code: 'BOOK_GONE', details, retryAfterMs: 5 });
    const failure = await failureOf(scene(() => Promise.reject(original)).call([]));
    expect(failure).toMatchObject({
      kind: 'NOT_FOUND',
      message: 'no book',
      code: 'BOOK_GONE',
      retryAfterMs: 5,
      remote: true,
    });
    expect(failure.details).toEqual({ isbn: '42', at: '1970-01-01T00:00:00.000Z' });
    expect(failure.cause).toBe(original);
  });

  it('hides what went wrong inside', async () => {
    const failure = await failureOf(scene(() => Promise.reject(new Error('password 123'))).call([]));
    expect(failure).toMatchObject({ kind: 'INTERNAL', message: 'internal error' });
  });
});

describe('what travels in process', () => {
  it('is deadline, context, mark, headers and caller', async () => {
    const { calling, served } = scene(() => 1);
    calling.planning.add('traffic-marker', {
      side: 'consumer',
      everywhere: true,
      handler: {
        handle(inner, next) {
          inner.mark = 'gold';
          inner.setContext('tenant', 'acme');
          return next(inner);
        },
      },
    });
    await calling.consumer.call({ service: 'shop', operation: operation() }, [], {
      timeoutMs: 70,
      headers: { 'X-A': '1', 'X-CSE-Context': '{"more":"1","x-cse-src-microservice":"forged"}' },
    });
    expect(served[0]).toMatchObject({ mark: 'gold', deadline: 70 });
    expect([...served[0]!.context.entries()]).toEqual([
      ['tenant', 'acme'],
      ['more', '1'],
    ]);
    expect(served[0]?.headers.get('x-a')).toBe('1');
    expect(served[0]?.principal).toBeUndefined();
  });

  it('is the cancellation, from the caller into the method', async () => {
    const { calling, served, call } = scene(() => new Promise(() => undefined));
    const parent = invocation();
    const failure = failureOf(call([], parent));
    await calling.planning.clock.advance(0);
    parent.cancel(new ChassisError('CANCELLED', 'the browser left'));
    expect(await failure).toMatchObject({ message: 'the browser left' });
    expect(served[0]?.cancelled).toBe(true);
  });

  it('is the cancellation while a stream runs too, and no longer', async () => {
    const ended = vi.fn();
    const { served, call } = scene(() => forever(1, ended));
    const parent = invocation();
    const items = ((await call([], parent)) as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await items.next();
    expect(served[0]?.cancelled).toBe(false);
    parent.cancel('left');
    expect(served[0]?.cancelled).toBe(true);
    const second = invocation();
    const others = ((await call([], second)) as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await others.next();
    await others.return?.();
    second.cancel('later');
    expect(served[1]?.cancelled).toBe(false);
  });
});

async function* forever(item: unknown, ended: () => void): AsyncIterable<unknown> {
  try {
    for (;;) yield await Promise.resolve(item);
  } finally {
    ended();
  }
}
