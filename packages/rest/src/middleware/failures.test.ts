import { PermissionDenied, Returns, Schema } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { Get } from '../decorators/routes.js';
import { run, stopAll } from './application.fixture.js';
import { get, Items, says, traceOf } from './items.fixture.js';
import type { ErrorMiddleware, Middleware } from './middleware.js';
import { UseMiddleware } from './use-middleware.js';

afterEach(stopAll);

describe('a failure of middleware', () => {
  const failing = (fail: Middleware): Promise<Awaited<ReturnType<typeof get>>> =>
    run({ schemas: [Items], rest: { use: [fail] } }).then(({ origin }) => get(`${origin}/items/1`));
  const problemOf = ({ text }: { text: string }): { code: string; detail: string } =>
    JSON.parse(text) as { code: string; detail: string };

  it.each<[string, number, string, Middleware]>([
    [
      'thrown at once',
      500,
      'internal error',
      () => {
        throw new Error('inside');
      },
    ],
    ['rejected', 500, 'internal error', () => Promise.reject(new Error('inside'))],
    ['rejected with nothing', 500, 'internal error', () => Promise.reject(undefined as unknown as Error)],
    ['handed on as text', 500, 'internal error', (_q, _s, next) => next('inside')],
    [
      'of ours',
      403,
      'go away',
      () => {
        throw PermissionDenied('go away');
      },
    ],
    [
      'with a status',
      418,
      'short and stout',
      (_q, _s, next) => next(Object.assign(new Error('short and stout'), { status: 418 })),
    ],
    [
      'with a status of ours',
      503,
      'Service Unavailable',
      (_q, _s, next) => next(Object.assign(new Error('inside'), { statusCode: 503 })),
    ],
    [
      'with a status of ours and expose',
      503,
      'come back',
      (_q, _s, next) => next(Object.assign(new Error('come back'), { statusCode: 503, expose: true })),
    ],
    [
      'with a status below and no expose',
      409,
      'Conflict',
      (_q, _s, next) => next(Object.assign(new Error('inside'), { status: 409, expose: false })),
    ],
    [
      'with a status that is none',
      500,
      'internal error',
      (_q, _s, next) => next(Object.assign(new Error('inside'), { status: 200 })),
    ],
    ['that leaves the application', 404, 'nothing is served here', (_q, _s, next) => next('router')],
  ])('%s', async (_name, status, detail, fail) => {
    const answer = await failing(fail);
    expect([answer.status, problemOf(answer).detail]).toEqual([status, detail]);
  });

  it('carries its code and its headers', async () => {
    const answer = await failing((_request, _response, next) =>
      next(Object.assign(new Error('slow down'), { status: 429, code: 'SLOW_DOWN', headers: { 'Retry-After': 7 } })),
    );
    expect([answer.status, problemOf(answer).code, answer.headers.get('retry-after')]).toEqual([429, 'SLOW_DOWN', '7']);
  });

  it("next('route') goes on in a list, and leaves an operation", async () => {
    @Schema({ id: 'left', path: '/left' })
    class Left {
      @Get()
      @Returns(String)
      @UseMiddleware((_request, _response, next) => next('route'))
      read(): string {
        return 'read';
      }
    }
    const { origin } = await run({
      schemas: [Items, Left],
      rest: { use: [(_request, _response, next) => next('route')] },
    });
    expect((await get(`${origin}/items/1`)).status).toBe(200);
    expect((await get(`${origin}/left`)).status).toBe(404);
  });

  it('after next is told of, and changes nothing', async () => {
    const { origin, logged } = await run({
      schemas: [Items],
      rest: {
        use: [
          async function forgetful(_request, _response, next) {
            next();
            await Promise.reject(new Error('afterwards'));
          },
        ],
      },
    });
    expect((await get(`${origin}/items/1`)).status).toBe(200);
    expect(logged.find(({ message }) => message.startsWith('middleware failed after'))?.fields).toMatchObject({
      operation: 'items.find',
    });
  });

  it('goes through middleware for errors, as does that of the operation', async () => {
    const seen: unknown[] = [];
    const page: ErrorMiddleware = (error, _request, response, next) => {
      const { status } = error as { status?: number };
      seen.push((error as Error).message, status);
      if (status === 500) return next(error);
      response.statusCode = status ?? 500;
      response.end('a page');
    };
    const early: Middleware = (request, _response, next) =>
      request.url === '/early' ? next(Object.assign(new Error('early'), { status: 400 })) : next();
    const { origin } = await run({
      schemas: [Items],
      rest: { use: [early, { onError: (error, _q, _s, next) => next(error) }, { onError: page }] },
    });
    const texts = [];
    for (const path of ['/early', '/items/1', '/items/none', '/items/broken', '/nowhere']) {
      const { status, text } = await get(`${origin}${path}`);
      texts.push(`${status} ${text.slice(0, 6)}`);
    }
    expect(texts).toEqual(['400 a page', '200 "1"', '403 a page', '500 {"type', '404 a page']);
    expect(seen).toEqual(['early', 400, 'not this one', 403, 'internal error', 500, 'nothing is served here', 404]);
  });

  it('may be forgiven by middleware for errors: what follows runs', async () => {
    const { origin } = await run({
      schemas: [Items],
      rest: {
        use: [
          (_q, _s, next) => next(new Error('forgotten')),
          { onError: (_error, _q, _s, next) => next() },
          says('after'),
        ],
      },
    });
    const answer = await get(`${origin}/items/1`);
    expect([answer.status, traceOf(answer)]).toEqual([200, 'after, class, method, later']);
    expect((await get(`${origin}/items/none`)).status).toBe(403);
  });
});
