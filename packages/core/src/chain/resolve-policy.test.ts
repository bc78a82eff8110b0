import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotate, read } from '../metadata/annotate.js';
import { marks, operation, Tree } from './planning.fixture.js';
import { policyKey, type PolicyKind, type PolicyMark } from './policy.js';
import { resolvePolicy, type PolicyScope } from './resolve-policy.js';

interface Limit {
  readonly rate: number;
  readonly burst: number;
}

const LimitKey = policyKey<Limit>('RateLimit', '@ts-chassis/governance');
const kind: PolicyKind<Limit> = {
  name: 'limit',
  key: LimitKey,
  root: 'servicecomb.limit',
  defaults: { rate: 1, burst: 2 },
  schema: { rate: { type: 'integer' }, burst: { type: 'integer' } },
  handlers: { provider: 'limiter', consumer: 'limiter', method: 'limiter' },
};

const LEVELS = [
  'operation configuration',
  'method decorator',
  'schema configuration',
  'class decorator',
  'service configuration',
  'global configuration',
] as const;

const KEYS: Readonly<Record<string, string>> = {
  'operation configuration': 'servicecomb.limit.services.shop.schemas.catalog.operations.find',
  'schema configuration': 'servicecomb.limit.services.shop.schemas.catalog',
  'service configuration': 'servicecomb.limit.services.shop',
  'global configuration': 'servicecomb.limit',
};

/** An operation and a configuration that say the given fields at the given levels. */
function saying(
  said: Readonly<Record<string, Partial<Limit>>>,
  scope: Partial<PolicyScope> = {},
): ReturnType<typeof resolvePolicy<Limit>> {
  const values: Record<string, unknown> = {};
  for (const [level, key] of Object.entries(KEYS)) {
    for (const [field, value] of Object.entries(said[level] ?? {})) values[`${key}.${field}`] = value;
  }
  const method = said['method decorator'];
  const type = said['class decorator'];
  const target = operation({
    ...(method && { marks: marks([LimitKey, { fields: method }]) }),
    ...(type && { schemaMarks: marks([LimitKey, { fields: type }]) }),
  });
  return resolvePolicy(kind, { operation: target, service: 'shop', side: 'provider', ...scope }, new Tree(values).raw);
}

describe('resolvePolicy', () => {
  it('takes each field from the narrowest level that says it, and tells which', () => {
    const arbitrary = fc.uniqueArray(
      fc.record({ level: fc.constantFrom(...LEVELS), rate: fc.option(fc.nat()), burst: fc.option(fc.nat()) }),
      {
        selector: ({ level }) => level,
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(arbitrary, (list) => {
        const said = Object.fromEntries(
          list.map(({ level, rate, burst }) => [
            level,
            { ...(rate !== null && { rate }), ...(burst !== null && { burst }) },
          ]),
        );
        const resolved = saying(said);
        for (const field of ['rate', 'burst'] as const) {
          const level = LEVELS.find((each) => said[each]?.[field] !== undefined);
          if (!resolved) expect(level).toBeUndefined();
          else {
            expect(resolved.origins[field]).toBe(level ?? 'built-in');
            expect(resolved.value[field]).toBe(level ? said[level]?.[field] : kind.defaults[field]);
          }
        }
      }),
    );
  });

  it('is undefined when nobody but the built-in says anything, and the built-in values for a bare decorator', () => {
    expect(saying({})).toBeUndefined();
    expect(saying({ 'method decorator': {} })).toEqual({
      value: { rate: 1, burst: 2 },
      origins: { rate: 'built-in', burst: 'built-in' },
      keys: {},
    });
  });

  it('takes an empty value in a file and an undefined one in a decorator for nothing', () => {
    const said = {
      'operation configuration': { rate: null as never },
      'class decorator': { rate: 5, burst: undefined as never },
    };
    expect(saying(said)?.value).toEqual({ rate: 5, burst: 2 });
  });

  it('knows names that hold dots or are those of objects', () => {
    const odd = operation({ schemaId: 'a.b', name: 'constructor' });
    const raw = (): unknown => ({
      services: { shop: { schemas: { 'a.b': { operations: { constructor: { rate: 9 } } } } } },
    });
    expect(resolvePolicy(kind, { operation: odd, service: 'shop', side: 'provider' }, raw)?.value.rate).toBe(9);
    expect(resolvePolicy(kind, { operation: odd, service: 'toString', side: 'provider' }, raw)).toBeUndefined();
  });

  it('takes what is said of one side before what is said of all on the same level, and nothing of other sides', () => {
    const tree = new Tree({
      'servicecomb.limit.rate': 1,
      'servicecomb.limit.consumer.rate': 2,
      'servicecomb.limit.services.shop.rate': 3,
      'servicecomb.limit.method.services.shop.rate': 4,
      'servicecomb.limit.provider.services.shop.schemas.catalog.operations.find.burst': 5,
    });
    const on = (side: PolicyScope['side'], service: string): readonly unknown[] => {
      const resolved = resolvePolicy(kind, { operation: operation(), service, side }, tree.raw);
      return [resolved?.value.rate, resolved?.value.burst, resolved?.keys.rate, resolved?.origins.rate];
    };
    expect(on('provider', 'other')).toEqual([1, 2, 'servicecomb.limit.rate', 'global configuration']);
    expect(on('consumer', 'other')).toEqual([2, 2, 'servicecomb.limit.consumer.rate', 'global configuration']);
    expect(on('consumer', 'shop')).toEqual([3, 2, 'servicecomb.limit.services.shop.rate', 'service configuration']);
    expect(on('method', 'shop')).toEqual([
      4,
      2,
      'servicecomb.limit.method.services.shop.rate',
      'service configuration',
    ]);
    expect(on('provider', 'shop').slice(0, 2)).toEqual([3, 5]);
  });

  it('joins maps name by name, and tells the narrowest level that says any of it', () => {
    interface Failing {
      readonly percent: Readonly<Record<string, number | undefined>>;
    }
    const failing: PolicyKind<Failing> = {
      ...{ name: 'failing', key: policyKey<Failing>('Failing', 'nobody'), root: 'failing' },
      ...{
        defaults: { percent: { rest: 1, grpc: 1, local: 1 } },
        schema: { percent: { type: 'object' } },
        handlers: {},
      },
    };
    const tree = new Tree({
      'failing.percent.rest': 10,
      'failing.services.shop.percent.rest': 20,
      'failing.consumer.services.shop.percent.grpc': 30,
      'failing.services.shop.schemas.catalog.percent.grpc': null,
    });
    const resolved = resolvePolicy(failing, { operation: operation(), service: 'shop', side: 'consumer' }, tree.raw);
    expect(resolved?.value.percent).toEqual({ rest: 20, grpc: 30, local: 1 });
    expect(resolved?.keys.percent).toBe('failing.services.shop.schemas.catalog.percent');
  });

  it('leaves out narrower levels where a wider reach asks for it', () => {
    const all = Object.fromEntries(LEVELS.map((level, index) => [level, { rate: index }]));
    expect(saying(all)?.origins.rate).toBe('operation configuration');
    expect(saying(all, { share: 'schema' })?.origins.rate).toBe('schema configuration');
    expect(saying(all, { share: 'service' })?.origins.rate).toBe('service configuration');
  });

  it('heeds decorators at home only, unless they name the side', () => {
    const resolve = (mark: PolicyMark<Limit>, side: PolicyScope['side']): number | undefined =>
      resolvePolicy(
        { ...kind, home: ['provider'] },
        { operation: operation({ marks: marks([LimitKey, mark]) }), service: 'shop', side },
        () => undefined,
      )?.value.rate;
    expect(resolve({ fields: { rate: 5 } }, 'provider')).toBe(5);
    expect(resolve({ fields: { rate: 5 } }, 'consumer')).toBeUndefined();
    expect(resolve({ fields: { rate: 5 } }, 'method')).toBe(5);
    expect(resolve({ fields: { rate: 5 }, side: 'consumer' }, 'consumer')).toBe(5);
    expect(resolve({ fields: { rate: 5 }, side: 'consumer' }, 'provider')).toBeUndefined();
  });
});

describe('a policy mark', () => {
  class Contract {
    find(): void {}
  }
  class Provider extends Contract {}
  annotate(Contract.prototype, LimitKey, { value: { fields: { rate: 1, burst: 1 } }, member: 'find' });

  it('of a contract holds for its provider, which may say single fields otherwise', () => {
    expect(read(Provider, LimitKey, 'find')).toEqual({ fields: { rate: 1, burst: 1 } });
    annotate(Provider.prototype, LimitKey, {
      value: { fields: { rate: 9, burst: undefined as never } },
      member: 'find',
    });
    expect(read(Provider, LimitKey, 'find')).toEqual({ fields: { rate: 9, burst: 1 } });
    expect(read(Contract, LimitKey, 'find')).toEqual({ fields: { rate: 1, burst: 1 } });
  });

  it('does not mix with one for another side', () => {
    class Other extends Contract {}
    annotate(Other.prototype, LimitKey, { value: { fields: { rate: 9 }, side: 'provider' }, member: 'find' });
    expect(read(Other, LimitKey, 'find')).toEqual({ fields: { rate: 9 }, side: 'provider' });
  });
});
