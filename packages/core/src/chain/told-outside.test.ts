import { describe, expect, it } from 'vitest';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { Next } from '../invocation/next.js';
import { replyOf } from '../invocation/reply.js';
import { invocation, Planning } from './planning.fixture.js';
import type { Side } from './side.js';

const whole = 'stock.count: 10.0.0.1:8080: connect ECONNREFUSED 10.0.0.1:8080';
const refused = coreError('CALL_FAILED', whole, { retryAfterMs: 500, details: { address: '10.0.0.1' } });

async function failureOf(last: Next, { trusted = false, side = 'provider' as Side } = {}) {
  const planning = new Planning();
  const source = { service: '', protocol: 'rest', trusted, listener: 'rest' };
  try {
    const { value } = await planning.runner({ side, last }).run(invocation({ source }));
    const items = (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    while (!(await items.next()).done);
  } catch (error) {
    return { error: error as ChassisError, log: planning.log };
  }
  throw new Error('it did not fail');
}

const failing =
  (error: Error): Next =>
  () =>
    Promise.reject(error);
const breaking: Next = async () =>
  replyOf(
    (async function* () {
      yield 1;
      throw refused;
    })(),
  );

describe('a service behind that cannot be reached', () => {
  it.each<readonly [string, Next]>([
    ['a value', failing(refused)],
    ['a stream', breaking],
    ['a failure passed on', failing(new ChassisError('UNAVAILABLE', whole, { code: 'CALL_FAILED', remote: true }))],
    ['the registry', failing(coreError('REGISTRY_UNAVAILABLE', 'stock: http://10.0.0.9:30100: connect ECONNREFUSED'))],
    [
      'an account',
      failing(new ChassisError('PERMISSION_DENIED', 'the account "me" …', { code: 'REGISTRY_UNAUTHORIZED' })),
    ],
    ['its TLS', failing(coreError('TLS_INVALID', 'ssl.stock.rest.Consumer.caFile: /run/ca.crt: expected a file'))],
  ])('is told to strangers without address, key or file, and whole to the log: %s', async (_what, last) => {
    const { error, log } = await failureOf(last);
    expect(error.message).toBe('catalog.find: a service it depends on cannot be reached');
    expect(error.details).toBeUndefined();
    expect(error.code).toMatch(/^(CALL_FAILED|TLS_INVALID|REGISTRY_UNAVAILABLE|REGISTRY_UNAUTHORIZED)$/);
    expect(log).toEqual(['a service that an operation depends on cannot be reached']);
  });

  it('keeps its kind, its code and when to try again', async () => {
    const { error } = await failureOf(failing(refused));
    expect(error).toMatchObject({ kind: 'UNAVAILABLE', code: 'CALL_FAILED', retryAfterMs: 500, cause: refused });
  });

  it('is told whole to those who are trusted, and where the call was made', async () => {
    for (const options of [{ trusted: true }, { side: 'consumer' as const }, { side: 'method' as const }])
      expect(await failureOf(failing(refused), options)).toEqual({ error: refused, log: [] });
    expect((await failureOf(breaking, { trusted: true })).error).toBe(refused);
  });

  it('is no other failure', async () => {
    const own = new ChassisError('UNAVAILABLE', 'closed on Sundays');
    expect(await failureOf(failing(own))).toEqual({ error: own, log: [] });
  });
});
