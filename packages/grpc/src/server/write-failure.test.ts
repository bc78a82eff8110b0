import { Arg, ChassisError, Module, Returns, Schema, silentLogger } from '@ts-chassis/core';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import { Peer, startServing, type Serving } from './serving.fixture.js';

const failures: Readonly<Record<string, unknown>> = {
  'said by the method': new ChassisError('UNKNOWN', 'the shelf is gone', { details: { shelf: 'hunter2' } }),
  'of another service': new ChassisError('UNKNOWN', 'their shelf is gone', { remote: true }),
  'for another error': new ChassisError('UNKNOWN', 'hunter2 failed', { cause: new Error('hunter2') }),
  'of the inside': new ChassisError('INTERNAL', 'the shelf at hunter2 is gone'),
  'no ChassisError': new Error('hunter2'),
};

@Schema({ id: 'shelf' })
class Shelf {
  @Rpc()
  @Returns()
  async fail(@Arg('how') how: string): Promise<void> {
    throw failures[how];
  }
}

@Module({ schemas: [Shelf] })
class ShelfModule {}

describe('a failure whose kind is UNKNOWN', () => {
  let serving: Serving;
  let client: Peer;

  afterEach(async () => {
    client.close();
    await serving.app.stop();
  });

  it('is told when the method itself says it, and hidden like the inside otherwise', async () => {
    serving = await startServing({ modules: [ShelfModule], logger: silentLogger });
    client = new Peer(serving.port, Shelf);
    const told = async (how: string): Promise<unknown> => {
      const error = await client.call('fail', [how]).catch((failure: unknown) => failure);
      expect(JSON.stringify(error)).not.toContain('hunter2');
      const { code, details } = error as { readonly code: number; readonly details: string };
      return { code, details };
    };
    expect(await told('said by the method')).toEqual({ code: status.UNKNOWN, details: 'the shelf is gone' });
    expect(await told('of another service')).toEqual({ code: status.UNKNOWN, details: 'internal error' });
    expect(await told('for another error')).toEqual({ code: status.UNKNOWN, details: 'internal error' });
    expect(await told('of the inside')).toEqual({ code: status.INTERNAL, details: 'internal error' });
    expect(await told('no ChassisError')).toEqual({ code: status.INTERNAL, details: 'internal error' });
  });
});
