import {
  AlreadyExists,
  Arg,
  ChassisError,
  Handler,
  Implements,
  Logger,
  mapError,
  MapErrors,
  Module,
  NotFound,
  remote,
  replyWith,
  Returns,
  Schema,
  Unavailable,
  type ChainHandler,
  type ErrorMapping,
  type Invocation,
  type LogFields,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { TestApplication } from './test-application.js';

class ShopError extends Error {}
class OutOfStock extends ShopError {}
class Closed extends ShopError {}
class Broken extends ShopError {}

@Schema({ id: 'till' })
class Till {
  @Returns(String)
  buy(@Arg('what') _what: string): Promise<string> {
    return remote();
  }

  @Returns(String)
  order(@Arg('what') _what: string): Promise<string> {
    return remote();
  }

  @Returns(Number, { stream: true })
  count(@Arg('to') _to: number): AsyncIterable<number> {
    return remote();
  }
}

function raise(what: string): string {
  const errors: Record<string, () => Error> = {
    stock: () => new OutOfStock('the last one is sold'),
    closed: () => new Closed('after hours'),
    broken: () => new Broken('secret of the inside'),
    shop: () => new ShopError('some trouble'),
    own: () => NotFound('no such thing'),
  };
  const make = errors[what];
  if (make) throw make();
  return what;
}

@Implements(Till)
@MapErrors(
  mapError(OutOfStock, ({ message }) => AlreadyExists(`class: ${message}`)),
  mapError(ShopError, ({ message }) => (message === 'some trouble' ? undefined : Unavailable(`shop: ${message}`))),
)
class TillService extends Till {
  @MapErrors(
    mapError(OutOfStock, async ({ message }, { operation }) => {
      await Promise.resolve();
      return AlreadyExists(`${operation.id}: ${message}`, { code: 'OUT_OF_STOCK', details: { left: 0 } });
    }),
    mapError(Closed, () => replyWith('come back tomorrow')),
  )
  override buy(what: string): Promise<string> {
    return Promise.resolve(raise(what));
  }

  override order(what: string): Promise<string> {
    return Promise.resolve(raise(what));
  }

  override async *count(to: number): AsyncIterable<number> {
    for (let number = 0; number < to; number += 1) yield number;
    await Promise.resolve();
    raise('stock');
  }
}

const seen: unknown[] = [];

@Handler('watch', { everywhere: true })
class Watch implements ChainHandler {
  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    try {
      return await next(invocation);
    } catch (error) {
      seen.push((error as ChassisError).code);
      throw error;
    }
  }
}

@Module({ schemas: [TillService], handlers: [Watch] })
class TillModule {}

class Lines extends Logger {
  readonly errors: { readonly message: string; readonly fields: LogFields | undefined }[] = [];
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(message: string, fields?: LogFields): void {
    this.errors.push({ message, fields });
  }
  child(): Logger {
    return this;
  }
}

let running: TestApplication | undefined;
afterEach(async () => {
  await running?.stop();
  seen.length = 0;
});

async function till(errors: readonly ErrorMapping[] = [], logger = new Lines()) {
  running = await TestApplication.create({ modules: [TillModule], errors, logger });
  return running.client(Till);
}

describe('mapped errors', () => {
  it('are what handlers see and callers are told; the method is asked before the class', async () => {
    const client = await till();
    await expect(client.buy('stock')).rejects.toMatchObject({
      ...{ kind: 'ALREADY_EXISTS', code: 'OUT_OF_STOCK', details: { left: 0 } },
      message: 'till.buy: the last one is sold',
    });
    await expect(client.order('stock')).rejects.toMatchObject({ message: 'class: the last one is sold' });
    expect(seen).toEqual(['OUT_OF_STOCK', 'ALREADY_EXISTS']);
  });

  it('may become a reply', async () => {
    const client = await till();
    expect(await client.buy('closed')).toBe('come back tomorrow');
    expect(seen).toEqual([]);
  });

  it('fall to a mapping of their superclass, and to the application at last', async () => {
    const client = await till([mapError(ShopError, () => Unavailable('of the application'))]);
    await expect(client.order('closed')).rejects.toMatchObject({ message: 'shop: after hours' });
    await expect(client.order('shop')).rejects.toMatchObject({ message: 'of the application' });
  });

  it('stay as they are when nobody maps them', async () => {
    const client = await till();
    await expect(client.order('shop')).rejects.toMatchObject({ kind: 'INTERNAL', message: 'internal error' });
    await expect(client.order('own')).rejects.toMatchObject({ kind: 'NOT_FOUND', message: 'no such thing' });
    expect(await client.order('tea')).toBe('tea');
  });

  it('are INTERNAL and logged when the mapping breaks, and what it throws when that is a failure of ours', async () => {
    const logger = new Lines();
    const client = await till(
      [
        mapError(ShopError, ({ message }) => {
          if (message === 'some trouble') throw NotFound('thrown by the mapping');
          throw new RangeError('the mapping broke');
        }),
      ],
      logger,
    );
    await expect(client.order('shop')).rejects.toMatchObject({ kind: 'NOT_FOUND', message: 'thrown by the mapping' });
    expect(logger.errors).toEqual([]);
    @Implements(Till)
    @MapErrors(mapError(Broken, () => 'text' as never))
    class Odd extends TillService {}
    @Module({ schemas: [Odd] })
    class OddModule {}
    await running!.stop();
    running = await TestApplication.create({ modules: [OddModule], logger });
    const odd = running.client(Till);
    await expect(odd.order('broken')).rejects.toMatchObject({ kind: 'INTERNAL', message: 'internal error' });
    expect(logger.errors).toMatchObject([
      {
        message: 'an error could not be mapped',
        fields: { operation: 'till.order', mapping: 'Broken', error: expect.any(TypeError) },
      },
    ]);
  });

  it('are mapped in the middle of a stream as well as before its first item', async () => {
    const client = await till();
    const items: number[] = [];
    const reading = async (to: number): Promise<void> => {
      for await (const item of client.count(to)) items.push(item);
    };
    await expect(reading(0)).rejects.toMatchObject({ message: 'class: the last one is sold' });
    await expect(reading(2)).rejects.toMatchObject({ message: 'class: the last one is sold' });
    expect(items).toEqual([0, 1]);
  });

  it('leave a reply that means failure alone', async () => {
    const mapping = mapError(ChassisError, () => NotFound('mapped'));
    @Implements(Till)
    class Own extends TillService {
      override order(): Promise<string> {
        return Promise.reject(new ChassisError('UNAVAILABLE', 'busy', { reply: replyWith('busy', { status: 503 }) }));
      }
    }
    @Module({ schemas: [Own] })
    class OwnModule {}
    running = await TestApplication.create({ modules: [OwnModule], errors: [mapping] });
    await expect(running.client(Till).order('tea')).rejects.toMatchObject({ message: 'busy' });
  });
});
