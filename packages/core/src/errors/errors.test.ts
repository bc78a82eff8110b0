import { describe, expect, it } from 'vitest';
import {
  ChassisError,
  CORE_ERRORS,
  coreError,
  ERROR_KINDS,
  nearestName,
  NotFound,
  ResourceExhausted,
} from './index.js';

describe('ChassisError', () => {
  it('carries kind, code, details and cause', () => {
    const cause = new Error('socket closed');
    const error = new ChassisError('UNAVAILABLE', 'down', {
      code: 'STOCK',
      details: { isbn: '1' },
      cause,
      retryAfterMs: 50,
    });
    expect(error).toMatchObject({
      kind: 'UNAVAILABLE',
      code: 'STOCK',
      details: { isbn: '1' },
      cause,
      retryAfterMs: 50,
      remote: false,
    });
    expect(error).toBeInstanceOf(Error);
    expect(new ChassisError('INTERNAL', 'x').code).toBe('INTERNAL');
    expect('cause' in new ChassisError('INTERNAL', 'x')).toBe(false);
  });

  it('is recognised across two copies of the package', () => {
    class Copy extends Error {}
    Object.defineProperty(Copy.prototype, Symbol.for('ts-chassis.error'), { value: true });
    expect([
      ChassisError.is(new Copy()),
      ChassisError.is(new Error()),
      ChassisError.is(null),
      ChassisError.is('x'),
    ]).toEqual([true, false, false, false]);
  });

  it('hides what is unknown behind its cause', () => {
    const known = NotFound('no book');
    expect(ChassisError.from(known)).toBe(known);
    const hidden = ChassisError.from(new TypeError('secret'));
    expect(hidden).toMatchObject({ kind: 'INTERNAL', message: 'internal error', cause: expect.any(TypeError) });
  });

  it('is cheap without its stack, and leaves the limit as it was', () => {
    const limit = Error.stackTraceLimit;
    expect(ChassisError.withoutStack('RESOURCE_EXHAUSTED', 'busy').stack).not.toMatch(/\n\s+at /);
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it('has shorthands', () => {
    expect(ResourceExhausted('ten a minute', { retryAfterMs: 6000 })).toMatchObject({
      kind: 'RESOURCE_EXHAUSTED',
      retryAfterMs: 6000,
    });
  });
});

describe('the table of codes', () => {
  it('gives every code a known kind and a remedy that is a sentence', () => {
    for (const [code, { kind, when, remedy }] of Object.entries(CORE_ERRORS)) {
      expect(ERROR_KINDS, code).toContain(kind);
      expect(when, code).toMatch(/^[a-z`]/);
      expect(remedy, code).toMatch(/^[A-Z`].*\.$/);
    }
  });

  it('decides the kind', () => {
    expect(coreError('NO_INSTANCE', 'nobody')).toMatchObject({ kind: 'UNAVAILABLE', code: 'NO_INSTANCE' });
  });
});

describe('nearestName', () => {
  const known = ['servicecomb.registry.type', 'servicecomb.registry.address', 'BookStore', 'id'];
  it.each([
    ['servicecomb.registry.typ', 'servicecomb.registry.type'],
    ['servicecomb.registry.adress', 'servicecomb.registry.address'],
    ['bookstore', 'BookStore'],
    ['BookStores', 'BookStore'],
    ['ids', 'id'],
    ['RestClient', undefined],
    ['xy', undefined],
    ['', undefined],
  ])('of %j is %j', (wanted, nearest) => {
    expect(nearestName(wanted, known)).toBe(nearest);
  });

  it('has nothing to say about nothing', () => {
    expect(nearestName('x', [])).toBeUndefined();
  });
});
