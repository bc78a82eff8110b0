import { Metadata } from '@grpc/grpc-js';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, client, failureOf, http2Peer, invocationOf, listOf, peer, plan } from './calling.fixture.js';

afterEach(cleanUp);

async function* numbers(to: number, onEnd: () => void = () => undefined): AsyncGenerator<number> {
  try {
    for (let at = 1; at <= to; at++) yield at;
  } finally {
    onEnd();
  }
}

const iteratorOf = (value: unknown): AsyncIterator<unknown> =>
  (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();

describe('an answer of many messages', () => {
  it('comes as an async iterable, in order, with headers before and trailers after', async () => {
    const { endpoint } = await peer({
      count: (call) => {
        const head = new Metadata();
        head.set('x-kind', 'numbers');
        call.sendMetadata(head);
        for (let at = 1; at <= call.request[0]; at++) call.write(at);
        const end = new Metadata();
        end.set('x-total', String(call.request[0]));
        call.end(end);
      },
    });
    const reply = await client().send(invocationOf('count', [100], { endpoint }));
    expect(reply.headers.get('x-kind')).toBe('numbers');
    expect(await listOf(reply)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
    expect(reply.trailers?.get('x-total')).toBe('100');
  });

  it('serves readers that ask for several items at once in their order', async () => {
    const { endpoint } = await peer({
      count: (call) => {
        for (const number of [1, 2]) call.write(number);
        call.end();
      },
    });
    const reply = await client().send(invocationOf('count', [2], { endpoint }));
    const items = (reply.value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    const read = await Promise.all([items.next(), items.next(), items.next(), items.next()]);
    expect(read.map(({ value }) => value as unknown)).toEqual([1, 2, undefined, undefined]);
  });

  it('may be empty', async () => {
    const { endpoint } = await peer({ count: (call) => call.end() });
    expect(await listOf(await client().send(invocationOf('count', [0], { endpoint })))).toEqual([]);
  });

  it('fails as a call does before its first message, and as a stream does after it', async () => {
    const { endpoint } = await peer({
      count: (call) => {
        if (call.request[0] > 0) call.write(1);
        call.emit('error', { code: 9, details: 'no more' });
      },
    });
    const transport = client();
    const early = failureOf(transport.send(invocationOf('count', [0], { endpoint })).then(listOf));
    expect(await early).toMatchObject({ kind: 'FAILED_PRECONDITION', remote: true });
    const items = iteratorOf((await transport.send(invocationOf('count', [1], { endpoint }))).value);
    expect(await items.next()).toEqual({ done: false, value: 1 });
    expect(await failureOf(items.next())).toMatchObject({ kind: 'FAILED_PRECONDITION', remote: true });
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('holds the callee back while nobody reads', async () => {
    let written = 0;
    const { endpoint } = await peer({
      count: (call) => {
        const write = (): void => {
          while (written < 20_000) {
            written += 1;
            if (!call.write(written)) return void call.once('drain', write);
          }
          call.end();
        };
        write();
      },
    });
    const reply = await client().send(invocationOf('count', [0], { endpoint }));
    const items = iteratorOf(reply.value);
    await items.next();
    let before = -1;
    while (before !== written) {
      before = written;
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(written).toBeLessThan(10_000);
    let last: unknown;
    for (let item = await items.next(); !item.done; item = await items.next()) last = item.value;
    expect(last).toBe(20_000);
  });

  it('is cancelled when the reader leaves', async () => {
    let cancelled: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (cancelled = resolve));
    const { endpoint } = await peer({
      count: (call) => {
        call.on('cancelled', () => cancelled());
        call.write(1);
      },
    });
    const reply = await client().send(invocationOf('count', [0], { endpoint }));
    for await (const item of reply.value as AsyncIterable<unknown>) if (item === 1) break;
    await told;
  });
});

describe('a request of many messages', () => {
  it('is taken from an async iterable', async () => {
    const { endpoint } = await peer({
      sum: (call, done) => {
        let sum = 0;
        call.on('data', (number: number) => (sum += number));
        call.on('end', () => done(null, sum));
      },
    });
    const transport = client();
    expect((await transport.send(invocationOf('sum', [numbers(100)], { endpoint }))).value).toBe(5050);
    expect((await transport.send(invocationOf('sum', [Readable.from([1, 2])], { endpoint }))).value).toBe(3);
    expect((await transport.send(invocationOf('sum', [numbers(0)], { endpoint }))).value).toBe(0);
  });

  it('whose source fails at once leaves no call open at the callee', async () => {
    const seen: Promise<void>[] = [];
    const { endpoint } = await http2Peer((stream) => {
      seen.push(new Promise((resolve) => stream.once('close', resolve)));
      stream.resume().on('end', () => {
        if (stream.destroyed) return;
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        const bytes = plan('sum').encodeResponse(plan('sum').resultToMessage(3));
        stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, bytes.length]), bytes]));
      });
    });
    const transport = client();
    const sum = (source: unknown): Promise<unknown> => transport.send(invocationOf('sum', [source], { endpoint }));
    const broken = {
      [Symbol.asyncIterator]: () => {
        throw new Error('no numbers');
      },
    };
    await sum(numbers(1));
    expect(await failureOf(sum(broken))).toMatchObject({ code: 'SOURCE_FAILED' });
    expect(await failureOf(sum(Readable.from(['one'])))).toMatchObject({ code: 'ARGUMENT_UNSENDABLE' });
    await sum(numbers(1));
    await Promise.all(seen);
  });

  it('is asked for no more than the callee takes', async () => {
    let given = 0;
    const { endpoint } = await peer({ sum: () => undefined });
    async function* endless(): AsyncGenerator<number> {
      for (;;) yield ++given;
    }
    const invocation = invocationOf('sum', [endless()], { endpoint });
    const outcome = failureOf(client().send(invocation));
    let before = -1;
    while (before !== given || given === 0) {
      before = given;
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(given).toBeLessThan(10_000);
    invocation.cancel(new Error('enough'));
    expect(await outcome).toMatchObject({ code: 'CALL_CANCELLED' });
  });

  it('ends its source when the callee answers before', async () => {
    const { endpoint } = await peer({ sum: (_call, done) => done({ code: 3, details: 'no' }) });
    let ended: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (ended = resolve));
    const outcome = client().send(invocationOf('sum', [numbers(Infinity, () => ended())], { endpoint }));
    expect(await failureOf(outcome)).toMatchObject({ kind: 'INVALID_ARGUMENT', remote: true });
    await told;
  });

  it('that fails ends the call, and is told from a failure of the callee', async () => {
    let cancelled: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (cancelled = resolve));
    let arrived: () => void = () => undefined;
    const taken = new Promise<void>((resolve) => (arrived = resolve));
    const { endpoint } = await peer({
      sum: (call) => void call.on('cancelled', () => cancelled()).on('data', () => arrived()),
    });
    async function* torn(): AsyncGenerator<number> {
      yield 1;
      await taken;
      throw new Error('torn');
    }
    const error = await failureOf(client().send(invocationOf('sum', [torn()], { endpoint })));
    expect(error).toMatchObject({ code: 'SOURCE_FAILED', remote: false });
    expect(error.message).toContain('torn');
    await told;
  });

  it('whose iterator does not keep to the rules fails the call, or ends with it, and nothing else', async () => {
    const { endpoint } = await peer({ sum: (call, done) => void call.once('data', () => done(null, 1)) });
    const transport = client();
    const send = (source: unknown): Promise<unknown> => transport.send(invocationOf('sum', [source], { endpoint }));
    const broken = {
      [Symbol.asyncIterator]: () => {
        throw new Error('no iterator today');
      },
    };
    expect(await failureOf(send(broken))).toMatchObject({ code: 'SOURCE_FAILED' });
    const next = async (): Promise<unknown> => ({ done: false, value: 1 });
    const noPromise = { [Symbol.asyncIterator]: () => ({ next, return: () => ({ done: true }) }) };
    expect(await send(noPromise)).toMatchObject({ value: 1 });
    // nothing of the first is left
    await transport.close();
  });

  it('is refused when it is none', async () => {
    const { endpoint } = await peer({ sum: (call) => void call.resume() });
    const error = await failureOf(client().send(invocationOf('sum', [[1, 2]], { endpoint })));
    expect(error).toMatchObject({ code: 'ARGUMENT_UNSENDABLE', remote: false });
    expect(error.message).toContain("'numbers'");
  });

  it('is refused when an item has no form', async () => {
    const { endpoint } = await peer({ sum: (call) => void call.resume() });
    const source = Readable.from([1, { no: 'number' }]);
    const error = await failureOf(client().send(invocationOf('sum', [source], { endpoint })));
    expect(error).toMatchObject({ kind: 'INVALID_ARGUMENT', remote: false });
    expect(source.destroyed).toBe(true);
  });
});

describe('messages both ways', () => {
  it('go and come at the same time', async () => {
    const { endpoint } = await peer({
      double: (call) => {
        call.on('data', (number: number) => call.write(number * 2));
        call.on('end', () => call.end());
      },
    });
    let given = 0;
    const seen: unknown[] = [];
    let goOn: () => void = () => undefined;
    async function* asked(): AsyncGenerator<number> {
      for (given = 1; given <= 3; given++) {
        yield given;
        await new Promise<void>((resolve) => (goOn = resolve));
      }
    }
    const reply = await client().send(invocationOf('double', [asked()], { endpoint }));
    for await (const item of reply.value as AsyncIterable<unknown>) {
      seen.push([given, item]);
      goOn();
    }
    expect(seen).toEqual([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
  });

  it('end together when the reader leaves', async () => {
    const { endpoint } = await peer({ double: (call) => void call.on('data', (item: number) => call.write(item)) });
    let ended: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (ended = resolve));
    const reply = await client().send(invocationOf('double', [numbers(Infinity, () => ended())], { endpoint }));
    const items = iteratorOf(reply.value);
    expect(await items.next()).toEqual({ done: false, value: 1 });
    await items.return?.();
    await told;
  });
});
