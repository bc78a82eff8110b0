import { join } from 'node:path';
import { Logger, policyIn, type Operation, type PolicyKind } from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { governance } from '../plugin.js';
import { BulkheadPolicy } from '../policy/bulkhead.js';
import { CircuitBreakerPolicy } from '../policy/circuit-breaker.js';
import { FallbackPolicy } from '../policy/fallback.js';
import { FaultInjectionPolicy } from '../policy/fault-injection.js';
import { LoadBalancePolicy } from '../policy/load-balance.js';
import { RateLimitPolicy } from '../policy/rate-limit.js';
import { RetryPolicy } from '../policy/retry.js';
import { TimeoutPolicy } from '../policy/timeout.js';

const directory = join(__dirname, '../../../../test/fixtures/go-chassis-conf');

class Lines extends Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(): void {}
  warn(message: string): void {
    this.lines.push(message);
  }
  error(message: string): void {
    this.lines.push(message);
  }
  child(): Logger {
    return this;
  }
}

const logger = new Lines();
let application: TestApplication;

beforeAll(async () => {
  const configuration = { directory, environment: false, commandLine: false } as const;
  application = await TestApplication.create({ plugins: [governance()], logger, configuration });
});
afterAll(() => application.stop());

const operation = {
  ...{ id: 'shelf.find', name: 'find', member: 'find', parameters: [], result: { stream: false } },
  schema: { id: 'shelf', path: '', operations: [], read: () => undefined },
  read: () => undefined,
} as unknown as Operation;

it('files as go-chassis documents them are read without a warning, but for the key that has no effect', () => {
  expect(logger.lines).toEqual([
    expect.stringMatching(
      /circuit_breaker\.yaml:\d+: cse\.fallback\.Consumer\.maxConcurrentRequests is accepted and has no effect$/,
    ),
  ]);
});

it.each<[kind: object, fields: object]>([
  [LoadBalancePolicy, { strategy: 'WeightedResponse', filters: ['zoneaware'] }],
  [RetryPolicy, { enabled: true, retryOnNext: 1, backoff: 'exponential', minMs: 10, maxMs: 100 }],
  [TimeoutPolicy, { ms: 1500 }],
  [BulkheadPolicy, { concurrent: 7 }],
  [CircuitBreakerPolicy, { enabled: true, forceClosed: true, openMs: 9000, minimumCalls: 31, errorPercent: 44 }],
  [FallbackPolicy, { enabled: true, policy: 'returnnull' }],
  [RateLimitPolicy, { rate: 300 }],
  [FaultInjectionPolicy, { protocols: { rest: { abort: { percent: 20, httpStatus: 421 } } } }],
])('what they say of one operation is in force: %#', (kind, fields) => {
  const { config } = application.application;
  const resolved = policyIn(kind as PolicyKind<object>, { operation, service: 'catalog', side: 'consumer' }, config);
  expect(resolved?.value).toMatchObject(fields);
});
