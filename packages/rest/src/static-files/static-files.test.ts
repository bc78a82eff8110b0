import { createApplication, Module, Returns, Schema, type Application, type Reply } from '@ts-chassis/core';
import { once } from 'node:events';
import fs, {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { get as request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Param } from '../decorators/parameters.js';
import { Get } from '../decorators/routes.js';
import { rest } from '../plugin.js';
import { fileReply } from '../replies/file-reply.js';
import { RawConnection } from '../server/serving.fixture.js';
import { staticFiles, type StaticFilesOptions } from './static-files.js';

let root = '';
let running: Application[] = [];

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'chassis-static-')));
  const folder = join(root, 'public');
  mkdirSync(join(folder, 'docs'), { recursive: true });
  mkdirSync(join(folder, 'bare'));
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(root, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<p>home</p>');
  writeFileSync(join(folder, 'app.js'), '0123456789');
  writeFileSync(join(folder, 'big.bin'), Buffer.alloc(8 * 1024 * 1024, 7));
  writeFileSync(join(folder, 'grün & 100%.txt'), 'grün');
  writeFileSync(join(folder, '.env'), 'TOKEN=x');
  writeFileSync(join(folder, '.git', 'config'), 'x');
  writeFileSync(join(folder, 'docs', 'index.html'), '<p>docs</p>');
  symlinkSync(join(root, 'secret.txt'), join(folder, 'leak.txt'));
  symlinkSync(root, join(folder, 'up'));
  symlinkSync(join(folder, 'app.js'), join(folder, 'linked.js'));
  utimesSync(join(folder, 'app.js'), 1_445_412_480, 1_445_412_480);
});

afterAll(() => rmSync(root, { recursive: true }));

afterEach(async () => {
  const closing = running;
  running = [];
  await Promise.all(closing.map((app) => app.stop()));
});

@Schema({ id: 'api', path: '/api' })
class Api {
  @Get('/hello')
  @Returns(String)
  hello(): string {
    return 'hello';
  }

  @Get('/file/{name:*}')
  file(@Param('name') name: string): Promise<Reply> {
    return fileReply(name, { root: join(root, 'public'), download: name, headers: { 'x-a': 'b' } });
  }

  @Get('/trusted')
  trusted(): Promise<Reply> {
    return fileReply(join(root, 'secret.txt'), { type: 'text/x-secret', maxAgeMs: 5000, immutable: true });
  }
}

@Module({ schemas: [Api] })
class ApiModule {}

function application(options: Partial<StaticFilesOptions> = {}): Application {
  const app = createApplication({
    name: 'files',
    modules: [ApiModule],
    plugins: [rest(), staticFiles({ path: '/assets', root: join(root, 'public'), ...options })],
    signals: false,
    configuration: {
      directory: false,
      environment: false,
      commandLine: false,
      values: {
        'servicecomb.registry.address': `file://${join(root, 'registry')}`,
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.log.level': 'error',
      },
    },
  });
  running.push(app);
  return app;
}

async function serving(
  options: Partial<StaticFilesOptions> = {},
): Promise<{ origin: string; port: number; app: Application }> {
  const app = application(options);
  await app.start();
  const { port } = app.endpoints.find(({ listener }) => listener === 'rest')!;
  return { origin: `http://127.0.0.1:${port}`, port, app };
}

const HIDDEN = [
  '/assets/../secret.txt',
  '/assets/%2e%2e/secret.txt',
  '/assets/%2E%2E%2Fsecret.txt',
  '/assets/..%2fsecret.txt',
  '/assets/docs%2findex.html',
  '/assets/docs%5cindex.html',
  '/assets/..\\secret.txt',
  '/assets/docs/../../../secret.txt',
  '/assets//etc/passwd',
  '/assets/./app.js',
  '/assets/%00',
  '/assets/app.js%00.txt',
  '/assets/.env',
  '/assets/.git/config',
  '/assets/leak.txt',
  '/assets/up/secret.txt',
  `/assets/${'a'.repeat(5000)}`,
  `/assets/${'a/'.repeat(3000)}`,
  '/assets/docs/index.html/',
  '/assets/C:%5Cwindows',
];

describe('a folder of files', () => {
  it('is served with types, tags and dates', async () => {
    const { origin } = await serving({ maxAgeMs: 60_000 });
    const response = await fetch(`${origin}/assets/app.js`);
    expect([response.status, await response.text()]).toEqual([200, '0123456789']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-length': '10',
      'cache-control': 'public, max-age=60',
      'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    });
    const named = await fetch(`${origin}/assets/${encodeURIComponent('grün & 100%.txt')}`);
    expect([named.status, await named.text()]).toEqual([200, 'grün']);
  });

  it('answers conditions, parts and HEAD', async () => {
    const { origin } = await serving();
    const ask = (headers: Record<string, string>, method = 'GET'): Promise<Response> =>
      fetch(`${origin}/assets/app.js`, { headers, method });
    const etag = (await ask({})).headers.get('etag')!;
    expect((await ask({ 'if-none-match': etag })).status).toBe(304);
    expect((await ask({ 'if-modified-since': 'Wed, 21 Oct 2015 07:28:00 GMT' })).status).toBe(304);
    const refused = await ask({ 'if-match': '"other"' });
    expect([refused.status, refused.headers.get('content-type'), refused.headers.get('etag')]).toEqual([
      412,
      'application/problem+json',
      null,
    ]);
    const part = await ask({ range: 'bytes=-3' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 7-9/10', '789']);
    const beyond = await ask({ range: 'bytes=10-' });
    expect([beyond.status, beyond.headers.get('content-range'), await beyond.json()]).toEqual([
      416,
      'bytes */10',
      expect.objectContaining({ code: 'RANGE_NOT_SATISFIABLE' }),
    ]);
    expect((await ask({ range: `bytes=${'0-0,'.repeat(3000)}` })).status).toBe(200);
    const head = await ask({}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
    expect((await fetch(`${origin}/assets/app.js`, { method: 'POST' })).status).toBe(405);
  });

  it('has an index, to which a folder without its slash leads', async () => {
    const { origin } = await serving();
    expect(await (await fetch(`${origin}/assets/`)).text()).toBe('<p>home</p>');
    for (const path of ['/assets', '/assets/docs']) {
      const response = await fetch(`${origin}${path}?a=1`, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([301, `${path}/?a=1`]);
    }
    expect(await (await fetch(`${origin}/assets/docs`)).text()).toBe('<p>docs</p>');
    for (const path of ['/assets/bare', '/assets/bare/', '/assets/app.js/', '/assets/nothing'])
      expect([path, (await fetch(origin + path)).status]).toEqual([path, 404]);
    const none = await serving({ index: false });
    expect((await fetch(`${none.origin}/assets/`)).status).toBe(404);
  });

  it('shows nothing that is not in it', async () => {
    const { port } = await serving();
    for (const path of HIDDEN) {
      const connection = new RawConnection(port);
      await connection.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      const text = await connection.untilClosed();
      expect([path, text.slice(0, 13)]).toEqual([path, 'HTTP/1.1 404 ']);
      expect(text).not.toContain(root);
    }
  });

  it('shows what begins with a dot and what links lead to where that is asked for; links within always', async () => {
    const { origin } = await serving({ dotfiles: 'allow', followLinks: true });
    expect(await (await fetch(`${origin}/assets/.env`)).text()).toBe('TOKEN=x');
    expect(await (await fetch(`${origin}/assets/leak.txt`)).text()).toBe('secret');
    const strict = await serving();
    expect(await (await fetch(`${strict.origin}/assets/linked.js`)).text()).toBe('0123456789');
  });

  it('may be all that no other route answers, with one page for an application', async () => {
    const { origin } = await serving({ path: '/', spa: true });
    expect(await (await fetch(`${origin}/api/hello`)).json()).toBe('hello');
    expect(await (await fetch(`${origin}/app.js`)).text()).toBe('0123456789');
    const page = await fetch(`${origin}/orders/42`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([page.status, await page.text(), page.headers.get('cache-control')]).toEqual([
      200,
      '<p>home</p>',
      'public, max-age=0',
    ]);
    expect((await fetch(`${origin}/orders/42`)).status).toBe(404);
    expect((await fetch(`${origin}/missing.js`, { headers: { accept: 'text/html' } })).status).toBe(404);
    const connection = new RawConnection(Number(new URL(origin).port));
    await connection.write('GET //evil.example/.. HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await connection.untilClosed()).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('must be there when the application is prepared', async () => {
    const app = application({ root: join(root, 'nowhere') });
    await expect(app.prepare()).rejects.toThrow(/expected a folder, got .*nowhere/);
  });

  it('lets go of a file when the client leaves in the middle, and a stop waits for who stays', async () => {
    const { origin, app } = await serving();
    const left = request(`${origin}/assets/big.bin`);
    left.on('error', () => undefined);
    const [leaving] = (await once(left, 'response')) as [IncomingMessage];
    await once(leaving, 'data');
    leaving.destroy();
    const [staying] = (await once(request(`${origin}/assets/big.bin`), 'response')) as [IncomingMessage];
    const stopped = app.stop();
    let size = 0;
    for await (const chunk of staying) size += (chunk as Buffer).length;
    expect(size).toBe(8 * 1024 * 1024);
    await stopped;
  });
});

describe('a part of a file', () => {
  it('is what the header says, as of any other body', async () => {
    const { origin } = await serving();
    const huge = '9'.repeat(80);
    const part = async (range: string): Promise<unknown[]> => {
      const { status, headers } = await fetch(`${origin}/assets/app.js`, { headers: { range } });
      return [range, status, headers.get('content-range')];
    };
    for (const range of ['bytes=-500', `bytes=-${huge}`, `bytes=0-${huge}`])
      expect(await part(range)).toEqual([range, 206, 'bytes 0-9/10']);
    for (const range of ['bytes=5-2', 'bytes=0-4,2-8', 'bytes=0-4,99-', 'bytes= 0 - 4', 'lines=0-1'])
      expect(await part(range)).toEqual([range, 200, null]);
    for (const range of ['bytes=-0', 'bytes=10-', `bytes=${huge}-`])
      expect(await part(range)).toEqual([range, 416, 'bytes */10']);
  });

  it('is given to GET only', async () => {
    const { origin } = await serving();
    const head = await fetch(`${origin}/assets/app.js`, { headers: { range: 'bytes=0-1' }, method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
  });
});

describe('a file that changes while it is sent', () => {
  const GET = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

  it('breaks the connection off when it becomes shorter, so that the next answer is not taken for its rest', async () => {
    const path = join(root, 'public', 'shrinking.bin');
    writeFileSync(path, Buffer.alloc(30 * 1024 * 1024, 7));
    const { port } = await serving();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(GET('/assets/shrinking.bin'));
    const [begun] = (await once(socket, 'data')) as [Buffer];
    socket.pause();
    truncateSync(path, 10);
    socket.write(GET('/api/hello'));
    let text = begun.toString('latin1');
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text.match(/HTTP\/1\.1 [^\r]*/g)).toEqual(['HTTP/1.1 200 OK']);
    expect(text.length).toBeLessThan(30 * 1024 * 1024);
  });

  it('sends no more than it announced when it was empty and grows', async () => {
    const path = join(root, 'public', 'growing.txt');
    writeFileSync(path, '');
    const { port } = await serving();
    const open = fs.createReadStream;
    const opened = vi.spyOn(fs, 'createReadStream').mockImplementation((name, options) => {
      if (name === path) appendFileSync(path, 'x');
      return open(name, options);
    });
    const connection = new RawConnection(port);
    await connection.write(
      GET('/assets/growing.txt') + GET('/api/hello').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
    );
    const [first, second] = (await connection.untilClosed()).split(/(?=HTTP\/1\.1 )/);
    opened.mockRestore();
    expect(first).toMatch(/^HTTP\/1\.1 200 [^]*\r\nContent-Length: 0\r\n[^]*\r\n\r\n$/);
    expect(second).toMatch(/"hello"$/);
    expect(fs.readFileSync(path, 'utf8')).toBe('x');
  });
});

describe('a file as a reply', () => {
  it('is found within its folder only', async () => {
    const { origin } = await serving();
    const response = await fetch(`${origin}/api/file/app.js`);
    expect([response.status, await response.text(), response.headers.get('x-a')]).toEqual([200, '0123456789', 'b']);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="app.js"');
    for (const name of ['..%2fsecret.txt', 'leak.txt', '.env', 'nothing', 'docs', '%2fetc%2fpasswd']) {
      const refused = await fetch(`${origin}/api/file/${name}`);
      expect([name, refused.status, refused.headers.get('content-disposition')]).toEqual([name, 404, null]);
    }
  });

  it('is trusted without one, and says what it is told to say', async () => {
    const { origin } = await serving();
    const response = await fetch(`${origin}/api/trusted`);
    expect([
      response.headers.get('content-type'),
      response.headers.get('cache-control'),
      await response.text(),
    ]).toEqual(['text/x-secret', 'private, max-age=5, immutable', 'secret']);
    const typed = fileReply(join(root, 'secret.txt'), { type: 'text/plain\r\nx: y' });
    await expect(typed).rejects.toMatchObject({ code: 'REPLY_HEADER_INVALID' });
  });
});
