import {
  Handler,
  Returns,
  Schema,
  VirtualClock,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { get as httpGet, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { Req, Res } from '../decorators/parameters.js';
import { Get, Post } from '../decorators/routes.js';
import { RawConnection } from '../server/serving.fixture.js';
import { run, stopAll } from './application.fixture.js';

afterEach(stopAll);

let ended: ((value: unknown) => void) | undefined;

@Schema({ id: 'raw', path: '/raw' })
class Raw {
  @Get('/ended')
  @Returns(String)
  ended(@Res() response?: ServerResponse): string {
    response!.writeHead(202, { 'content-type': 'text/plain' });
    response!.end('by hand');
    return 'not written';
  }

  @Get('/failed')
  failed(@Res() response?: ServerResponse): void {
    response!.writeHead(503).end('closed');
  }

  @Get('/marked')
  @Returns(String)
  marked(@Res() response?: ServerResponse): string {
    response!.setHeader('x-mark', 'set');
    response!.setHeader('set-cookie', 'a=1');
    return 'written';
  }

  @Get('/streamed')
  streamed(@Res() response?: ServerResponse): void {
    response!.writeHead(200, { 'content-type': 'text/plain' });
    Readable.from(['one ', 'two ', 'three']).pipe(response!);
  }

  @Get('/both')
  @Returns(Number, { stream: true })
  async *both(@Res() response?: ServerResponse): AsyncIterable<number> {
    try {
      response!.end('by hand');
      yield 1;
      yield 2;
    } finally {
      ended?.('source ended');
    }
  }

  @Get('/begun')
  begun(@Res() response?: ServerResponse): void {
    response!.write('begun');
  }

  @Get('/thrown')
  thrown(@Res() response?: ServerResponse): void {
    response!.write('begun');
    throw new Error('then broken');
  }

  @Post('/length')
  @Returns(Number)
  async length(@Req() request?: IncomingMessage): Promise<number> {
    let length = 0;
    for await (const chunk of request!) length += (chunk as Buffer).length;
    return length;
  }
}

@Handler('watch', { side: 'provider', everywhere: true })
class Watch implements ChainHandler {
  static seen: unknown[] = [];

  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    try {
      const reply = await next(invocation);
      Watch.seen.push(reply.sent, reply.status, invocation.source.statusOf?.(reply));
      return reply;
    } catch (error) {
      Watch.seen.push((error as { kind: string }).kind, invocation.source.statusOf?.(error));
      throw error;
    }
  }
}

it('a method that ends the response answers by itself; handlers see what was sent, and a failure as one', async () => {
  Watch.seen = [];
  const { origin } = await run({ schemas: [Raw], handlers: [Watch] });
  const answer = await fetch(`${origin}/raw/ended`);
  expect([answer.status, await answer.text()]).toEqual([202, 'by hand']);
  const failed = await fetch(`${origin}/raw/failed`);
  expect([failed.status, await failed.text()]).toEqual([503, 'closed']);
  expect(Watch.seen).toEqual([true, 202, 202, 'UNAVAILABLE', 503]);
});

it('a method that only sets headers has its result written', async () => {
  const { origin } = await run({ schemas: [Raw] });
  const { status, headers, ...answer } = await fetch(`${origin}/raw/marked`).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    value: await response.json(),
  }));
  expect([status, headers.get('x-mark'), headers.get('set-cookie'), answer.value]).toEqual([
    200,
    'set',
    'a=1',
    'written',
  ]);
});

it('a method may return while it streams: the invocation lasts until the answer is out', async () => {
  Watch.seen = [];
  const { origin, app } = await run({ schemas: [Raw], handlers: [Watch] });
  const answer = await fetch(`${origin}/raw/streamed`);
  expect(await answer.text()).toBe('one two three');
  await app.stop();
  expect(Watch.seen).toEqual([true, 200, 200]);
});

it('a stream that is given back beside is ended', async () => {
  const { origin } = await run({ schemas: [Raw] });
  const source = new Promise((resolve) => (ended = resolve));
  expect(await (await fetch(`${origin}/raw/both`)).text()).toBe('by hand');
  expect(await source).toBe('source ended');
});

it('an answer that is begun and never ended is broken off when its time is over', async () => {
  const clock = new VirtualClock();
  const { origin } = await run({ schemas: [Raw], clock, values: { 'servicecomb.transport.timeout.rest': '3s' } });
  const response = await new Promise<IncomingMessage>((resolve) => httpGet(`${origin}/raw/begun`, resolve));
  const broken = new Promise((resolve) => response.once('error', resolve));
  response.resume();
  await clock.advance(3000);
  expect(await broken).toMatchObject({ code: 'ECONNRESET' });
});

it('a method that fails in mid-answer breaks it off', async () => {
  const { origin, logged } = await run({ schemas: [Raw] });
  const response = await fetch(`${origin}/raw/thrown`)
    .then((got) => got.text())
    .catch((error: unknown) => error);
  expect(response).toBeInstanceOf(Error);
  expect(logged.map(({ message }) => message)).toContain('request failed');
});

it('a method reads the request by itself', async () => {
  const { origin } = await run({ schemas: [Raw] });
  const body = 'x'.repeat(200_000);
  expect(await (await fetch(`${origin}/raw/length`, { method: 'POST', body })).json()).toBe(200_000);
});

it('is asked for a body that its client holds back', async () => {
  const { app } = await run({ schemas: [Raw] });
  const connection = new RawConnection(app.endpoints[0]!.port);
  await connection.write(
    'POST /raw/length HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n',
  );
  expect(await connection.until(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  await connection.write('abc');
  expect(await connection.untilClosed()).toMatch(/3$/);
});
