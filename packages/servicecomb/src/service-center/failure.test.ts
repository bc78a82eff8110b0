import { expect, it } from 'vitest';
import { coreError } from '@ts-chassis/core';
import { failureCodeOf, refusal } from './failure.js';

it('says what was refused, why and by which code', () => {
  const error = refusal('making it', { errorCode: '400001', errorMessage: 'Invalid parameter(s)', detail: 'a name' });
  expect(error.message).toBe('service-center: making it was refused: Invalid parameter(s): a name (400001)');
  expect([error.code, failureCodeOf(error)]).toEqual(['REGISTRY_REFUSED', '400001']);
});

it('cuts what the registry says, and keeps it on one line', () => {
  const detail = `one\n${'x'.repeat(5000)}`;
  const { message } = refusal('making it', { errorCode: '400001', errorMessage: 'Invalid', detail });
  expect(message).toMatch(/^service-center: making it was refused: Invalid: one x+\.\.\. \(400001\)$/);
  expect(message.length).toBeLessThan(270);
});

it('has no code of the registry for other errors', () => {
  expect(failureCodeOf(coreError('REGISTRY_UNAVAILABLE', 'no answer'))).toBeUndefined();
  expect(failureCodeOf(new Error('no answer'))).toBeUndefined();
  expect(failureCodeOf(undefined)).toBeUndefined();
});
