import { Arg, createApplication, Module, Returns, Schema, silentLogger, type Application } from '@ts-chassis/core';
import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messagePack } from '../message-pack.js';
import { Frames, HELLO, Kind } from './frames.js';
import { talk } from './plugin.js';

const made = { items: 0, ended: 0 };

@Schema({ id: 'trial' })
class Trial {
  @Returns(Number)
  async double(@Arg('number') number: number): Promise<number> {
    return number * 2;
  }

  @Returns(String, { stream: true })
  async *flood(): AsyncIterable<string> {
    try {
      for (;;) {
        made.items += 1;
        yield 'x'.repeat(1000);
      }
    } finally {
      made.ended += 1;
    }
  }

  @Returns(String)
  async long(): Promise<string> {
    return 'x'.repeat(50_000);
  }
}

@Module({ schemas: [Trial] })
class TrialModule {}

let application: Application;
const sockets: Socket[] = [];

beforeEach(async () => {
  Object.assign(made, { items: 0, ended: 0 });
  application = createApplication({
    ...{ modules: [TrialModule], plugins: [talk(), messagePack()], logger: silentLogger, signals: false },
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.talk.listenAddress': '127.0.0.1:0',
        'servicecomb.registry.disabled': true,
        'servicecomb.lifecycle.drainDelay': 0,
        'servicecomb.transport.maxBodyBytes.talk': 1000,
      },
    },
  });
  await application.start();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await application.stop();
});

type Answer = readonly [kind: number, call: number, data: unknown];

/** A client that may say anything. */
class Stranger {
  readonly answers: Answer[] = [];
  readonly frames: Frames;
  #look: (() => void) | undefined;

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined).on('close', () => this.#look?.());
    this.frames = new Frames(socket, Infinity, (kind, call, body) => {
      this.answers.push([kind, call, body!.length > 0 ? decode(body!) : undefined]);
      this.#look?.();
    });
  }

  static async come(greeting: Uint8Array = HELLO): Promise<Stranger> {
    const { port } = application.endpoints.find(({ listener }) => listener === 'talk')!;
    const socket = connect({ port, host: '127.0.0.1' });
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(greeting);
    return new Stranger(socket);
  }

  call(number: number, message: unknown): void {
    this.frames.send(Kind.call, number, encode(message));
  }

  async hears(count: number): Promise<readonly Answer[]> {
    while (this.answers.length < count && !this.socket.destroyed)
      await new Promise<void>((resolve) => (this.#look = resolve));
    return this.answers;
  }

  async isSentAway(): Promise<boolean> {
    if (!this.socket.destroyed) await once(this.socket, 'close');
    return true;
  }
}

/** Whether the process still serves. */
async function serves(): Promise<unknown> {
  const other = await Stranger.come();
  other.call(1, ['trial.double', {}, { number: 21 }]);
  return (await other.hears(1))[0];
}

const answered = [Kind.value, 1, [{}, 42]];
const frame = (length: number, ...bytes: readonly number[]): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(length);
  return Buffer.concat([head, Buffer.from(bytes)]);
};

describe('talk, when others speak badly', () => {
  it.each([
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a call before the greeting', frame(5, Kind.call, 0, 0, 0, 1)],
    ['a frame shorter than its head', Buffer.concat([HELLO, frame(2, Kind.call, 0, 0, 0, 1)])],
    ['a frame of no known kind', Buffer.concat([HELLO, frame(5, 77, 0, 0, 0, 1)])],
    ['what only a provider says', Buffer.concat([HELLO, frame(5, Kind.end, 0, 0, 0, 1)])],
    ['a grant of the wrong size', Buffer.concat([HELLO, frame(7, Kind.more, 0, 0, 0, 1, 1, 1)])],
  ])('sends away who says %s', async (_, bytes) => {
    const stranger = await Stranger.come(bytes);
    expect(await stranger.isSentAway()).toBe(true);
    expect(await serves()).toEqual(answered);
  });

  it('answers what is no message, and what nobody serves, and goes on', async () => {
    const stranger = await Stranger.come();
    stranger.frames.send(Kind.call, 1, Buffer.from([0xc1]));
    stranger.frames.send(Kind.call, 2, Buffer.alloc(0));
    stranger.call(3, 'text');
    stranger.call(4, ['trial.nothing', null, null]);
    stranger.call(5, ['__proto__', { __proto__: null, 'X-A': 1 }, 'arguments']);
    stranger.call(6, ['trial.double', { a: ['b', 1] }, { number: 'many' }]);
    stranger.call(7, ['trial.double', {}, { number: 4 }]);
    const answers = [...(await stranger.hears(7))].sort(([, one], [, other]) => one - other);
    expect(answers.map(([kind, , data]) => (kind === Kind.fail ? (data as { kind: string }).kind : data))).toEqual([
      ...['INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'INVALID_ARGUMENT'],
      [{}, 8],
    ]);
  });

  it('skips a message that is too long, however it comes, and goes on', async () => {
    const stranger = await Stranger.come();
    for (const length of [996, 2000, 300_000]) stranger.frames.send(Kind.call, length, Buffer.alloc(length, 0xc0));
    stranger.call(1, ['trial.double', {}, { number: 4 }]);
    const answers = await stranger.hears(4);
    const kinds = new Map(answers.map(([, call, data]) => [call, (data as { kind?: string }).kind]));
    expect([...kinds].sort(([one], [other]) => one - other)).toEqual([
      ...[
        [1, undefined],
        [996, 'INVALID_ARGUMENT'],
      ],
      ...[
        [2000, 'RESOURCE_EXHAUSTED'],
        [300_000, 'RESOURCE_EXHAUSTED'],
      ],
    ]);
  });

  it('reads frames cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }), async (cuts) => {
        const stranger = await Stranger.come(Buffer.alloc(0));
        const body = encode(['trial.double', {}, { number: 21 }]);
        const bytes = Buffer.concat([HELLO, frame(5 + body.length, Kind.call, 0, 0, 0, 1), body]);
        stranger.socket.setNoDelay(true);
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          await new Promise<void>((resolve) => stranger.socket.write(bytes.subarray(at, at + cut), () => resolve()));
          at = Math.min(at + cut, bytes.length);
        }
        expect((await stranger.hears(1))[0]).toEqual(answered);
        stranger.socket.destroy();
      }),
      { numRuns: 25 },
    );
  });

  it('ends the calls of a stranger who hangs up in the middle of a frame', async () => {
    const stranger = await Stranger.come();
    stranger.call(1, ['trial.flood', {}, {}]);
    await stranger.hears(3);
    stranger.socket.write(frame(500, Kind.call, 0, 0));
    stranger.socket.destroy();
    while (made.ended === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await serves()).toEqual(answered);
  });

  it('makes no more for a reader who grants nothing than it may send', async () => {
    const stranger = await Stranger.come();
    stranger.call(1, ['trial.flood', {}, {}]);
    await stranger.hears(65);
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([stranger.answers.length, made.items]).toEqual([65, 64]);
    stranger.frames.send(Kind.more, 1, Buffer.from([255]));
    await stranger.hears(129);
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(made.items).toBe(128);
    stranger.frames.send(Kind.cancel, 1);
    while (made.ended === 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('hears no more of a flood whose answers nobody reads', async () => {
    const stranger = await Stranger.come();
    stranger.socket.pause();
    const { heapUsed } = process.memoryUsage();
    let sent = 0;
    // 50 kB of answers for each: two gigabytes, were all of them made
    const message = encode(['trial.long', {}, {}]);
    while (sent < 40_000 && stranger.socket.writableLength < 1_000_000) {
      for (let call = 0; call < 500; call += 1) stranger.frames.send(Kind.call, ++sent, message);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(process.memoryUsage().heapUsed + process.memoryUsage().external - heapUsed).toBeLessThan(600_000_000);
    expect(await serves()).toEqual(answered);
  });

  it('takes no second call by the number of one under way', async () => {
    const stranger = await Stranger.come();
    stranger.call(1, ['trial.flood', {}, {}]);
    await stranger.hears(2);
    stranger.call(1, ['trial.double', {}, { number: 1 }]);
    while (!stranger.answers.some(([kind]) => kind === Kind.fail)) await stranger.hears(stranger.answers.length + 1);
    expect(stranger.answers.find(([kind]) => kind === Kind.fail)?.[2]).toMatchObject({ kind: 'INVALID_ARGUMENT' });
  });

  it('decodes no message that announces more than it brings', async () => {
    const stranger = await Stranger.come();
    // lists in lists, each of which says it has 50 million items
    stranger.frames.send(
      Kind.call,
      1,
      Buffer.concat(Array.from({ length: 150 }, () => Buffer.from([0xdd, 3, 0, 0, 0]))),
    );
    expect((await stranger.hears(1))[0]?.[2]).toMatchObject({ kind: 'INVALID_ARGUMENT' });
  });
});

it('is under 300 lines, and stands on core alone', () => {
  const files = readdirSync(__dirname).filter((name) => !name.endsWith('.test.ts'));
  const texts = files.map((name) => readFileSync(join(__dirname, name), 'utf8'));
  expect(texts.join('').split('\n').length).toBeLessThan(300);
  const imported = texts.flatMap((text) => [...text.matchAll(/from '([^']+)'/g)].map(([, from]) => from));
  expect([...new Set(imported)].filter((from) => !from!.startsWith('./')).sort()).toEqual([
    '@ts-chassis/core',
    'node:net',
  ]);
});
