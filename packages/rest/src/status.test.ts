import { ERROR_KINDS } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { REST_ERRORS } from './codes.js';
import { kindOfStatus, STATUS_OF_KIND } from './status.js';

describe('the table between kinds and statuses', () => {
  it('has a failure status for every kind', () => {
    for (const kind of ERROR_KINDS) expect(STATUS_OF_KIND[kind]).toBeGreaterThanOrEqual(400);
  });

  it.each([
    'INVALID_ARGUMENT',
    'UNAUTHENTICATED',
    'PERMISSION_DENIED',
    'NOT_FOUND',
    'ABORTED',
    'RESOURCE_EXHAUSTED',
    'CANCELLED',
    'INTERNAL',
    'UNIMPLEMENTED',
    'UNAVAILABLE',
    'DEADLINE_EXCEEDED',
  ] as const)('leads from %s to a status and back', (kind) => {
    expect(kindOfStatus(STATUS_OF_KIND[kind])).toBe(kind);
  });

  it('gives every status a kind', () => {
    expect([400, 405, 418, 499, 500, 511, 302, 700].map(kindOfStatus)).toEqual([
      'INVALID_ARGUMENT',
      'UNIMPLEMENTED',
      'INVALID_ARGUMENT',
      'CANCELLED',
      'INTERNAL',
      'INTERNAL',
      'UNKNOWN',
      'UNKNOWN',
    ]);
  });
});

describe('the codes of REST', () => {
  it('each say when they happen and what to do', () => {
    for (const [code, row] of Object.entries(REST_ERRORS)) {
      expect(code).toMatch(/^[A-Z_]+$/);
      expect([row.when.endsWith('.'), row.remedy.endsWith('.')]).toEqual([false, true]);
    }
  });
});
