import { describe, expect, it } from 'vitest';
import { ChassisError } from '../errors/chassis-error.js';
import { redact } from './redact.js';
import { redactText } from './redact-text.js';

describe('redact', () => {
  it('hides what stands under a secret name, at any depth', () => {
    expect(redact({ user: 'ann', password: 'x', nested: [{ apiKey: 1234, credentials: { a: 1 } }] })).toEqual({
      user: 'ann',
      password: '[redacted]',
      nested: [{ apiKey: '[redacted]', credentials: '[redacted]' }],
    });
  });

  it('shows that a secret is absent', () => {
    expect(redact({ password: '', token: null, cookie: true, secret: undefined })).toEqual({
      password: '',
      token: null,
      cookie: true,
      secret: undefined,
    });
  });

  it('hides the second of a pair and the value of a map', () => {
    expect(
      redact([
        ['authorization', 'x'],
        ['accept', 'y'],
      ]),
    ).toEqual([
      ['authorization', '[redacted]'],
      ['accept', 'y'],
    ]);
    expect(
      redact(
        new Map<unknown, unknown>([
          ['cookie', 'a=b'],
          [1, 2],
          [{}, 3],
        ]),
      ),
    ).toEqual({
      cookie: '[redacted]',
      1: 2,
      '[object]': 3,
    });
  });

  it('leaves the original as it was', () => {
    const original = { password: 'x', list: [1] };
    const copy = redact(original) as typeof original;
    expect(original).toEqual({ password: 'x', list: [1] });
    expect(copy.list).not.toBe(original.list);
  });

  it('copes with cycles, and shows what is merely shared', () => {
    const shared = { a: 1 };
    const value: Record<string, unknown> = { one: shared, two: shared };
    value['self'] = value;
    expect(redact(value)).toEqual({ one: { a: 1 }, two: { a: 1 }, self: '[circular]' });
  });

  it('stops at the depth, the number of nodes and the length it is given', () => {
    expect(redact({ a: { b: { c: 1 } } }, { depth: 2 })).toEqual({ a: { b: '[deep]' } });
    expect(redact([1, 2, 3, 4], { nodes: 2 })).toEqual([1, 2, '[truncated]']);
    expect(redact({ a: 1, b: 2 }, { nodes: 1 })).toEqual({ a: 1, '[truncated]': true });
    expect(redact('x'.repeat(20), { textLength: 5 })).toBe('xxxxx... 15 more');
  });

  it('survives a million fields by default', () => {
    const wide = Array.from({ length: 1_000_000 }, (_, index) => index);
    expect((redact(wide) as unknown[]).length).toBe(10_001);
  });

  it('makes plain data of everything', () => {
    class Point {
      constructor(
        readonly x: number,
        private readonly secret = 's',
      ) {
        void this.secret;
      }
    }
    expect(
      redact({
        big: 12n,
        date: new Date(0),
        wrong: new Date(Number.NaN),
        url: new URL('http://a:b@c/'),
        bytes: Buffer.from('abc'),
        set: new Set([1]),
        run: () => 1,
        symbol: Symbol('s'),
        nan: Number.NaN,
        regexp: /a/g,
        point: new Point(1),
        said: { toJSON: () => ({ password: 'x', a: 1 }) },
      }),
    ).toEqual({
      big: '12',
      date: '1970-01-01T00:00:00.000Z',
      wrong: 'Invalid Date',
      url: 'http://a:[redacted]@c/',
      bytes: '[3 bytes]',
      set: [1],
      run: '[function]',
      symbol: 'Symbol(s)',
      nan: 'NaN',
      regexp: '/a/g',
      point: { x: 1, secret: '[redacted]' },
      said: { password: '[redacted]', a: 1 },
    });
  });

  it('goes on past what throws when read', () => {
    const hostile = {
      get bad(): never {
        throw new Error('no');
      },
      good: 1,
      proxy: new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
      json: {
        toJSON: () => {
          throw new Error('no');
        },
      },
    };
    expect(redact(hostile)).toEqual({ bad: '[unreadable]', good: 1, proxy: '[unreadable]', json: '[unreadable]' });
  });

  it('does not let a key change what the copy is', () => {
    const copy = redact(JSON.parse('{"__proto__": {"admin": true}}')) as Record<string, unknown>;
    expect(copy['admin']).toBeUndefined();
    expect(Object.keys(copy)).toEqual(['__proto__']);
  });

  it('writes errors with kind, code, details and causes, without the reply', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const error = new ChassisError('UNAVAILABLE', 'down: Bearer abc', {
      code: 'CALL_FAILED',
      cause,
      details: { token: 'x' },
      reply: { body: 1 },
    });
    const copy = redact(error) as Record<string, unknown>;
    expect(copy).toMatchObject({
      name: 'ChassisError',
      message: 'down: Bearer [redacted]',
      kind: 'UNAVAILABLE',
      code: 'CALL_FAILED',
      details: { token: '[redacted]' },
      cause: { message: 'refused', code: 'ECONNREFUSED' },
    });
    expect(copy['stack']).toContain('redact.test');
    expect(copy['stack']).not.toContain('abc');
    expect(copy).not.toHaveProperty('reply');
    expect(redact(new AggregateError([new Error('a')], 'all'))).toMatchObject({ errors: [{ message: 'a' }] });
  });

  it('ends on an error that causes itself', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(redact(error)).toMatchObject({ message: 'loop', cause: '[circular]' });
  });
});

describe('redactText', () => {
  it.each([
    ['sent Bearer abc.def-_~+/=', 'sent Bearer [redacted]'],
    ['sent bearer xyz now', 'sent bearer [redacted] now'],
    ['Basic dXNlcjpwYXNz', 'Basic [redacted]'],
    ['at postgres://ann:hunter2@db/x', 'at postgres://ann:[redacted]@db/x'],
    ['at redis://:p@ss@db:1', 'at redis://:[redacted]@db:1'],
    ['GET /a?access_token=abc&b=1', 'GET /a?access_token=[redacted]&b=1'],
    ['Server=db;Password=a-b;x=1', 'Server=db;Password=[redacted];x=1'],
    ['{"password":"a\\"b","c":1}', '{"password":[redacted],"c":1}'],
    ['Cookie: a=b; c=d\nAccept: x', 'Cookie: [redacted]\nAccept: x'],
    ['authorization: Digest username="ann"', 'authorization: [redacted]'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end', 'jwt [redacted] end'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nx', '[redacted] private key\nx'],
    ['-----BEGIN PRIVATE KEY-----\nMII cut', '[redacted] private key'],
  ])('%s', (text, clean) => expect(redactText(text)).toBe(clean));

  it.each([
    'Basic information about keys',
    'Basic Authentication failed',
    'Unexpected token: } in JSON',
    'http://catalog/books/1?q=a@b',
    'see http://a/b and mail c@d.e',
    'the secretary of the monkey passed',
    '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----',
  ])('leaves alone: %s', (text) => expect(redactText(text)).toBe(text));

  it.each([
    ['://', '://a:'.repeat(20_000)],
    ['eyJ', 'eyJ-'.repeat(20_000)],
    ['pem', '-----BEGIN PRIVATE KEY-----'.repeat(4_000)],
    ['pem begin', '-----BEGIN AAAA '.repeat(6_000)],
    ['spaces', `bearer${' '.repeat(100_000)}`],
    ['quotes', 'password="\\'.repeat(10_000)],
    ['basic', 'Basic a'.repeat(15_000)],
  ])('is quick on hostile text: %s', (_, text) => {
    const before = process.cpuUsage();
    redactText(text);
    const { user } = process.cpuUsage(before);
    expect(user / 1000).toBeLessThan(1500);
  });
});
