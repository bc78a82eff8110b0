import { createApplication, Injectable, silentLogger, VirtualClock, type Newable } from '@ts-chassis/core';
import {
  CircuitBreaker,
  Fallback,
  FaultInjection,
  LoadBalance,
  RateLimit,
  Retry,
  Shed,
  Timeout,
  type PolicyDecorator,
} from '@ts-chassis/governance';
import { describe, expect, it } from 'vitest';
import { governance } from '../plugin.js';

/** What comes of starting an application with a class whose method is decorated so. */
async function starting(decorate: PolicyDecorator): Promise<string> {
  @Injectable()
  class Work {
    @decorate
    async done(): Promise<number> {
      return 1;
    }
  }
  return outcome(Work);
}

async function outcome(type: Newable<object>): Promise<string> {
  const app = createApplication({
    ...{ name: 'worker', logger: silentLogger, signals: false, clock: new VirtualClock() },
    ...{ modules: [{ module: class Works {}, providers: [type] }], plugins: [governance()] },
    configuration: { directory: false, environment: false, commandLine: false },
  });
  const said = await app.start().then(
    () => 'started',
    (error: Error) => error.message,
  );
  await app.stop();
  return said;
}

const WRONG: readonly (readonly [decorator: PolicyDecorator, said: RegExp])[] = [
  [CircuitBreaker({ windowCalls: 0 }), /^Work\.done: @CircuitBreaker: windowCalls: expected .*1.*, got 0$/],
  [Timeout(-1), /^Work\.done: @Timeout: ms: expected .*, got -1$/],
  [Timeout(NaN), /^Work\.done: @Timeout: ms: expected .*, got NaN$/],
  [Timeout('5s' as never), /^Work\.done: @Timeout: ms: expected a number, got "5s"$/],
  [RateLimit({ rate: NaN }), /^Work\.done: @RateLimit: rate: expected a number, got NaN$/],
  [
    RateLimit({ rate: 1, per: 'fortnight' as never }),
    /^Work\.done: @RateLimit: perMs: expected .*, got "?fortnight"?$/,
  ],
  [Retry({ attempts: 0 }), /^Work\.done: @Retry: attempts: expected .*1.*, got 0$/],
  [Retry({ attempts: 2, backoff: 'nosuch' as never }), /^Work\.done: @Retry: backoff: expected .*, got "nosuch"$/],
  [
    FaultInjection({ abort: { percent: 500, httpStatus: 503 } }),
    /^Work\.done: @FaultInjection: abort\.percent: expected .*100.*, got 500$/,
  ],
  [Shed({ priority: 10 }), /Work\.done: @Shed has no effect on a method of a plain class: it acts on provider only$/],
  [LoadBalance('Random'), /Work\.done: @LoadBalance has no effect on a method .*: it acts on consumer only$/],
  [Retry({ attempts: 2, side: 'consumer' }), /Work\.done: @Retry has no effect on .*: it names the side "consumer"$/],
];

describe('a decorator', () => {
  for (const [decorator, said] of WRONG) {
    it(`that cannot be refuses the start: ${said.source}`, async () => {
      expect(await starting(decorator)).toMatch(said);
    });
  }

  it('may say functions, and all that its kind knows', async () => {
    expect(await starting(Fallback(() => 1, { on: ['UNAVAILABLE'] }))).toBe('started');
    expect(await starting(RateLimit({ rate: 5, per: 'minute', key: () => 'one' }))).toBe('started');
    expect(await starting(Retry({ attempts: 3, minMs: 10, on: ['UNAVAILABLE'] }))).toBe('started');
  });
});
