import { jsonSpec, VirtualClock, type OperationDefinition } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { RawConnection, serve, type Serving } from './serving.fixture.js';

const anything = jsonSpec({});
let open: Serving[] = [];

afterEach(async () => {
  const closing = open;
  open = [];
  await Promise.all(closing.map(({ server }) => server.close()));
});

/** A stream whose items are given by hand. */
class Feed implements AsyncIterable<unknown> {
  #items: unknown[] = [];
  #wake: (() => void) | undefined;
  ended = false;

  give(item: unknown): void {
    this.#items.push(item);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    try {
      for (;;) {
        while (this.#items.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
        const item = this.#items.shift();
        if (item === 'end') return;
        yield item;
      }
    } finally {
      this.ended = true;
    }
  }
}

async function listening(
  clock: VirtualClock,
  produces: readonly string[],
  heartbeatMs = 15_000,
): Promise<{ feed: Feed; connection: RawConnection; made: Serving }> {
  const feed = new Feed();
  const list: OperationDefinition = {
    http: { method: 'GET', path: '/feed', produces },
    returns: { type: anything, stream: true },
    run: () => feed,
  };
  const made = await serve({ list }, { clock, answers: { etag: false, heartbeatMs } });
  open.push(made);
  const connection = new RawConnection(made.port);
  await connection.write('GET /feed HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n');
  feed.give(1);
  await connection.until(/data: 1\n\n/);
  return { feed, connection, made };
}

describe('a silent stream of events', () => {
  it('says that it lives, and only while it is silent', async () => {
    const clock = new VirtualClock();
    const { feed, connection } = await listening(clock, []);
    // The first item fell into the first time span.
    await clock.advance(15_000);
    await clock.advance(15_000);
    await connection.until(/\n:\n\n/);
    feed.give(2);
    await connection.until(/data: 2\n\n/);
    await clock.advance(15_000);
    feed.give(3);
    await connection.until(/data: 3\n\n/);
    expect(connection.text.match(/\n:\n\n/g)).toHaveLength(1);
    feed.give('end');
    await connection.until(/0\r\n\r\n/);
  });

  it('says nothing where that is not wanted, nor when it is over', async () => {
    const clock = new VirtualClock();
    const { feed, connection } = await listening(clock, ['text/event-stream'], 0);
    await clock.advance(100_000);
    feed.give('end');
    expect(await connection.until(/0\r\n\r\n/)).not.toMatch(/\n:\n\n/);
    expect(clock.pending).toBe(0);
  });

  it('goes on beyond the time for a request where it is nothing but events', async () => {
    const clock = new VirtualClock();
    const only = await listening(clock, ['text/event-stream']);
    const other = await listening(clock, []);
    const deadlines = [only, other].map(({ made }) => made.invocations[0]!.deadline);
    expect(deadlines).toEqual([Infinity, 5000]);
    for (const { feed, connection } of [only, other]) {
      feed.give('end');
      await connection.until(/0\r\n\r\n/);
    }
  });

  it('ends its source when the client goes, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const { feed, connection, made } = await listening(clock, ['text/event-stream']);
    const gone = new Promise((resolve) => made.invocations[0]!.onCancel(resolve));
    connection.socket.destroy();
    await gone;
    await made.server.stopAccepting();
    feed.give(2);
    await made.server.drain();
    expect([feed.ended, clock.pending]).toEqual([true, 0]);
  });
});
