import { Module, Returns, Schema, type Application } from '@ts-chassis/core';
import helmet from 'helmet';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { Get } from '../decorators/routes.js';
import { rest } from '../plugin.js';
import { startServing, type ServingApplication } from '../serving-application.fixture.js';
import { swaggerFolder } from './swagger-folder.js';
import { swaggerUi, type SwaggerUiOptions } from './swagger-ui.js';

@Schema({ id: 'books', path: '/books' })
class Books {
  @Get() @Returns([String]) all(): Promise<string[]> {
    return Promise.resolve([]);
  }
}

@Module({ schemas: [Books] })
class BooksModule {}

let app: Application | undefined;
afterEach(async () => app?.stop());

async function started(options?: SwaggerUiOptions, values: Record<string, unknown> = {}): Promise<ServingApplication> {
  const plugins = [rest(), swaggerUi(options)];
  const serving = await startServing({ modules: [BooksModule], plugins, name: 'books<&>', values });
  app = serving.app;
  return serving;
}

describe('the page of the document', () => {
  it('stands at /swagger/, which /swagger leads to', async () => {
    const { origin } = await started();
    const led = await fetch(`${origin}/swagger?x=1`, { redirect: 'manual' });
    expect([led.status, led.headers.get('location')]).toEqual([308, 'swagger/?x=1']);
    const page = await fetch(`${origin}/swagger`);
    expect([page.url, page.status, page.headers.get('content-type')]).toEqual([
      ...[`${origin}/swagger/`, 200, 'text/html; charset=utf-8'],
    ]);
    const text = await page.text();
    expect(text).toContain('<title>books&#60;&#38;&#62;: operations</title>');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    // Neither a script nor a handler stands in the page.
    expect(text).not.toMatch(/<script>|<script [^>]*>[^<]|\son\w+=/);
  });

  it('asks for nothing that is not there, and for its document', async () => {
    const { origin } = await started();
    const text = await (await fetch(`${origin}/swagger/`)).text();
    const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part!);
    expect(parts).toHaveLength(6);
    for (const part of parts) {
      const response = await fetch(new URL(part, `${origin}/swagger/`));
      expect([part, response.status, response.headers.get('x-content-type-options')]).toEqual([part, 200, 'nosniff']);
      await response.arrayBuffer();
    }
    const initializer = await fetch(`${origin}/swagger/initializer.js`);
    expect(initializer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const [, document] = /new URL\("([^"]+)"/.exec(await initializer.text())!;
    const shown = (await (await fetch(new URL(document!, `${origin}/swagger/`))).json()) as { paths: object };
    // The page itself is no part of it.
    expect(Object.keys(shown.paths)).toEqual(['/books']);
  });

  it('is kept by browsers: its parts for an hour, then asked for by their tag', async () => {
    const { origin } = await started();
    const first = await fetch(`${origin}/swagger/swagger-ui.css`);
    const bytes = Buffer.from(await first.arrayBuffer());
    expect(bytes.equals(readFileSync(`${swaggerFolder()}/swagger-ui.css`))).toBe(true);
    expect(first.headers.get('cache-control')).toBe('public, max-age=3600');
    const again = await fetch(`${origin}/swagger/swagger-ui.css`, {
      headers: { 'if-none-match': first.headers.get('etag')!, 'cache-control': 'no-cache' },
    });
    expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
    expect((await fetch(`${origin}/swagger/`)).headers.get('cache-control')).toBe('no-cache');
  });

  it.each([
    'package.json',
    'swagger-ui.js',
    '..%2fpackage.json',
    '%2e%2e%2fpackage.json',
    'swagger-ui.css%00',
    '__proto__',
  ])('has no part %s', async (part) => {
    const { origin } = await started();
    const response = await fetch(`${origin}/swagger/${part}`);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, 'NOT_FOUND']);
  });

  it('stands at another path, and on the listeners that are named', async () => {
    const admin = { 'servicecomb.protocols.rest-admin.listenAddress': '127.0.0.1:0' };
    const { origin, origins } = await started({ path: '/internal/docs/', listeners: ['rest-admin'] }, admin);
    expect((await fetch(`${origin}/internal/docs/`)).status).toBe(404);
    const page = await fetch(`${origins('rest-admin')}/internal/docs`);
    expect([page.status, new URL(page.url).pathname]).toEqual([200, '/internal/docs/']);
    const initializer = await (await fetch(`${origins('rest-admin')}/internal/docs/initializer.js`)).text();
    expect(initializer).toContain('"../../openapi.json"');
  });

  it("lives with helmet's default policy", async () => {
    const serving = await startServing({
      modules: [BooksModule],
      plugins: [rest({ use: [helmet()] }), swaggerUi()],
    });
    app = serving.app;
    const page = await fetch(`${serving.origin}/swagger/`);
    expect([page.status, page.headers.get('x-frame-options')]).toEqual([200, 'SAMEORIGIN']);
    expect((await page.text()).length).toBeGreaterThan(500);
  });

  it.each(['/', '/docs/{name}'])('refuses the path %s', async (path) => {
    await expect(started({ path })).rejects.toMatchObject({ code: 'ROUTE_INVALID' });
  });

  it('says which package is missing', () => {
    const locate = (): string => {
      throw new Error("Cannot find module 'swagger-ui-dist/package.json'");
    };
    expect(() => swaggerFolder(locate)).toThrow(expect.objectContaining({ code: 'PACKAGE_MISSING' }));
    expect(() => swaggerFolder(locate)).toThrow(/npm install swagger-ui-dist$/);
  });
});
