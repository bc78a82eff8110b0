/** A provider whose rules are changed while it works. It shows the mark of each request, and tells for how long its event loop was held up. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  createApplication,
  Handler,
  Module,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { rest } from '@ts-chassis/rest';
import { Orders, Users } from '../shop.js';

@Handler('show-mark', { side: 'provider', after: 'traffic-marker', everywhere: true })
class ShowMark implements ChainHandler {
  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    const reply = await next(invocation);
    return invocation.mark === undefined ? reply : { ...reply, headers: reply.headers.with('x-mark', invocation.mark) };
  }
}

@Module({ schemas: [Users, Orders], handlers: [ShowMark] })
class ShopModule {}

const delays = monitorEventLoopDelay({ resolution: 1 });

function obeyHarness(): void {
  process.on('message', (message) => {
    if (message === 'watch') {
      delays.reset();
      process.send?.('watching');
    } else if (message === 'report') process.send?.({ longestMs: delays.max / 1e6 });
  });
  delays.enable();
}

async function main(): Promise<void> {
  const app = createApplication({
    name: 'shop',
    modules: [ShopModule],
    plugins: [rest(), governance()],
    ambient: false,
    configuration: {
      directory: process.env['RULES'] as string,
      values: {
        'servicecomb.protocols.rest.listenAddress': `127.0.0.1:${process.env['PORT']}`,
        'servicecomb.registry.type': 'static',
        'servicecomb.log.level': 'warn',
      },
    },
  });
  await app.start();
  obeyHarness();
  console.log('listening');
}

void main();
