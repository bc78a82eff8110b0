import {
  Handler,
  Module,
  NotFound,
  Returns,
  Schema,
  type Application,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { afterEach, expect, it } from 'vitest';
import { Body } from '../decorators/parameters.js';
import { HttpCode } from '../decorators/reply.js';
import { Get, Post } from '../decorators/routes.js';
import { startServing } from '../serving-application.fixture.js';
import { RawConnection } from './serving.fixture.js';

let seen: (number | undefined)[] = [];
let open: Application | undefined;
afterEach(() => open?.stop());

@Handler('watch', { side: 'provider', everywhere: true, before: 'access-log' })
class Watch implements ChainHandler {
  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    let outcome: unknown;
    try {
      const reply = await next(invocation);
      outcome = reply;
      return reply;
    } catch (error) {
      outcome = error;
      throw error;
    } finally {
      seen.push(invocation.source.statusOf?.(outcome));
    }
  }
}

@Schema({ id: 'words', path: '/words' })
class Words {
  @Get()
  @Returns(String)
  one(): string {
    return 'word';
  }

  @Get('/none')
  @Returns()
  none(): void {}

  @Get('/lost')
  @Returns(String)
  lost(): string {
    throw NotFound('no such word');
  }

  @Get('/broken')
  @Returns(String)
  broken(): string {
    throw new Error('inside');
  }

  @Post()
  @HttpCode(201)
  @Returns(String)
  add(@Body(String) word: string): string {
    return word;
  }
}

@Module({ schemas: [Words], handlers: [Watch] })
class Everything {}

it('tells a handler beforehand the status that the client reads', async () => {
  const { app, origin } = await startServing({
    modules: [Everything],
    values: { 'servicecomb.transport.timeout.rest': '200ms' },
  });
  open = app;
  seen = [];
  const told: number[] = [];
  const ask = async (method: string, path: string, body?: string): Promise<void> => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${origin}${path}`, { method, headers, ...(body !== undefined && { body }) });
    await answer.arrayBuffer();
    told.push(answer.status);
  };
  await ask('GET', '/words');
  await ask('GET', '/words/none');
  await ask('GET', '/words/lost');
  await ask('GET', '/words/broken');
  await ask('POST', '/words', '"new"');
  await ask('POST', '/words', '7');
  await ask('DELETE', '/words');
  await ask('OPTIONS', '/words');
  await ask('GET', '/elsewhere');
  const slow = new RawConnection(Number(new URL(origin).port));
  await slow.write('POST /words HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"');
  told.push(Number(/^HTTP\/1\.1 (\d+)/.exec(await slow.until(/REQUEST_TIMEOUT/))?.[1]));
  expect(told).toEqual([200, 204, 404, 500, 201, 400, 405, 204, 404, 408]);
  slow.socket.destroy();
  await app.stop();
  expect(seen.slice(0, 9)).toEqual(told.slice(0, 9));
  expect(seen[9]).toBe(408);
});
