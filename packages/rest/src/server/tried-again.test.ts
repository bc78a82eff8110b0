import {
  createApplication,
  Field,
  Handler,
  Module,
  Returns,
  runFork,
  Schema,
  Unavailable,
  type Application,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { Body } from '../decorators/parameters.js';
import { Post } from '../decorators/routes.js';
import { rest } from '../plugin.js';

class Order {
  @Field() isbn!: string;
}

@Handler('again', { everywhere: true })
class Again implements ChainHandler {
  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    try {
      return await runFork(next, invocation.fork());
    } catch {
      return runFork(next, invocation.fork({ attempt: 2 }));
    }
  }
}

@Schema({ id: 'orders', path: '/orders' })
class Orders {
  readonly #seen: string[] = [];

  @Post()
  @Returns([String])
  place(@Body() order: Order): string[] {
    this.#seen.push(order.isbn);
    if (this.#seen.length === 1) throw Unavailable('not yet');
    return this.#seen;
  }
}

@Module({ schemas: [Orders], handlers: [Again] })
class OrdersModule {}

let app: Application | undefined;

afterEach(() => app?.stop());

async function start(): Promise<string> {
  const values = {
    'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
    'servicecomb.registry.register': 'manual',
    'servicecomb.log.level': 'error',
  };
  const configuration = { directory: false, environment: false, commandLine: false, values } as const;
  app = createApplication({ modules: [OrdersModule], plugins: [rest()], signals: false, configuration });
  await app.start();
  return `http://127.0.0.1:${app.endpoints[0]!.port}/orders`;
}

describe('a request whose handler tries again', () => {
  it('gives each try the body, which came once', async () => {
    const url = await start();
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ isbn: '42' }) });
    expect(await answer.json()).toEqual(['42', '42']);
  });

  it('refuses a wrong body once more, rather than waiting for another', async () => {
    const url = await start();
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', headers, body: '{"isbn": 1}' })).status).toBe(400);
    expect((await fetch(url, { method: 'POST', headers, body: '{' })).status).toBe(400);
  });
});
