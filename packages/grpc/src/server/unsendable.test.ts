import { ChassisError, HeaderMap, Module, replyWith, Returns, Schema, type Logger } from '@ts-chassis/core';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import { ENGINES, Peer, startServing, type Serving } from './serving.fixture.js';

/** What no header of HTTP can be: one that has two values where HTTP has one, one that is too long, and one that is no ASCII. */
const TWICE = { etag: ['a', 'b'] };
const LONG = { 'x-long': 'x'.repeat(200_000) };
const MANY = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x-${index}`, 'x']));
const FOREIGN = { 'x-author': 'Jürgen' };

function refusal(): ChassisError {
  const reply = { headers: HeaderMap.of(FOREIGN) };
  return new ChassisError('NOT_FOUND', 'no such book', { reply });
}

@Schema({ id: 'shelf' })
class Shelf {
  @Rpc() @Returns(String) find(): string {
    throw refusal();
  }
  @Rpc() @Returns(String, { stream: true }) async *all(): AsyncGenerator<string> {
    yield 'first';
    throw refusal();
  }
  @Rpc() @Returns(String) headers(): string {
    return replyWith('value', { headers: TWICE }) as never;
  }
  @Rpc() @Returns(String) trailers(): string {
    return replyWith('value', { trailers: TWICE }) as never;
  }
  @Rpc() @Returns(String) longHeaders(): string {
    return replyWith('value', { headers: LONG }) as never;
  }
  @Rpc() @Returns(String) longTrailers(): string {
    return replyWith('value', { trailers: LONG }) as never;
  }
  @Rpc() @Returns(String) manyTrailers(): string {
    return replyWith('value', { trailers: MANY }) as never;
  }
  @Rpc() @Returns(String) longFailure(): string {
    throw new ChassisError('NOT_FOUND', 'x'.repeat(200_000), { reply: { headers: HeaderMap.of(LONG) } });
  }
  @Rpc() @Returns(String) longest(): string {
    return replyWith('value', { headers: { 'x-long': 'x'.repeat(30_000) } }) as never;
  }
}

@Module({ schemas: [Shelf] })
class ShelfModule {}

describe.each(ENGINES)('headers that cannot be sent, by %s', (engine) => {
  let serving: Serving;
  let client: Peer;
  let told: string[];

  beforeEach(async () => {
    told = [];
    const quiet = (): void => undefined;
    const error = (_message: string, { error: cause }: { readonly error?: Error } = {}): void => {
      told.push(`${cause?.message} ${String(cause?.cause)}`);
    };
    const logger = { debug: quiet, info: quiet, warn: quiet, error } as unknown as Logger;
    serving = await startServing({ modules: [ShelfModule], logger, engine });
    client = new Peer(serving.port, Shelf);
  });
  afterEach(async () => {
    client.close();
    await serving.app.stop();
  });

  it.each([
    ['find', 'x-author'],
    ['headers', 'etag'],
    ['trailers', 'etag'],
    ['longHeaders', 'x-long'],
    ['longTrailers', 'x-long'],
    ['longFailure', 'x-long'],
    ['manyTrailers', 'of which 110 can be sent'],
  ])('by %s fail the call, and the log says why', async (name, why) => {
    const failure = client.call(name, []);
    await expect(failure).rejects.toMatchObject({ code: status.INTERNAL, details: 'internal error' });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(why);
  });

  it('do not keep those that barely can from being sent', async () => {
    const { headers } = await client.call('longest', []);
    expect(headers.get('x-long')).toEqual(['x'.repeat(30_000)]);
  });

  it('by the failure of a stream end it behind its items', async () => {
    const items: unknown[] = [];
    const reading = (async () => {
      for await (const item of client.items('all', [])) items.push(item);
    })();
    await expect(reading).rejects.toMatchObject({ code: status.INTERNAL });
    expect(items).toEqual(['first']);
    expect(told).toHaveLength(1);
  });
});
