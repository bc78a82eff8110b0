import { Arg, Module, Returns, Schema, silentLogger } from '@ts-chassis/core';
import { connect } from 'node:http2';
import { expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import { startServing } from './serving.fixture.js';

let ended: (outcome: unknown) => void = () => undefined;

@Schema({ id: 'shelf' })
class Shelf {
  @Rpc() @Returns(Number) async sum(
    @Arg('numbers', { type: Number, stream: true }) numbers: AsyncIterable<number>,
  ): Promise<number> {
    let sum = 0;
    try {
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      for await (const number of numbers) sum += number;
      ended('a whole stream');
    } catch (error) {
      ended(error);
    }
    return sum;
  }
}

@Module({ schemas: [Shelf] })
class ShelfModule {}

it('a stream of requests whose client is gone before it is read fails its reader, and keeps nothing', async () => {
  const { app, port } = await startServing({ modules: [ShelfModule], logger: silentLogger });
  const outcome = new Promise((resolve) => (ended = resolve));
  const session = connect(`http://127.0.0.1:${port}`);
  await new Promise((resolve) => session.once('remoteSettings', resolve));
  const headers = { ':method': 'POST', ':path': '/shelf/sum', 'content-type': 'application/grpc' };
  session
    .request(headers, { endStream: false })
    .on('error', () => undefined)
    .close(8);
  expect(await outcome).toMatchObject({ code: 'CALL_CANCELLED' });
  session.destroy();
  await app.stop();
});
