import { createParamDecorator, Module, Returns, Schema, silentLogger } from '@ts-chassis/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import { block, callHeaders, DATA, END_HEADERS, END_STREAM, frame, HEADERS, RawConnection } from './frames.fixture.js';
import { ENGINES, startServing, type Serving } from './serving.fixture.js';

const told: (readonly string[])[] = [];
const Told = createParamDecorator((_: undefined, { headers }) => headers.all('authorization'));

@Schema({ id: 'gate' })
class Gate {
  @Rpc() @Returns(Number) enter(@Told() values?: readonly string[]): Promise<number> {
    told.push(values!);
    return Promise.resolve(told.length);
  }
}

@Module({ schemas: [Gate] })
class GateModule {}

let serving: Serving | undefined;
beforeEach(() => void (told.length = 0));
afterEach(() => serving?.app.stop());

it.each(ENGINES)('is kept, so that authentication can refuse it, by %s', async (engine) => {
  serving = await startServing({ modules: [GateModule], logger: silentLogger, engine });
  const connection = new RawConnection(serving.port);
  for (const [at, values] of [
    ['Bearer a'],
    ['Bearer a', 'Bearer b'],
    ['Bearer b', 'Bearer a', 'authorization'],
  ].entries()) {
    const headers = values.map((authorization) => block({ authorization }));
    const payload = Buffer.concat([callHeaders('/gate/enter'), ...headers]);
    const stream = at * 2 + 1;
    await connection.write(frame({ type: HEADERS, flags: END_HEADERS, stream, payload }));
    await connection.write(frame({ type: DATA, flags: END_STREAM, stream, payload: Buffer.alloc(5) }));
    await connection.until((one) => one.type === HEADERS && one.stream === stream);
    expect(told[at]).toEqual(values);
  }
  connection.socket.destroy();
});
