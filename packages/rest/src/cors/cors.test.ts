import { Module, Returns, Schema, ChassisError, NotFound, type Application } from '@ts-chassis/core';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Body, Param, Res } from '../decorators/parameters.js';
import { Header } from '../decorators/reply.js';
import { Delete, Get, Options, Post } from '../decorators/routes.js';
import { startServing } from '../serving-application.fixture.js';

@Schema({ id: 'books', path: '/books' })
class Books {
  @Get() @Header('Vary', 'X-Shelf') @Returns([String]) all(): Promise<string[]> {
    return Promise.resolve(['one']);
  }
  @Post() @Returns() add(@Body(String) _book: string): Promise<void> {
    return Promise.resolve();
  }
  @Delete('/:isbn') @Returns() fail(@Param('isbn') _isbn: string): Promise<void> {
    return Promise.reject(NotFound('no such book'));
  }
  @Get('/stream') @Returns(String, { stream: true }) async *stream(): AsyncIterable<string> {
    yield await Promise.resolve('one');
  }
  @Get('/own') @Returns() own(@Res() response?: ServerResponse): Promise<void> {
    response!.end('own');
    return Promise.resolve();
  }
  @Options('/abilities') @Returns(String) abilities(): Promise<string> {
    return Promise.resolve('able');
  }
}

@Module({ schemas: [Books] })
class BooksModule {}

let app: Application | undefined;
afterEach(async () => app?.stop());

const SHOP = 'https://shop.example';

async function started(cors: Record<string, unknown>): Promise<string> {
  const values = Object.entries(cors).map(([key, value]) => [`servicecomb.protocols.rest.cors.${key}`, value]);
  const serving = await startServing({
    modules: [BooksModule],
    values: Object.fromEntries(values) as Record<string, unknown>,
  });
  app = serving.app;
  return serving.origin;
}

/** What CORS says in an answer. */
async function said(url: string, init: { method?: string; headers?: Record<string, string> } = {}): Promise<object> {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  const cors = [...response.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary');
  return { status: response.status, ...Object.fromEntries(cors) };
}

const preflight = (method: string, headers?: string, origin = SHOP) => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': method,
    ...(headers !== undefined && { 'access-control-request-headers': headers }),
  },
});

const VARY = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';
const named = { enable: true, allowedDomains: [SHOP, 'https://*.Deep.example:8443'] };

describe('CORS', () => {
  it('says nothing while it is off', async () => {
    const origin = await started({ allowedDomains: [SHOP] });
    expect(await said(`${origin}/books`, { headers: { origin: SHOP } })).toEqual({ status: 200, vary: 'X-Shelf' });
    expect(await said(`${origin}/books`, preflight('POST'))).toEqual({ status: 204 });
  });

  it('lets a page of a named origin read results, failures, streams and what is not there', async () => {
    const origin = await started({ ...named, exposeHeaders: ['ETag', 'X-Total'] });
    const headers = { origin: SHOP };
    const told = {
      'access-control-allow-origin': SHOP,
      'access-control-expose-headers': 'ETag, X-Total',
    };
    expect(await said(`${origin}/books`, { headers })).toEqual({ status: 200, vary: 'Origin, X-Shelf', ...told });
    expect(await said(`${origin}/books/7`, { method: 'DELETE', headers })).toMatchObject({ status: 404, ...told });
    expect(await said(`${origin}/books/stream`, { headers })).toMatchObject({ status: 200, ...told });
    expect(await said(`${origin}/books/own`, { headers })).toMatchObject({ status: 200, ...told });
    expect(await said(`${origin}/nothing`, { headers })).toEqual({ status: 404, vary: 'Origin', ...told });
    expect(await said(`${origin}/books`, { method: 'PUT', headers })).toMatchObject({ status: 405, ...told });
    expect(await said(`${origin}/%zz`, { headers })).toMatchObject({ status: 400, ...told });
  });

  it('tells every cache that the origin matters, also for who is no page', async () => {
    const origin = await started(named);
    expect(await said(`${origin}/books/stream`)).toMatchObject({ vary: expect.stringContaining('Origin') });
  });

  it.each([
    ['null'],
    [`${SHOP}.evil.example`],
    ['https://evil-shop.example'],
    ['http://shop.example'],
    [`${SHOP}:8443`],
    [`${SHOP}/`],
    ['https://deep.example:8443'],
    ['https://evildeep.example:8443'],
    ['https://a.deep.example'],
    ['https://evil.example/.deep.example:8443'],
    ['https://evil.example#.deep.example:8443'],
    ['https://x@a.deep.example:8443'],
    [`${SHOP}, https://evil.example`],
    [`https://${'a.'.repeat(3000)}deep.example:8444`],
  ])('tells the hostile page %# nothing', async (hostile) => {
    const origin = await started({ ...named, cookiesAllowed: true });
    expect(await said(`${origin}/nothing`, { headers: { origin: hostile } })).toEqual({ status: 404, vary: 'Origin' });
    const { status, ...rest } = (await said(`${origin}/books`, preflight('POST', undefined, hostile))) as {
      status: number;
    };
    expect([status, rest]).toEqual([204, { vary: VARY }]);
  });

  it('takes hosts below a domain, in any case', async () => {
    const origin = await started({ ...named, cookiesAllowed: true });
    for (const page of [
      'https://a.deep.example:8443',
      'https://x.y-1.deep.example:8443',
      'HTTPS://A.Deep.Example:8443',
    ]) {
      expect(await said(`${origin}/nothing`, { headers: { origin: page } })).toMatchObject({
        'access-control-allow-origin': page,
        'access-control-allow-credentials': 'true',
      });
    }
  });

  it('lets any page read where no origin is named, without its cookies', async () => {
    const origin = await started({ enable: true });
    for (const page of [SHOP, 'null']) {
      const got = await said(`${origin}/nothing`, { headers: { origin: page } });
      expect(got).toEqual({ status: 404, 'access-control-allow-origin': '*' });
    }
  });

  it('approves a preflight for the methods of the path, and headers that are listed', async () => {
    const origin = await started({ ...named, allowedHeaders: ['Content-Type', 'X-Tenant'], maxAge: 600 });
    expect(await said(`${origin}/books`, preflight('POST', 'content-type, x-tenant'))).toEqual({
      ...{ status: 204, vary: VARY, 'access-control-allow-origin': SHOP },
      'access-control-allow-methods': 'GET, HEAD, OPTIONS, POST',
      'access-control-allow-headers': 'content-type, x-tenant',
      'access-control-max-age': '600',
    });
    const refused = { status: 204, vary: VARY };
    expect(await said(`${origin}/books`, preflight('PATCH'))).toEqual(refused);
    expect(await said(`${origin}/books`, preflight('post'))).toEqual(refused);
    expect(await said(`${origin}/books`, preflight('POST', 'content-type, x-evil'))).toEqual(refused);
  });

  it('approves the methods that are listed, where some are, and any header with a star', async () => {
    const origin = await started({ ...named, allowedMethods: ['GET', 'DELETE'], allowedHeaders: ['*'] });
    expect(await said(`${origin}/books`, preflight('DELETE', 'x-anything'))).toMatchObject({
      'access-control-allow-methods': 'GET, DELETE',
      'access-control-allow-headers': 'x-anything',
    });
    expect(await said(`${origin}/books`, preflight('POST'))).toEqual({ status: 204, vary: VARY });
  });

  it('pays no heed to private networks', async () => {
    const origin = await started(named);
    const asked = preflight('POST');
    const headers = { ...asked.headers, 'access-control-request-private-network': 'true' };
    expect(await said(`${origin}/books`, { ...asked, headers })).not.toHaveProperty(
      'access-control-allow-private-network',
    );
  });

  it('leaves OPTIONS to a method that has it', async () => {
    const origin = await started(named);
    expect(await said(`${origin}/books/abilities`, preflight('OPTIONS'))).toMatchObject({
      status: 200,
      'access-control-allow-methods': 'DELETE, OPTIONS',
    });
  });

  it('follows the configuration', async () => {
    const origin = await started(named);
    const other = { headers: { origin: 'https://other.example' } };
    expect(await said(`${origin}/nothing`, other)).toEqual({ status: 404, vary: 'Origin' });
    app!.config.set('servicecomb.protocols.rest.cors.allowedDomains', ['https://other.example']);
    expect(await said(`${origin}/nothing`, other)).toMatchObject({
      'access-control-allow-origin': 'https://other.example',
    });
    app!.config.set('servicecomb.protocols.rest.cors.enable', false);
    expect(await said(`${origin}/nothing`, other)).toEqual({ status: 404 });
  });
});

describe('the configuration of CORS', () => {
  it.each([[{ allowedDomains: ['*'] }], [{ allowedDomains: [SHOP, '.*'] }], [{}]])(
    'refuses cookies for any origin: %j',
    async (values) => {
      await expect(started({ enable: true, cookiesAllowed: true, ...values })).rejects.toThrow(
        /rest\.cors.*expected not cookiesAllowed for any origin \(name the origins in allowedDomains\)/s,
      );
      await started({ ...named, cookiesAllowed: true });
      expect(() => app!.config.set('servicecomb.protocols.rest.cors.allowedDomains', [])).toThrow(/cookiesAllowed/);
      expect(app!.config.raw('servicecomb.protocols.rest.cors.allowedDomains')).toEqual(named.allowedDomains);
    },
  );

  it.each([
    'shop.example',
    'https://shop.example/',
    'null',
    'https://(a|b).example',
    'https://*',
    '^https://x$',
    'https://a,b',
  ])('refuses %j for an origin', async (domain) => {
    await expect(started({ enable: true, allowedDomains: [domain] })).rejects.toBeInstanceOf(ChassisError);
  });
});
