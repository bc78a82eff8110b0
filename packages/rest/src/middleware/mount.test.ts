import {
  Handler,
  ResourceExhausted,
  Returns,
  Schema,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { afterEach, expect, it } from 'vitest';
import { Get } from '../decorators/routes.js';
import { run, stopAll } from './application.fixture.js';

afterEach(stopAll);

@Schema({ id: 'ours', path: '/ours' })
class Ours {
  @Get()
  @Returns(String)
  read(): string {
    return 'ours';
  }
}

it('stands behind handlers: a limit holds for a mounted application, and its outcome is seen', async () => {
  const seen: unknown[] = [];
  let ran = 0;
  @Handler('limit', { side: 'provider', everywhere: true })
  class Limit implements ChainHandler {
    async handle(invocation: Invocation, next: Next): Promise<Reply> {
      if (seen.length === 2) throw ResourceExhausted('enough', { retryAfterMs: 1000 });
      try {
        const reply = await next(invocation);
        seen.push([invocation.operation.id, reply.sent, reply.status, reply.headers.get('x-a')]);
        return reply;
      } catch (error) {
        seen.push((error as Error).message);
        throw error;
      }
    }
  }
  const { origin } = await run({
    schemas: [Ours],
    handlers: [Limit],
    rest: {
      mount: [
        {
          path: '/old',
          app: (request, response) => {
            ran++;
            response.statusCode = request.url === '/bad' ? 503 : 200;
            response.setHeader('x-a', 'b');
            response.end('old');
          },
        },
      ],
    },
  });
  expect((await fetch(`${origin}/old/good`)).status).toBe(200);
  expect((await fetch(`${origin}/old/bad`)).status).toBe(503);
  const limited = await fetch(`${origin}/old/good`);
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
  expect(seen).toEqual([['unmatched', true, 200, 'b'], 'unmatched: answered with status 503']);
  expect(ran).toBe(2);
});
