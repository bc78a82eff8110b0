import { Logger, policyIn, type LogFields, type Operation } from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { governance } from '../plugin.js';
import { GO_CHASSIS_KEYS } from './go-chassis-keys.fixture.js';

class Lines extends Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(): void {}
  warn(message: string, _fields?: LogFields): void {
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
  application = await TestApplication.create({ plugins: [governance()], logger });
});
afterAll(() => application.stop());
beforeEach(() => void logger.lines.splice(0));

const operation = {
  ...{ id: 'shelf.find', name: 'find', member: 'find', parameters: [], result: { stream: false } },
  schema: { id: 'shelf', path: '', operations: [], read: () => undefined },
  read: () => undefined,
} as unknown as Operation;

const at = (value: unknown, field: string): unknown =>
  field.split('.').reduce<unknown>((tree, step) => (tree as Record<string, unknown> | undefined)?.[step], value);

/** Sets keys for as long as something runs. */
function during<T>(values: Readonly<Record<string, unknown>>, run: () => T): T {
  const { config } = application.application;
  for (const [key, value] of Object.entries(values)) config.set(key, value);
  try {
    return run();
  } finally {
    for (const key of Object.keys(values).reverse()) config.delete(key);
  }
}

/** A percentage is nothing without what it is of. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'abort.percent': { 'abort.httpStatus': 503 },
  'delay.percent': { 'delay.fixedDelay': 40 },
};

describe.each(['cse', 'servicecomb'])('go-chassis’s key %s', (prefix) => {
  it.each(GO_CHASSIS_KEYS.map((row) => ({ ...row, name: row.kind.name })))(
    '$key means $field of $name ($side)',
    ({ key, value, kind, side, field, becomes = value }) => {
      const [head, part] = /^(.*\.)((?:abort|delay)\.percent)$/.exec(key)?.slice(1) ?? [];
      const needed = Object.entries(NEEDED[part ?? ''] ?? {}).map(([name, with_]) => [
        `${prefix}.${head}${name}`,
        with_,
      ]);
      const resolved = during({ ...Object.fromEntries(needed), [`${prefix}.${key}`]: value }, () =>
        policyIn(kind, { operation, service: 'catalog', side }, application.application.config),
      );
      expect(at(resolved?.value, field)).toEqual(becomes);
      expect(logger.lines).toEqual([]);
    },
  );

  it.each([
    'fallback.Consumer.maxConcurrentRequests',
    'fallback.Provider.catalog.maxConcurrentRequests',
    'flowcontrol.mesher.Consumer.qps.limit.catalog',
  ])('%s is accepted, and said to have no effect', (key) => {
    during({ [`${prefix}.${key}`]: 5 }, () => undefined);
    expect(logger.lines).toEqual([`memory: ${prefix}.${key} is accepted and has no effect`]);
  });
});

it('a misspelt key of go-chassis is told with what was meant', () => {
  during({ 'cse.circuitBreaker.Consumer.forceOpne': true }, () => undefined);
  expect(logger.lines).toEqual([
    'memory: unknown key cse.circuitBreaker.Consumer.forceOpne; did you mean cse.circuitBreaker.Consumer.forceOpen?',
  ]);
});

it('a misspelt key in the spelling of the documentation is refused, since names of rules may stand there', () => {
  expect(() => during({ 'servicecomb.circuitBreaker.Consumer.forceOpne': true }, () => undefined)).toThrow(
    'did you mean forceOpen?',
  );
});
