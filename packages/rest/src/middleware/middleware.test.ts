import {
  ChassisError,
  Handler,
  Implements,
  remote,
  Returns,
  Schema,
  VirtualClock,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { AsyncLocalStorage } from 'node:async_hooks';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Req } from '../decorators/parameters.js';
import { Get } from '../decorators/routes.js';
import { RawConnection } from '../server/serving.fixture.js';
import { run, stopAll } from './application.fixture.js';
import { get, Items, says, saysLater, traceOf } from './items.fixture.js';
import type { Middleware } from './middleware.js';
import { UseMiddleware } from './use-middleware.js';

afterEach(stopAll);

describe('the order of middleware', () => {
  it('is: all listeners, the listener, the class, the method; also when some wait', async () => {
    const { origin } = await run({
      schemas: [Items],
      rest: { use: [saysLater('all'), says('all2')], listeners: { rest: { use: [says('listener')] } } },
    });
    const answer = await get(`${origin}/items/7`);
    expect([answer.status, answer.text]).toEqual([200, '"7"']);
    expect(traceOf(answer)).toBe('all, all2, listener, class, method, later');
  });

  it('puts that of a contract outside that of its provider', async () => {
    @Schema({ id: 'contract', path: '/contract' })
    @UseMiddleware(says('contract class'))
    class Contract {
      @Get()
      @Returns(String)
      @UseMiddleware(says('contract method'))
      read(): string {
        return remote();
      }
    }
    @Implements(Contract)
    @UseMiddleware(says('provider class'))
    class Provider extends Contract {
      @UseMiddleware(says('provider method'))
      override read(): string {
        return 'read';
      }
    }
    const { origin } = await run({ schemas: [Provider] });
    expect(traceOf(await get(`${origin}/contract`))).toBe(
      'contract class, provider class, contract method, provider method',
    );
  });

  it('is before guards and after whoever watches', async () => {
    const seen: string[] = [];
    @Handler('guard', { side: 'provider', everywhere: true })
    class Guard implements ChainHandler {
      handle(invocation: Invocation, next: Next): Promise<Reply> {
        seen.push(`guard sees ${String(invocation.principal)}`);
        return next(invocation);
      }
    }
    @Handler('watch', { side: 'provider', everywhere: true, before: 'monitoring' })
    class Watch implements ChainHandler {
      async handle(invocation: Invocation, next: Next): Promise<Reply> {
        seen.push('watch');
        const reply = await next(invocation);
        seen.push(
          `watch saw ${String(reply.status)} ${String(reply.sent)} ${String(invocation.source.statusOf?.(reply))}`,
        );
        return reply;
      }
    }
    const { origin } = await run({
      schemas: [Items],
      handlers: [Guard, Watch],
      rest: {
        use: [
          (request, response, next) => {
            if (request.url === '/items/mine') return void response.end('mine');
            (request as { user?: unknown }).user = 'ann';
            next();
          },
        ],
      },
    });
    expect((await get(`${origin}/items/who/am/i?q=1`)).text).toBe('"ann 1"');
    expect(seen.splice(0)).toEqual(['watch', 'guard sees ann', 'watch saw undefined undefined 200']);
    expect((await get(`${origin}/items/mine`)).text).toBe('mine');
    expect(seen).toEqual(['watch', 'watch saw 200 true 200']);
  });

  it('leaves other listeners alone, and one function may serve two', async () => {
    let calls = 0;
    const counts: Middleware = (_request, response, next) => {
      response.setHeader('x-calls', ++calls);
      next();
    };
    const { origin, originOf } = await run({
      schemas: [Items],
      values: { 'servicecomb.protocols.rest-admin.listenAddress': '127.0.0.1:0' },
      rest: { use: [counts], listeners: { 'rest-admin': { use: [says('admin')] } } },
    });
    const plain = await get(`${origin}/nothing`);
    const admin = await get(`${originOf('rest-admin')}/nothing`);
    expect([traceOf(plain), plain.headers.get('x-calls')]).toEqual([null, '1']);
    expect([traceOf(admin), admin.headers.get('x-calls'), admin.status]).toEqual(['admin', '2', 404]);
  });
});

describe('what middleware may do', () => {
  it('answers, at once or later, in pieces or as a whole', async () => {
    const { origin } = await run({
      schemas: [Items],
      rest: {
        use: [
          {
            path: '/late',
            use: (_request, response) => void setImmediate(() => response.writeHead(202, { 'x-a': 'b' }).end('late')),
          },
          {
            path: '/parts',
            use: (_request, response) => {
              response.write('one ');
              setImmediate(() => response.end('two'));
            },
          },
        ],
      },
    });
    const late = await get(`${origin}/late`);
    expect([late.status, late.text, late.headers.get('x-a')]).toEqual([202, 'late', 'b']);
    expect((await get(`${origin}/parts`)).text).toBe('one two');
  });

  it('ends a response and calls next all the same: what follows does not run', async () => {
    let ran = 0;
    const { origin } = await run({
      schemas: [Items],
      rest: {
        use: [
          (_request, response, next) => (response.end('done'), next()),
          (_request, _response, next) => (ran++, next()),
        ],
      },
    });
    expect((await get(`${origin}/items/1`)).text).toBe('done');
    expect(ran).toBe(0);
  });

  it('calls next twice: it counts once, and is told of once', async () => {
    let ran = 0;
    const { origin, logged } = await run({
      schemas: [Items],
      rest: {
        use: [
          function twice(_request, _response, next) {
            next();
            next();
          },
          (_request, _response, next) => (ran++, next()),
        ],
      },
    });
    expect((await get(`${origin}/items/1`)).text).toBe('"1"');
    await get(`${origin}/items/1`);
    expect(ran).toBe(2);
    const told = logged.filter(({ message }) => message.includes('more than once'));
    expect(told.map(({ fields }) => fields)).toEqual([
      { middleware: 'twice (rest(): use, entry 1)', operation: 'items.find' },
    ]);
  });

  it('keeps headers it set, on answers and on refusals, and its cookies beside ours', async () => {
    const { origin } = await run({
      schemas: [Items],
      rest: {
        use: [
          (_request, response, next) => {
            response.setHeader('x-kept', 'yes');
            response.setHeader('Content-Type', 'text/nonsense');
            response.setHeader('Set-Cookie', ['a=1']);
            next();
          },
        ],
      },
    });
    for (const [path, status] of [
      ['1', 200],
      ['none', 403],
      ['broken', 500],
    ] as const) {
      const answer = await get(`${origin}/items/${path}`);
      expect([answer.status, answer.headers.get('x-kept'), answer.headers.get('set-cookie')]).toEqual([
        status,
        'yes',
        'a=1',
      ]);
      expect(answer.headers.get('content-type')).toBe(status === 200 ? 'application/json' : 'application/problem+json');
    }
    const missing = await get(`${origin}/nowhere`);
    expect([missing.status, missing.headers.get('x-kept')]).toEqual([404, 'yes']);
  });

  it('replaces functions of the response, also in ways that know no flat list of headers', async () => {
    const seen: unknown[] = [];
    const { origin } = await run({
      schemas: [Items],
      rest: {
        use: [
          (_request, response, next) => {
            const { writeHead, end } = response;
            response.writeHead = function (this: ServerResponse, status: number, ...more: unknown[]) {
              seen.push(more.length, response.getHeader('content-type'));
              response.setHeader('x-late', 'set when the head is written');
              return (writeHead as Function).call(this, status, ...more) as ServerResponse;
            } as never;
            // As express-session ends: later, when the session is saved.
            response.end = function (this: ServerResponse, ...chunks: unknown[]) {
              setImmediate(() => (end as Function).apply(this, chunks));
              return this;
            } as never;
            next();
          },
        ],
      },
    });
    const answer = await get(`${origin}/items/1`);
    expect([answer.status, answer.text, answer.headers.get('x-late')]).toEqual([
      200,
      '"1"',
      'set when the head is written',
    ]);
    expect(seen).toEqual([0, 'application/json']);
  });

  it('never calls next: the time limit answers, and a late word does no harm', async () => {
    const clock = new VirtualClock();
    let arrived!: () => void;
    const came = new Promise<void>((resolve) => (arrived = resolve));
    let later!: () => void;
    const { origin } = await run({
      schemas: [Items],
      clock,
      values: { 'servicecomb.transport.timeout.rest': '2s' },
      rest: {
        use: [
          (_request, response, next) => {
            later = () => {
              response.write('too late');
              response.end();
              next();
            };
            arrived();
          },
        ],
      },
    });
    const answer = get(`${origin}/items/1`);
    await came;
    await clock.advance(2000);
    expect((await answer).status).toBe(504);
    later();
    const again = get(`${origin}/items/2`);
    await new Promise((resolve) => setImmediate(resolve));
    expect(again).toBeInstanceOf(Promise);
    await clock.advance(2000);
    await again;
  });
});

it('runs what follows inside its call of next(), so that a context entered there holds', async () => {
  const context = new AsyncLocalStorage<string>();
  @Schema({ id: 'context', path: '/context' })
  class InContext {
    @Get()
    @Returns(String)
    async read(): Promise<string> {
      await Promise.resolve();
      return String(context.getStore());
    }
  }
  const { origin } = await run({
    schemas: [InContext],
    rest: { use: [(_request, _response, next) => context.run('entered', next), saysLater('later')] },
  });
  expect((await get(`${origin}/context`)).text).toBe('"entered"');
  expect(context.getStore()).toBeUndefined();
});

describe('the path of middleware', () => {
  const shows: Middleware = (request, response) => {
    const { url, baseUrl, originalUrl } = request as IncomingMessage & { baseUrl: string; originalUrl: string };
    response.end(JSON.stringify([baseUrl, url, originalUrl]));
  };

  it.each([
    ['/admin', ['/admin', '/', '/admin']],
    ['/admin?a=1', ['/admin', '/?a=1', '/admin?a=1']],
    ['/admin/', ['/admin', '/', '/admin/']],
    ['/admin/x/y?a=/', ['/admin', '/x/y?a=/', '/admin/x/y?a=/']],
    ['/ADMIN/x', ['/ADMIN', '/x', '/ADMIN/x']],
    ['/%61dmin/x', ['/%61dmin', '/x', '/%61dmin/x']],
  ])('%s', async (path, expected) => {
    const { origin } = await run({ schemas: [Items], rest: { use: [{ path: '/admin/', use: shows }] } });
    expect(JSON.parse((await get(`${origin}${path}`)).text)).toEqual(expected);
  });

  it.each(['/administrator', '/', '/x/admin', '/adm', '//admin', '/admin%2fx', '/%zz/admin'])(
    'leaves out %s',
    async (path) => {
      const { origin } = await run({ schemas: [Items], rest: { use: [{ path: '/admin', use: shows }] } });
      expect((await get(`${origin}${path}`)).status).toBeGreaterThanOrEqual(400);
    },
  );

  it('is found in a target in absolute form, and guards what the router finds there', async () => {
    const { app } = await run({ schemas: [Items], rest: { use: [{ path: '/items', use: shows }] } });
    const connection = new RawConnection(app.endpoints[0]!.port);
    await connection.write('GET http://a/items/5?q HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await connection.untilClosed()).toContain('["/items","/5?q","http://a/items/5?q"]');
  });

  it('is put back when the middleware is through, and arguments are read from the target that came', async () => {
    const urls: unknown[] = [];
    const sees: Middleware = (request, _response, next) => {
      urls.push(request.url, (request as { baseUrl?: string }).baseUrl);
      next();
    };
    const { origin } = await run({
      schemas: [Items],
      rest: {
        use: [
          { path: '/items/who', use: [sees, sees] },
          sees,
          (request, _response, next) => {
            request.url = '/rewritten';
            next();
          },
          sees,
        ],
      },
    });
    expect((await get(`${origin}/items/who/am/i?q=x`)).text).toBe('"undefined x"');
    const below = ['/am/i?q=x', '/items/who'];
    expect(urls).toEqual([...below, ...below, '/items/who/am/i?q=x', '', '/rewritten', '']);
  });
});

describe('what is refused at the start', () => {
  it.each([
    [{ use: ['no' as never] }, 'rest(): use, entry 1: expected a function (request, response, next)'],
    [{ use: [{ path: '/users/:id', use: says('') }] }, 'without patterns and percent signs, got "/users/:id"'],
    [{ use: [{ path: 'x', use: says('') }] }, 'got "x"'],
    [{ listeners: { rest: { use: [null as never] } } }, 'rest(), listener rest: use, entry 1'],
    [{ listeners: { 'rest-admn': {} } }, '"rest-admn" is no configured listener of REST'],
    [{ mount: [{ path: '/x', app: {} as never }] }, 'rest(): mount, entry 1'],
  ])('%j', async (options, message) => {
    const error = await run({ schemas: [Items], rest: options }).catch((thrown: unknown) => thrown);
    expect(ChassisError.is(error)).toBe(true);
    expect((error as Error).message).toContain(message);
  });
});

it('does not see what is no proper HTTP', async () => {
  const seen: unknown[] = [];
  const { app } = await run({
    schemas: [Items],
    rest: { use: [(request, _response, next) => (seen.push(request.method), next())] },
  });
  for (const head of ['CONNECT a:1 HTTP/1.1\r\nHost: a', 'GET / HTTP/1.1', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: x']) {
    const connection = new RawConnection(app.endpoints[0]!.port);
    await connection.write(`${head}\r\nConnection: close\r\n\r\n`);
    expect(await connection.untilClosed()).toMatch(/^HTTP\/1.1 4/);
  }
  expect(seen).toEqual([]);
});

it('tells handlers when the client leaves while middleware holds the request', async () => {
  let held!: () => void;
  const holding = new Promise<void>((resolve) => (held = resolve));
  let ended!: (error: unknown) => void;
  const outcome = new Promise<unknown>((resolve) => (ended = resolve));
  @Handler('watch', { side: 'provider', everywhere: true, before: 'express' })
  class Watch implements ChainHandler {
    handle(invocation: Invocation, next: Next): Promise<Reply> {
      invocation.onCancel(ended);
      return next(invocation);
    }
  }
  const { origin } = await run({ schemas: [Items], handlers: [Watch], rest: { use: [() => held()] } });
  const request = httpRequest(`${origin}/items/1`).on('error', () => undefined);
  request.end();
  await holding;
  request.destroy();
  expect(await outcome).toMatchObject({ code: 'CALL_CANCELLED' });
});

it('has what Express middleware looks for on plain objects', async () => {
  @Schema({ id: 'plain', path: '/plain' })
  class Plain {
    @Get()
    @Returns(String)
    read(@Req() request?: IncomingMessage): string {
      const { ip, originalUrl, baseUrl } = request as IncomingMessage & Record<string, string>;
      return [ip, originalUrl, baseUrl].join(' ');
    }
  }
  const { origin } = await run({
    schemas: [Plain],
    rest: {
      use: [
        (_request, response, next) => {
          (response as unknown as { locals: { a: number } }).locals.a = 1;
          next();
        },
      ],
    },
  });
  expect((await get(`${origin}/plain?x`)).text).toBe('"127.0.0.1 /plain?x "');
});
