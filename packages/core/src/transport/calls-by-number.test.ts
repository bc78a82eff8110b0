import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ChassisError } from '../errors/chassis-error.js';
import { HeaderMap } from '../invocation/header-map.js';
import { Invocation } from '../invocation/invocation.js';
import { replyOf, type Reply } from '../invocation/reply.js';
import { defineSchema } from '../schema/define-schema.js';
import { AnsweringCalls } from './answering-calls.js';
import { ArrivingItems } from './arriving-items.js';
import { CallsUnderWay } from './calls-under-way.js';
import { EndpointConnections, type SharedConnection } from './endpoint-connections.js';
import { PendingCalls } from './pending-calls.js';
import { serveConnections } from './serve-connections.js';

const [operation] = defineSchema({
  id: 'trial',
  operations: { days: { returns: { type: Date, stream: true } } },
}).operations;
const source = { service: 'me', protocol: '', trusted: true };
const endpoint = { listener: 'talk', host: 'there', port: 1, ssl: false };
const call = (to = endpoint): Invocation =>
  new Invocation({ operation: operation!, service: 'it', source, endpoint: to });
const turn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'none',
    (error: unknown) => error,
  );

describe('ArrivingItems', () => {
  it('gives items in order, then the end or the failure, once', async () => {
    const items = new ArrivingItems();
    const waiting = items.next();
    items.push(1);
    items.push(2);
    items.end(new Error('over'));
    items.push(3);
    expect([(await waiting).value, (await items.next()).value]).toEqual([1, 2]);
    await expect(items.next()).rejects.toThrow('over');
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('tells what is taken, and that the reader left before the end', async () => {
    const told: string[] = [];
    const items = new ArrivingItems({ taken: () => told.push('taken'), left: () => told.push('left') });
    items.push(1);
    items.push(2);
    for await (const item of items) if (item === 1) break;
    expect([told, items.size]).toEqual([['taken', 'left'], 0]);
    await items.return();
    expect(told).toHaveLength(2);
  });
});

describe('PendingCalls', () => {
  const told: unknown[] = [];
  const made = (): PendingCalls => {
    told.length = 0;
    return new PendingCalls({
      window: 4,
      grant: (number, count) => told.push(['grant', number, count]),
      gaveUp: (number) => told.push(['gave up', number]),
      idle: () => told.push('idle'),
    });
  };

  it('makes the declared types of items, and grants more as they are read', async () => {
    const calls = made();
    const [number, reply] = calls.add(call());
    calls.open(number, HeaderMap.empty);
    for (let day = 0; day < 3; day += 1) calls.item(number, new Date(day).toISOString());
    calls.end(number);
    const all: unknown[] = [];
    for await (const item of (await reply).value as AsyncIterable<unknown>) all.push(item);
    expect(all).toEqual([new Date(0), new Date(1), new Date(2)]);
    expect([told, calls.size]).toEqual([['idle'], 0]);
  });

  it('grants half a window at a time while the stream is open', async () => {
    const calls = made();
    const [number, reply] = calls.add(call());
    calls.open(number, HeaderMap.empty);
    const items = ((await reply).value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    for (let item = 0; item < 3; item += 1) calls.item(number, new Date(item).toISOString());
    for (let item = 0; item < 3; item += 1) await items.next();
    expect(told).toEqual([['grant', number, 2]]);
    await items.return!();
    expect(told).toEqual([['grant', number, 2], 'idle', ['gave up', number]]);
  });

  it('ends calls that are cancelled, before and after their first answer, and drops what comes later', async () => {
    const calls = made();
    const [one, other] = [call(), call()];
    const [first, reply] = calls.add(one);
    one.cancel(new Error('enough'));
    await expect(reply).rejects.toThrow('enough');
    calls.value(first, 'late', HeaderMap.empty);
    other.cancel(new Error('before'));
    const [second, refused] = calls.add(other);
    await expect(refused).rejects.toThrow('before');
    expect(told).toEqual(['idle', ['gave up', first], 'idle', ['gave up', second]]);
  });

  it('fails all calls of a connection that is gone, streams too', async () => {
    const calls = made();
    const [, waiting] = calls.add(call());
    const [number, reply] = calls.add(call());
    calls.open(number, HeaderMap.empty);
    const items = ((await reply).value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    calls.failAll(new Error('reset'));
    const gone = { code: 'CALL_FAILED', remote: false, message: 'trial.days: there:1: reset' };
    expect([await failureOf(waiting), await failureOf(items.next())]).toMatchObject([gone, gone]);
  });
});

describe('AnsweringCalls', () => {
  const made = (most?: number): { calls: AnsweringCalls; told: unknown[]; underWay: CallsUnderWay } => {
    const told: unknown[] = [];
    const underWay = new CallsUnderWay();
    const note =
      (what: string) =>
      (...args: readonly unknown[]) =>
        void told.push([what, ...args.slice(0, 2)]);
    const answers = {
      value: note('value'),
      open: note('open'),
      item: note('item'),
      end: note('end'),
      fail: note('fail'),
    };
    return { calls: new AnsweringCalls(answers, { window: 2, underWay, ...(most && { most }) }), told, underWay };
  };
  const runner = (run: () => Reply | Promise<Reply>): { run: () => Promise<Reply> } => ({ run: async () => run() });

  it('pulls a stream as far as is granted, never further than a window', async () => {
    const { calls, told, underWay } = made();
    let pulled = 0;
    async function* days(): AsyncIterable<Date> {
      for (; pulled < 5;) yield new Date(pulled++);
    }
    calls.run(
      1,
      runner(() => replyOf(days())),
      call(),
    );
    await turn();
    expect([pulled, told.length, underWay.size]).toEqual([2, 3, 1]);
    calls.grant(1, 1000);
    await turn();
    expect(pulled).toBe(4);
    calls.grant(1, 2);
    await turn();
    expect([told.at(-1), underWay.size, calls.size]).toEqual([['end', 1], 0, 0]);
  });

  it('refuses more calls than allowed, and a number that is in use', async () => {
    const { calls, told } = made(1);
    let answer!: (reply: Reply) => void;
    calls.run(1, { run: () => new Promise((resolve) => (answer = resolve)) }, call());
    calls.run(
      1,
      runner(() => replyOf(undefined)),
      call(),
    );
    calls.run(
      2,
      runner(() => replyOf(undefined)),
      call(),
    );
    expect(told).toMatchObject([
      ['fail', 1, { kind: 'INVALID_ARGUMENT' }],
      ['fail', 2, { kind: 'RESOURCE_EXHAUSTED' }],
    ]);
    answer(replyOf(undefined));
    await turn();
    expect(told.at(-1)).toEqual(['value', 1, undefined]);
  });

  it('cancels the calls of a connection that is gone', () => {
    const { calls } = made();
    const [one, other] = [call(), call()];
    for (const [number, invocation] of [one, other].entries())
      calls.run(number, { run: () => new Promise(() => undefined) }, invocation);
    calls.cancel(0, 'left');
    expect([one.cancelled, other.cancelled]).toEqual([true, false]);
    calls.cancelAll('gone');
    expect(ChassisError.is(other.signal.reason) && other.signal.reason.code).toBe('CALL_CANCELLED');
  });
});

describe('EndpointConnections', () => {
  const opened: { readonly line: SharedConnection; readonly log: string[]; readonly retire: () => void }[] = [];
  const made = (): EndpointConnections<SharedConnection> => {
    opened.length = 0;
    return new EndpointConnections('talk', {
      open: async (_, retire) => {
        const log: string[] = [];
        let close!: () => void;
        const closed = new Promise<void>((resolve) => (close = resolve));
        const line: SharedConnection = {
          closed,
          send: async () => replyOf(opened.findIndex((one) => one.line === line)),
          end: () => void (log.push('end'), close()),
          destroy: () => void (log.push('destroy'), close()),
        };
        opened.push({ line, log, retire: () => retire(line) });
        return line;
      },
    });
  };
  const used = async (client: EndpointConnections<SharedConnection>, to = endpoint): Promise<unknown> =>
    (await client.send(call(to))).value;

  it('shares one connection, for each address and kind of it', async () => {
    const client = made();
    expect(
      await Promise.all([
        used(client),
        used(client),
        used(client, { ...endpoint }),
        used(client, { ...endpoint, port: 2 }),
      ]),
    ).toEqual([0, 0, 0, 1]);
    expect(await used(client, { ...endpoint, ssl: true })).toBe(2);
  });

  it('makes another one after it was retired, released or closed', async () => {
    const client = made();
    await used(client);
    opened[0]!.retire();
    expect(await used(client)).toBe(1);
    client.release(endpoint);
    await turn();
    expect([opened[0]!.log, opened[1]!.log, await used(client)]).toEqual([['end'], ['end'], 2]);
    opened[2]!.line.destroy();
    await turn();
    expect(await used(client)).toBe(3);
    await client.close(new AbortController().signal);
    expect(opened[3]!.log).toEqual(['end']);
    expect(await failureOf(used(client))).toMatchObject({ code: 'CALL_FAILED' });
  });
});

it('serveConnections says farewell to connections, waits for answers that are not written yet, and hangs up', async () => {
  const log: string[] = [];
  const underWay = new CallsUnderWay();
  let take!: (socket: Socket) => void;
  const sockets = {
    open: async (taker: { take(socket: Socket): void }) => {
      take = (socket) => taker.take(socket);
      return { endpoint, close: () => void log.push('closed') };
    },
  };
  const server = await serveConnections(
    { sockets },
    { underWay, take: () => ({ leave: () => void log.push('leave') }) },
  );
  const socket = Object.assign(new EventEmitter(), { writableLength: 5, destroy: () => log.push('destroyed') });
  take(socket as unknown as Socket);
  await server.stopAccepting();
  const drained = server.drain().then(() => log.push('drained'));
  await turn();
  await turn();
  expect(log).toEqual(['closed', 'leave']);
  socket.emit('drain');
  await drained;
  await server.close();
  expect(log).toEqual(['closed', 'leave', 'drained', 'closed', 'destroyed']);
});
