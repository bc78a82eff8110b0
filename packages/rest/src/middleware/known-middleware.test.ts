import { Field, Returns, Schema, type Invocation } from '@ts-chassis/core';
import compression from 'compression';
import cors from 'cors';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import session from 'express-session';
import helmet from 'helmet';
import { createProxyMiddleware } from 'http-proxy-middleware';
import multer from 'multer';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import passport from 'passport';
import { afterEach, describe, expect, it } from 'vitest';
import { Body, Context, Form, Param, Req } from '../decorators/parameters.js';
import { Get, Post } from '../decorators/routes.js';
import { run, stopAll } from './application.fixture.js';
import type { Middleware } from './middleware.js';
import { useExpress } from './use-express.js';
import { UseMiddleware } from './use-middleware.js';

afterEach(stopAll);

class Note {
  @Field() text!: string;
}

const picture = multer({ limits: { fileSize: 1000 } }).single('picture');

@Schema({ id: 'notes', path: '/notes' })
class Notes {
  @Get('/:text')
  @Returns(Note)
  read(@Param('text') text: string): Note {
    return { text };
  }

  @Get('/long/text')
  @Returns(Note)
  long(): Note {
    return { text: 'x'.repeat(20_000) };
  }

  @Get('/all/of/them')
  @Returns(Note, { stream: true })
  async *all(): AsyncIterable<Note> {
    for (let count = 0; count < 500; count++) yield { text: `number ${count}, long enough to be worth it` };
  }

  @Post()
  @Returns(Note)
  add(@Body() note: Note): Note {
    return note;
  }

  @Post('/picture')
  @Returns(String)
  @UseMiddleware(picture)
  upload(@Form('title') title: string, @Req() request?: IncomingMessage): string {
    const { file } = request as IncomingMessage & { file: { originalname: string; size: number } };
    return `${title}: ${file.originalname}, ${file.size}`;
  }

  @Get('/visits/mine')
  @Returns(Number)
  visits(@Req() request?: IncomingMessage): number {
    const visitor = (request as unknown as { session: { count?: number } }).session;
    return (visitor.count = (visitor.count ?? 0) + 1);
  }

  @Get('/who/am/i')
  @Returns(String)
  who(@Context() invocation?: Invocation): string {
    return String((invocation!.principal as { name: string } | undefined)?.name);
  }
}

const post = (url: string, body: unknown): Promise<globalThis.Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('helmet', () => {
  it('sets its headers on answers, refusals and 404s', async () => {
    const { origin } = await run({ schemas: [Notes], rest: { use: [helmet()] } });
    for (const [path, status] of [
      ['/notes/a', 200],
      ['/nothing', 404],
    ] as const) {
      const { headers, status: got } = await fetch(`${origin}${path}`);
      expect([got, headers.get('x-content-type-options'), headers.get('x-frame-options')]).toEqual([
        status,
        'nosniff',
        'SAMEORIGIN',
      ]);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    }
  });
});

describe('cors', () => {
  it('answers preflights of routes that know no OPTIONS, and marks answers', async () => {
    const { origin } = await run({ schemas: [Notes], rest: { use: [cors({ origin: 'http://shop.test' })] } });
    const headers = { origin: 'http://shop.test', 'access-control-request-method': 'POST' };
    const preflight = await fetch(`${origin}/notes`, { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, 'http://shop.test']);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    const actual = await fetch(`${origin}/notes/a`, { headers });
    expect([actual.headers.get('access-control-allow-origin'), actual.headers.get('vary')]).toEqual([
      'http://shop.test',
      'Origin',
    ]);
  });
});

describe('compression', () => {
  const compressed = async (url: string): Promise<{ coding: string | undefined; text: string }> => {
    const { request } = await import('node:http');
    return new Promise((resolve, reject) => {
      const asked = request(url, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const coding = response.headers['content-encoding'];
          resolve({ coding, text: (coding === 'gzip' ? gunzipSync(bytes) : bytes).toString() });
        });
      });
      asked.on('error', reject);
      asked.end();
    });
  };

  it('compresses values and streams, and leaves small answers alone', async () => {
    const { origin } = await run({ schemas: [Notes], rest: { use: [compression()] } });
    const long = await compressed(`${origin}/notes/long/text`);
    expect([long.coding, (JSON.parse(long.text) as Note).text.length]).toEqual(['gzip', 20_000]);
    const all = await compressed(`${origin}/notes/all/of/them`);
    expect([all.coding, (JSON.parse(all.text) as Note[]).length]).toEqual(['gzip', 500]);
    expect(await compressed(`${origin}/notes/a`)).toEqual({ coding: undefined, text: '{"text":"a"}' });
  });
});

describe('multer', () => {
  const upload = (origin: string, bytes: number): Promise<globalThis.Response> => {
    const form = new FormData();
    form.set('title', 'holiday');
    form.set('picture', new Blob(['x'.repeat(bytes)]), 'beach.png');
    return fetch(`${origin}/notes/picture`, { method: 'POST', body: form });
  };

  it('gives its fields to the parameters and its file to the request', async () => {
    const { origin } = await run({ schemas: [Notes] });
    expect(await (await upload(origin, 12)).json()).toBe('holiday: beach.png, 12');
  });

  it('refuses what is too large in words of middleware for errors', async () => {
    const tooLarge = (
      error: unknown,
      _request: IncomingMessage,
      response: ServerResponse,
      next: NextFunction,
    ): void => {
      if (!(error instanceof multer.MulterError)) return next(error);
      response.writeHead(413).end(error.code);
    };
    @Schema({ id: 'pictures', path: '/notes/picture' })
    @UseMiddleware({ onError: tooLarge })
    class Pictures {
      @Post()
      @UseMiddleware(picture)
      upload(): void {}
    }
    const { origin } = await run({ schemas: [Pictures] });
    const answer = await upload(origin, 2000);
    expect([answer.status, await answer.text()]).toEqual([413, 'LIMIT_FILE_SIZE']);
  });
});

describe('passport and express-session', () => {
  class NamePassport extends passport.Passport {}

  function middleware(): Middleware[] {
    const authenticator = new NamePassport();
    authenticator.use({
      name: 'by-header',
      authenticate(this: passport.StrategyCreated<passport.Strategy>, request: Request) {
        const name = request.headers['x-name'];
        if (name === undefined) this.fail('Named realm="notes"', 401);
        else this.success({ name });
      },
    } as passport.Strategy);
    authenticator.serializeUser((user, done) => done(null, user));
    authenticator.deserializeUser((user: Express.User, done) => done(null, user));
    const login = authenticator.authenticate('by-header') as Middleware;
    return [
      session({ secret: 'test', resave: false, saveUninitialized: false }) as Middleware,
      authenticator.session() as Middleware,
      (request, response, next) =>
        (request as { user?: unknown }).user === undefined && request.url!.startsWith('/notes/who')
          ? void login(request, response, next)
          : next(),
    ];
  }

  const cookieOf = (response: globalThis.Response): string => response.headers.get('set-cookie')!.split(';')[0]!;

  it('keep a session over requests', async () => {
    const { origin } = await run({ schemas: [Notes], rest: { use: middleware() } });
    const first = await fetch(`${origin}/notes/visits/mine`);
    const cookie = cookieOf(first);
    expect(await first.json()).toBe(1);
    expect(await (await fetch(`${origin}/notes/visits/mine`, { headers: { cookie } })).json()).toBe(2);
    expect(await (await fetch(`${origin}/notes/visits/mine`)).json()).toBe(1);
  });

  it('name the principal, at once and from the session, and refuse strangers', async () => {
    const { origin } = await run({ schemas: [Notes], rest: { use: middleware() } });
    const stranger = await fetch(`${origin}/notes/who/am/i`);
    expect([stranger.status, stranger.headers.get('www-authenticate'), await stranger.text()]).toEqual([
      401,
      'Named realm="notes"',
      'Unauthorized',
    ]);
    const known = await fetch(`${origin}/notes/who/am/i`, { headers: { 'x-name': 'ann' } });
    expect(await known.json()).toBe('ann');
    const again = await fetch(`${origin}/notes/who/am/i`, { headers: { cookie: cookieOf(known) } });
    expect(await again.json()).toBe('ann');
  });
});

describe('express-rate-limit', () => {
  it('refuses the third of two, and says when to come again', async () => {
    const limiter = rateLimit({ windowMs: 60_000, limit: 2, standardHeaders: true, legacyHeaders: false });
    const { origin } = await run({
      schemas: [Notes],
      rest: { use: [useExpress((app: Express) => void app.use(limiter))] },
    });
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await fetch(`${origin}/notes/a`)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await fetch(`${origin}/nothing`)).headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('works on plain requests too', async () => {
    const limiter = rateLimit({
      windowMs: 60_000,
      limit: 1,
      statusCode: 429,
      handler: (_request, response) => void response.writeHead(429).end(),
    });
    const { origin } = await run({ schemas: [Notes], rest: { use: [limiter as unknown as Middleware] } });
    expect([(await fetch(`${origin}/notes/a`)).status, (await fetch(`${origin}/notes/a`)).status]).toEqual([200, 429]);
  });
});

describe('http-proxy-middleware', () => {
  let target: Server | undefined;
  afterEach(() => void target?.close());

  async function listen(): Promise<string> {
    target = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        response.writeHead(request.url === '/gone' ? 410 : 200, { 'x-from': 'target' });
        response.end(`${request.method} ${request.url} ${body.length}`);
      });
    });
    await new Promise<void>((resolve) => target!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  }

  it('hands requests below a path on, bodies whole, answers as they come', async () => {
    const proxy = createProxyMiddleware({ target: await listen() });
    const { origin } = await run({ schemas: [Notes], rest: { mount: [{ path: '/elsewhere', app: proxy }] } });
    const got = await fetch(`${origin}/elsewhere/a?b=c`);
    expect([await got.text(), got.headers.get('x-from')]).toEqual(['GET /a?b=c 0', 'target']);
    expect(await (await post(`${origin}/elsewhere/x`, 'y'.repeat(300_000))).text()).toBe('POST /x 300002');
    expect((await fetch(`${origin}/elsewhere/gone`)).status).toBe(410);
    expect((await post(`${origin}/notes`, { text: 'ours' })).status).toBe(200);
  });

  it('answers for a target that is not there', async () => {
    const proxy = createProxyMiddleware({ target: 'http://127.0.0.1:1' });
    const { origin } = await run({ schemas: [Notes], rest: { mount: [{ path: '/elsewhere', app: proxy }] } });
    expect((await fetch(`${origin}/elsewhere/a`)).status).toBe(504);
  });
});

describe('a logger that waits for the end of responses, as morgan does', () => {
  it('logs what was really answered', async () => {
    const lines: string[] = [];
    let logged!: () => void;
    const done = new Promise<void>((resolve) => (logged = resolve));
    const log: Middleware = (request, response, next) => {
      const { method, url } = request;
      response.once('finish', () => {
        lines.push(`${method} ${url} ${response.statusCode} ${String(response.getHeader('content-length'))}`);
        if (lines.length === 2) logged();
      });
      next();
    };
    const { origin } = await run({ schemas: [Notes], rest: { use: [log] } });
    await (await fetch(`${origin}/notes/a`)).text();
    await (await fetch(`${origin}/nothing?x=1`)).text();
    await done;
    expect(lines[0]).toBe('GET /notes/a 200 12');
    expect(lines[1]).toMatch(/^GET \/nothing\?x=1 404 \d+$/);
  });
});

describe('Express itself', () => {
  it('gives what it adds to those who ask for it, and to nobody else', async () => {
    let seen: unknown;
    const { origin } = await run({
      schemas: [Notes],
      rest: {
        use: [
          useExpress((app: Express) => {
            app.get('/ping', (request, response) => void response.json({ q: request.query['q'], path: request.path }));
            app.use((_request: Request, response: Response, next: NextFunction) => {
              response.set('X-Express', 'was here');
              next();
            });
          }),
          (request, response, next) => {
            seen = ['get' in request, 'json' in response];
            next();
          },
        ],
      },
    });
    const ping = await fetch(`${origin}/ping?q=1`);
    expect([await ping.json(), ping.headers.get('x-powered-by')]).toEqual([{ q: '1', path: '/ping' }, 'Express']);
    const ours = await fetch(`${origin}/notes/a`);
    expect([await ours.json(), ours.headers.get('x-express'), ours.headers.get('x-powered-by')]).toEqual([
      { text: 'a' },
      'was here',
      null,
    ]);
    expect(seen).toEqual([false, false]);
  });

  it('has its own idea of the address of who asks', async () => {
    const app = express();
    app.set('trust proxy', 'loopback');
    app.get('/ip', (request, response) => void response.send(request.ip));
    const { origin } = await run({ schemas: [Notes], rest: { mount: [{ path: '/legacy', app: app as Middleware }] } });
    const headers = { 'x-forwarded-for': '192.0.2.7' };
    expect(await (await fetch(`${origin}/legacy/ip`, { headers })).text()).toBe('192.0.2.7');
  });

  function legacy(): Express {
    const app = express();
    app.use(express.json());
    app.get(
      '/hello/:name',
      (request, response) => void response.send(`hello ${request.params.name} at ${request.baseUrl}`),
    );
    app.post('/echo', (request, response) => void response.status(201).json(request.body));
    app.all('/any', (request, response) => void response.send(request.method));
    app.get('/fail', () => {
      throw Object.assign(new Error('legacy trouble'), { status: 422 });
    });
    app.get('/notes/a', (_request, response) => void response.send('legacy note'));
    return app;
  }

  it('mounts a whole application: all methods, our routes first, its 404 and its errors ours', async () => {
    const { origin } = await run({
      schemas: [Notes],
      rest: { use: [helmet()], mount: [{ path: '/legacy', app: legacy() as Middleware }] },
    });
    const hello = await fetch(`${origin}/legacy/hello/ann?x=1`);
    expect([await hello.text(), hello.headers.get('x-frame-options')]).toEqual(['hello ann at /legacy', 'SAMEORIGIN']);
    const echo = await post(`${origin}/legacy/echo`, { a: [1] });
    expect([echo.status, await echo.json()]).toEqual([201, { a: [1] }]);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])
      expect(await (await fetch(`${origin}/legacy/any`, { method })).text()).toBe(method);
    const missing = await fetch(`${origin}/legacy/nothing`);
    expect([missing.status, await missing.json(), missing.headers.get('x-powered-by')]).toEqual([
      404,
      expect.objectContaining({ detail: 'nothing is served here' }),
      null,
    ]);
    const failed = await fetch(`${origin}/legacy/fail`);
    expect([failed.status, await failed.json()]).toEqual([422, expect.objectContaining({ detail: 'legacy trouble' })]);
  });

  it('mounted at the root serves what we do not', async () => {
    const { origin } = await run({ schemas: [Notes], rest: { mount: [{ path: '/', app: legacy() as Middleware }] } });
    expect(await (await fetch(`${origin}/hello/ann`)).text()).toBe('hello ann at ');
    expect(await (await fetch(`${origin}/notes/a`)).json()).toEqual({ text: 'a' });
    expect((await fetch(`${origin}/notes`, { method: 'DELETE' })).status).toBe(405);
  });
});
