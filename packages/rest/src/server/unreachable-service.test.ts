import { Implements, Remote, remote, Returns, Schema, withOptions, type Client } from '@ts-chassis/core';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { Get } from '../decorators/routes.js';
import { run, stopAll } from '../middleware/application.fixture.js';

@Schema({ id: 'stock', path: '/stock' })
class Stock {
  @Get('/count') @Returns(Number) count(): Promise<number> {
    return remote();
  }
}

@Schema({ id: 'shop', path: '/shop' })
class Shop {
  @Get('/left') @Returns(Number) left(): Promise<number> {
    return remote();
  }
}

let port = 0;

@Implements(Shop)
class ShopFront extends Shop {
  constructor(@Remote(Stock, { service: 'stock' }) readonly stock: Client<Stock>) {
    super();
  }

  override left(): Promise<number> {
    const endpoint = { listener: 'rest', host: '127.0.0.1', port, ssl: false };
    return (withOptions(this.stock, { endpoint }) as Client<Stock>).count();
  }
}

afterEach(stopAll);

it.each(['none', 'peers'])('tells no stranger where a service behind was looked for; trust: %s', async (trust) => {
  const gone = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => gone.once('listening', resolve));
  ({ port } = gone.address() as AddressInfo);
  await new Promise((resolve) => gone.close(resolve));
  const values = { 'servicecomb.protocols.rest.trust': trust };
  const { origin, logged } = await run({ schemas: [ShopFront], values });
  const answer = await fetch(`${origin}/shop/left`);
  const problem = (await answer.json()) as { code: string; detail: string };
  expect([answer.status, problem.code]).toEqual([503, 'CALL_FAILED']);
  const told = logged.filter(({ message }) => message.includes('cannot be reached')).map(({ fields }) => fields);
  if (trust === 'peers') {
    expect([problem.detail, told]).toEqual([expect.stringContaining(`127.0.0.1:${port}`), []]);
    return;
  }
  expect(problem.detail).toBe('shop.left: a service it depends on cannot be reached');
  expect(told).toMatchObject([{ operation: 'shop.left', listener: 'rest' }]);
  expect(String(told[0]!['error'])).toContain(`127.0.0.1:${port}`);
});
