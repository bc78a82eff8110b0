import {
  Invocation,
  HeaderMap,
  isReply,
  jsonSpec,
  defineSchema,
  replyWith,
  type OperationDefinition,
} from '@ts-chassis/core';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Redirect } from '../decorators/reply.js';
import { RawConnection, serve, type Serving } from '../server/serving.fixture.js';
import { cookieOf } from '../binding/cookies.js';
import { contentDisposition } from './content-disposition.js';
import { cookie, removedCookie, withCookies, type CookieOptions } from './cookie.js';
import { redirectTo, type RedirectStatus } from './redirect-to.js';
import { requirePreconditions, type ResourceState } from './require-preconditions.js';
import { sse } from './server-sent-event.js';

const anything = jsonSpec({});
const invalid = expect.objectContaining({ code: 'REPLY_HEADER_INVALID' }) as Error;
let open: Serving[] = [];

afterEach(async () => {
  const closing = open;
  open = [];
  await Promise.all(closing.map(({ server }) => server.close()));
});

async function serving(run: (text: string) => unknown, more: Partial<OperationDefinition> = {}): Promise<Serving> {
  const made = await serve({
    run: {
      http: { method: 'GET', path: '/run' },
      parameters: { text: { place: 'query', type: String, optional: true } },
      returns: anything,
      run,
      ...more,
    },
  });
  open.push(made);
  return made;
}

describe('a redirect', () => {
  it('leads elsewhere, without a body', async () => {
    const made = await serving(() => redirectTo('/books/ü b?q=1#x', 303));
    const response = await fetch(`${made.origin}/run`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location'), response.headers.get('content-length')]).toEqual([
      303,
      '/books/%C3%BC%20b?q=1#x',
      '0',
    ]);
  });

  it.each(['https://a.example/%20?a=b&c=%2f', '../up', '?a', '//host', 'mailto:a@b.c', '/a;b=c,d'])(
    'keeps %j as it is',
    (url) => {
      expect(redirectTo(url).headers.get('location')).toBe(url);
    },
  );

  it.each(['/a\r\nset-cookie: b=1', '/a\nb', '/a\0', '', '/\x7f', undefined as never])('refuses %j', (url) => {
    expect(() => redirectTo(url)).toThrow(invalid);
    expect(() => Redirect(url)).toThrow(invalid);
  });

  it.each([200, 304, 404, 302.5])('refuses the status %d', (status) => {
    expect(() => redirectTo('/a', status as RedirectStatus)).toThrow(invalid);
  });
});

describe('a cookie', () => {
  it('is kept from scripts and other sites unless told otherwise', () => {
    expect(cookie('session', 'abc')).toBe('session=abc; Path=/; HttpOnly; SameSite=Lax');
    const options: CookieOptions = {
      maxAgeMs: 3_600_999,
      expires: new Date(0),
      path: '/a',
      domain: 'shop.example',
      httpOnly: false,
      secure: true,
      sameSite: 'strict',
      partitioned: true,
    };
    expect(cookie('a', 'b', options)).toBe(
      'a=b; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=shop.example; Path=/a; Secure; SameSite=Strict; Partitioned',
    );
    expect(cookie('a', 'b', { sameSite: 'none' })).toBe('a=b; Path=/; HttpOnly; Secure; SameSite=None');
    expect(cookie('__Host-a', 'b')).toBe('__Host-a=b; Path=/; HttpOnly; Secure; SameSite=Lax');
    expect(removedCookie('a', { path: '/x' })).toBe(
      'a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/x; HttpOnly; SameSite=Lax',
    );
  });

  it.each<[string, string, CookieOptions]>([
    ['a b', 'x', {}],
    ['', 'x', {}],
    ['a\r\nb', 'x', {}],
    ['a;b', 'x', {}],
    ['a=b', 'x', {}],
    ['a', 'x'.repeat(4096), {}],
    ['a', 'x', { path: '/;Domain=evil.example' }],
    ['a', 'x', { path: '/\r\nSet-Cookie: b=1' }],
    ['a', 'x', { path: 'relative' }],
    ['a', 'x', { domain: 'a.b; HttpOnly' }],
    ['a', 'x', { domain: '' }],
    ['a', 'x', { maxAgeMs: Number.NaN }],
    ['a', 'x', { maxAgeMs: -1 }],
    ['a', 'x', { expires: new Date(Number.NaN) }],
    ['a', 'x', { sameSite: 'none', secure: false }],
    ['a', 'x', { partitioned: true, secure: false }],
    ['__Secure-a', 'x', { secure: false }],
    ['__Host-a', 'x', { path: '/a' }],
    ['__Host-a', 'x', { domain: 'a.b' }],
  ])('is refused: %j %#', (name, value, options) => {
    expect(() => cookie(name, value, options)).toThrow(invalid);
  });

  it('gives back any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const [pair = ''] = cookie('a', value).split('; ');
        expect(pair).toMatch(/^a=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/);
        expect(cookieOf(pair, 'a')).toBe(Buffer.from(value).toString());
      }),
    );
  });

  it('stands beside others in a reply', async () => {
    const made = await serving(() =>
      withCookies(withCookies({ a: 1 }, cookie('a', '1')), cookie('b', '2'), cookie('c', '3')),
    );
    const response = await fetch(`${made.origin}/run`);
    expect(response.headers.getSetCookie().map((each) => each.split(';')[0])).toEqual(['a=1', 'b=2', 'c=3']);
    expect(await response.json()).toEqual({ a: 1 });
    const reply = withCookies(replyWith(1, { status: 201, headers: { 'x-a': 'b', 'set-cookie': 'a=1' } }), 'b=2');
    expect([isReply(reply), reply.status, reply.headers.get('x-a'), reply.headers.all('set-cookie')]).toEqual([
      true,
      201,
      'b',
      ['a=1', 'b=2'],
    ]);
  });
});

describe('a name for saving', () => {
  it.each([
    ['report.pdf', 'attachment; filename="report.pdf"'],
    ['../../etc/passwd', 'attachment; filename="passwd"'],
    ['C:\\a\\b.txt', 'attachment; filename="b.txt"'],
    ['a"b.txt', `attachment; filename="a_b.txt"; filename*=UTF-8''a%22b.txt`],
    ['Bücher €.csv', `attachment; filename="B?cher ?.csv"; filename*=UTF-8''B%C3%BCcher%20%E2%82%AC.csv`],
    ["it's (1)*.txt", `attachment; filename="it's (1)*.txt"`],
    ['100%.txt', `attachment; filename="100_.txt"; filename*=UTF-8''100%25.txt`],
    ['a\r\nset-cookie: b=1', 'attachment; filename="aset-cookie: b=1"'],
    ['\0', 'attachment'],
  ])('%j becomes %s', (name, expected) => {
    expect(contentDisposition(name)).toBe(expected);
  });
});

describe('a condition', () => {
  const schema = defineSchema({ id: 'a', operations: { put: { run: () => undefined } } });
  const check = (headers: Record<string, string>, state: ResourceState): unknown => {
    const source = { service: '', protocol: 'rest', trusted: false };
    const [operation] = schema.operations;
    const invocation = new Invocation({ operation: operation!, service: 'a', source, headers: HeaderMap.of(headers) });
    try {
      return requirePreconditions(invocation, state);
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  const at = new Date('2015-10-21T07:28:00.500Z');

  it.each<[Record<string, string>, ResourceState, string | undefined]>([
    [{}, { etag: '"1"' }, undefined],
    [{}, { etag: '"1"', required: true }, 'PRECONDITION_REQUIRED'],
    [{ 'if-match': '"1"' }, { etag: '"1"', required: true }, undefined],
    [{ 'if-match': '"0", "1"' }, { etag: '"1"' }, undefined],
    [{ 'if-match': '"1-gzip"' }, { etag: '"1"' }, undefined],
    [{ 'if-match': '"2"' }, { etag: '"1"' }, 'PRECONDITION_FAILED'],
    [{ 'if-match': 'W/"1"' }, { etag: 'W/"1"' }, 'PRECONDITION_FAILED'],
    [{ 'if-match': '*' }, { etag: '"1"' }, undefined],
    [{ 'if-match': '*' }, {}, 'PRECONDITION_FAILED'],
    [{ 'if-match': '' }, { etag: '"1"' }, 'PRECONDITION_FAILED'],
    [{ 'if-none-match': '*' }, { etag: '"1"' }, 'PRECONDITION_FAILED'],
    [{ 'if-none-match': '*' }, { required: true }, undefined],
    [{ 'if-none-match': 'W/"1"' }, { etag: '"1"' }, 'PRECONDITION_FAILED'],
    [{ 'if-unmodified-since': 'Wed, 21 Oct 2015 07:28:00 GMT' }, { lastModified: at, required: true }, undefined],
    [{ 'if-unmodified-since': 'Wed, 21 Oct 2015 07:27:59 GMT' }, { lastModified: at }, 'PRECONDITION_FAILED'],
    [{ 'if-unmodified-since': 'never' }, { lastModified: at }, undefined],
  ])('%j in the state %j: %s', (headers, state, code) => {
    expect(check(headers, state)).toBe(code);
  });
});

describe('a text from outside', () => {
  const breaks = ['\r\nx-evil: 1', '\nx-evil: 1', '\r\n\r\n<p>', '\rx-evil: 1', '\0'];
  const ways: Record<string, (text: string) => unknown> = {
    'a header of a reply': (text) => replyWith(1, { headers: { 'x-a': text } }),
    'the name of a header': (text) => replyWith(1, { headers: { [`x-a${text}`]: '1' } }),
    'one of several values': (text) => replyWith(1, { headers: { 'x-a': ['1', text] } }),
    'a media type': (text) => replyWith(1, { headers: { 'content-type': `text/plain${text}` } }),
    'a tag': (text) => replyWith(1, { headers: { etag: `"${text}"` } }),
    vary: (text) => replyWith(1, { headers: { vary: `Accept${text}` } }),
    'a redirect': (text) => redirectTo(`/a${text}`),
    'a redirect by hand': (text) => replyWith(undefined, { status: 302, headers: { location: `/a${text}` } }),
    'the name of a cookie': (text) => withCookies(1, cookie(`a${text}`, '1')),
    'the value of a cookie': (text) => withCookies(1, cookie('a', text)),
    'the path of a cookie': (text) => withCookies(1, cookie('a', '1', { path: `/${text}` })),
    'a cookie by hand': (text) => withCookies(1, `a=${text}`),
    'a name for saving': (text) => replyWith(1, { headers: { 'content-disposition': contentDisposition(`a${text}`) } }),
    'the kind of an event': (text) => sse({ data: 1, event: text }),
  };

  it.each(Object.keys(ways))('cannot split an answer as %s', async (way) => {
    const made = await serving((text) => ways[way]!(text));
    for (const text of breaks) {
      const connection = new RawConnection(made.port);
      await connection.write(
        `GET /run?text=${encodeURIComponent(text)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      );
      const answer = await connection.untilClosed();
      const head = answer.slice(0, answer.indexOf('\r\n\r\n'));
      expect(head).toMatch(/^HTTP\/1\.1 (?:200|500) /);
      expect(head).not.toMatch(/^x-evil/im);
      expect(head.split(/\r\n/).every((line) => !/[\r\n\0]/.test(line))).toBe(true);
      expect(answer.slice(head.length)).not.toContain('<p>');
    }
  });

  it('cannot split the head of a refusal', async () => {
    const { ChassisError } = await import('@ts-chassis/core');
    const made = await serving((text) => {
      const code = text.includes('<p>') ? 'METHOD_NOT_ALLOWED' : 'AUTH';
      throw new ChassisError('UNAUTHENTICATED', text, {
        code,
        details: { challenge: `Basic${text}`, allow: [`GET${text}`] },
        retryAfterMs: Number.NaN,
      });
    });
    for (const text of breaks) {
      const response = await fetch(`${made.origin}/run?text=${encodeURIComponent(text)}`);
      expect([401, 405]).toContain(response.status);
      expect(response.headers.get('x-evil')).toBeNull();
      expect(response.headers.get('retry-after')).toBeNull();
    }
  });
});
