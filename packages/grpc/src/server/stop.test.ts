import { Arg, Module, Returns, Schema, silentLogger } from '@ts-chassis/core';
import { expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import { ENGINES, Peer, startServing } from './serving.fixture.js';

let held: (() => void)[] = [];

@Schema({ id: 'shelf' })
class Shelf {
  @Rpc() @Returns(String) find(@Arg('isbn') isbn: string): string {
    return isbn;
  }
  @Rpc() @Returns(String) hold(@Arg('isbn') isbn: string): Promise<string> {
    return new Promise((resolve) => held.push(() => resolve(isbn)));
  }
}

@Module({ schemas: [Shelf] })
class ShelfModule {}

it.each(ENGINES)('loses no call that began before a stop, whatever clients go on to send, by %s', async (engine) => {
  for (let round = 0; round < 5; round++) {
    held = [];
    const { app, port } = await startServing({
      modules: [ShelfModule],
      logger: silentLogger,
      grpc: { server: { engine } },
    });
    const client = new Peer(port, Shelf);
    const early = Promise.all(Array.from({ length: 50 }, () => client.call('hold', ['early'])));
    while (held.length < 50) await new Promise((resolve) => setImmediate(resolve));
    let stopped = false;
    for (const release of held) release();
    const stopping = app.stop().then(() => (stopped = true));
    const late: Promise<unknown>[] = [];
    while (!stopped) {
      for (let count = 0; count < 20; count++) late.push(client.call('find', ['late']).catch(() => undefined));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await early).map(({ value }) => value)).toEqual(Array.from({ length: 50 }, () => 'early'));
    await stopping;
    await Promise.all(late);
    client.close();
  }
});
