import { describe, expect, it } from 'vitest';
import { annotate, read } from '../metadata/annotate.js';
import type { MetadataKey } from '../metadata/metadata-key.js';
import { Handler, HandlerKey, Use, UseKey } from './decorators.js';
import { marks, operation, Planning } from './planning.fixture.js';
import { policyKey, type PolicyKind, type PolicyMark } from './policy.js';
import type { Side } from './side.js';

const chainOf = (group: 'Provider' | 'Consumer', name = 'default'): string =>
  `servicecomb.handler.chain.${group}.${name}`;

const LimitKey = policyKey<{ rate: number }>('RateLimit', '@ts-chassis/governance');
const limit: PolicyKind<{ rate: number }> = {
  ...{
    name: 'limit',
    key: LimitKey,
    root: 'servicecomb.limit',
    defaults: { rate: 1 },
    schema: { rate: { type: 'integer' } },
  },
  handlers: { provider: 'rate-limiter', consumer: 'ratelimiter-consumer', method: 'bulkhead' },
  home: ['provider'],
};

function limited(place: 'marks' | 'schemaMarks', side?: Side): ReturnType<typeof operation> {
  const mark: PolicyMark<{ rate: number }> = { fields: { rate: 5 }, ...(side && { side }) };
  return operation({ [place]: marks([LimitKey, mark]) });
}

const policies = [limit] as unknown as PolicyKind<object>[];

describe('the base of a chain', () => {
  it('is all installed handlers that the order knows where nothing is configured', () => {
    const planning = new Planning().add('timeout').add('monitoring').add('mine').add('hidden', { everywhere: false });
    expect(planning.links('provider')).toEqual(['monitoring', 'timeout', 'bind', 'call']);
    expect(planning.links('consumer')).toEqual(['send']);
    expect(planning.links('method')).toEqual(['invoke-method']);
  });

  it('leaves out a handler that says it is not everywhere', () => {
    expect(new Planning().add('timeout', { everywhere: false }).links('provider')).toEqual(['bind', 'call']);
  });

  it('is the configured default, in its written order, which may be a text or a list', () => {
    for (const value of [
      'mine, timeout ,, monitoring',
      ['mine', 'timeout', 'monitoring'],
      ['mine,timeout', ' monitoring'],
    ]) {
      const planning = new Planning({ values: { [chainOf('Provider')]: value } });
      planning.add('timeout').add('monitoring').add('mine').add('bulkhead');
      expect(planning.links('provider')).toEqual(['mine', 'timeout', 'monitoring', 'bind', 'call']);
    }
  });

  it('is the chain named like the listener before the default one', () => {
    const values = { [chainOf('Provider')]: 'a', [chainOf('Provider', 'rest-admin')]: 'b' };
    const planning = new Planning({ values }).add('a').add('b');
    expect(planning.links('provider', { listener: 'rest' })).toEqual(['a', 'bind', 'call']);
    expect(planning.links('provider', { listener: 'rest-admin' })).toEqual(['b', 'bind', 'call']);
    expect(planning.links('provider', { listener: 'local' })).toEqual(['a', 'bind', 'call']);
  });

  it('is the consumer chain that a call asks for, which must be there', () => {
    const planning = new Planning({ values: { [chainOf('Consumer', 'quick')]: 'a,transport' } }).add('a', {
      side: 'consumer',
    });
    expect(planning.links('consumer', { chain: 'quick' })).toEqual(['a', 'send']);
    expect(planning.links('consumer', { chain: 'default' })).toEqual(['send']);
    expect(() => planning.links('consumer', { chain: 'quik' })).toThrow(
      /"quik", which is not configured.*chain\.Consumer\.quik/,
    );
  });

  it('is not empty because the configured text is', () => {
    const planning = new Planning({ values: { [chainOf('Provider')]: ' , ', [chainOf('Provider', 'rest')]: [] } }).add(
      'timeout',
    );
    expect(planning.links('provider', { listener: 'rest' })).toEqual(['timeout', 'bind', 'call']);
  });

  it('runs a handler once that is named twice', () => {
    const planning = new Planning({ values: { [chainOf('Provider')]: 'a,b,a,bind,bind' } })
      .add('a', { everywhere: true })
      .add('b');
    expect(planning.links('provider', { operation: operation({ marks: marks([UseKey, ['b', 'a']]) }) })).toEqual([
      'a',
      'b',
      'bind',
      'call',
    ]);
  });

  it('keeps bind where a configured chain puts it', () => {
    const planning = new Planning({ values: { [chainOf('Provider')]: 'a,bind,b' } }).add('a').add('b');
    expect(planning.links('provider')).toEqual(['a', 'bind', 'b', 'call']);
  });
});

describe('a name with a minus', () => {
  it('removes a handler that would be there otherwise', () => {
    const planning = new Planning({ values: { [chainOf('Provider')]: '-monitoring, -everywhere' } });
    planning.add('monitoring').add('timeout').add('everywhere', { everywhere: true });
    expect(planning.links('provider')).toEqual(['timeout', 'bind', 'call']);
  });

  it('removes from the chain behind it when a nearer one names nothing else', () => {
    const values = { [chainOf('Provider')]: 'b,a', [chainOf('Provider', 'rest')]: '-a' };
    const planning = new Planning({ values }).add('a').add('b');
    expect(planning.links('provider', { listener: 'rest' })).toEqual(['b', 'bind', 'call']);
    expect(planning.links('provider', { listener: 'grpc' })).toEqual(['b', 'a', 'bind', 'call']);
  });

  it('removes the handler of a policy decorator, and what go-chassis brings along', () => {
    const values = { [chainOf('Provider')]: '-rate-limiter', [chainOf('Consumer')]: 'loadbalance,-retry' };
    const planning = new Planning({ values, policies }).add('rate-limiter');
    planning.add('retry', { side: 'consumer' }).add('loadbalance', { side: 'consumer' });
    expect(planning.links('provider', { operation: limited('marks') })).toEqual(['bind', 'call']);
    expect(planning.links('consumer')).toEqual(['loadbalance', 'send']);
  });

  it.each(['-bind', '-call', '-typo', '-retry'])('refuses %s', (name) => {
    const planning = new Planning({ values: { [chainOf('Provider')]: name } });
    expect(() => planning.links('provider')).toThrow(expect.objectContaining({ code: 'CHAIN_INVALID' }));
  });

  it('says nothing of a handler that is not installed', () => {
    const planning = new Planning({ values: { [chainOf('Provider')]: '-monitoring,-jwt' } });
    expect(planning.links('provider')).toEqual(['bind', 'call']);
    expect(planning.log).toEqual([]);
  });
});

describe('handlers that are always inserted', () => {
  it('are those declared everywhere, at their place in a configured chain too', () => {
    const planning = new Planning({ values: { [chainOf('Provider')]: 'access-log,timeout' } })
      .add('access-log')
      .add('timeout');
    planning.add('audit', { everywhere: true, after: 'access-log' }).add('late', { everywhere: true, after: 'bind' });
    expect(planning.links('provider')).toEqual(['access-log', 'audit', 'timeout', 'bind', 'late', 'call']);
  });

  it('are those of @Use: of the class outside those of the method, before bind', () => {
    const planning = new Planning().add('a').add('b').add('c').add('needs-arguments', { after: 'bind' });
    const used = operation({
      schemaMarks: marks([UseKey, ['a']]),
      marks: marks([UseKey, ['needs-arguments', 'c', 'b']]),
    });
    expect(planning.links('provider', { operation: used })).toEqual(['a', 'c', 'b', 'bind', 'needs-arguments', 'call']);
    expect(planning.links('consumer', { operation: used })).toEqual(['send']);
  });

  it('are those of policy decorators, at their place', () => {
    const planning = new Planning({ policies, values: { [chainOf('Provider')]: 'mine' } })
      .add('mine')
      .add('rate-limiter');
    expect(planning.links('provider', { operation: limited('marks') })).toEqual([
      'rate-limiter',
      'mine',
      'bind',
      'call',
    ]);
    expect(planning.links('provider', { operation: limited('schemaMarks') })).toEqual([
      'rate-limiter',
      'mine',
      'bind',
      'call',
    ]);
    expect(planning.links('provider')).toEqual(['mine', 'bind', 'call']);
  });

  it('are those of policy decorators at home, unless they name the side', () => {
    const planning = new Planning({ policies }).add('rate-limiter', { everywhere: false });
    planning
      .add('ratelimiter-consumer', { side: 'consumer', everywhere: false })
      .add('bulkhead', { side: 'method', everywhere: false });
    expect(planning.links('consumer', { operation: limited('marks') })).toEqual(['send']);
    expect(planning.links('method', { operation: limited('marks') })).toEqual(['bulkhead', 'invoke-method']);
    expect(planning.links('consumer', { operation: limited('marks', 'consumer') })).toEqual([
      'ratelimiter-consumer',
      'send',
    ]);
    expect(planning.links('provider', { operation: limited('marks', 'consumer') })).toEqual(['bind', 'call']);
  });

  it('refuse a decorator that names a side on which nothing acts on it', () => {
    const { consumer: _, ...handlers } = limit.handlers;
    const planning = new Planning({ policies: [{ ...limit, handlers }] as unknown as PolicyKind<object>[] });
    expect(() => planning.links('consumer', { operation: limited('marks', 'consumer') })).toThrow(
      'catalog.find: @RateLimit names the side "consumer"; it acts on provider, method only',
    );
  });
});

describe("go-chassis's names", () => {
  it('mean what they meant: loadbalance brings retry, the breaker fallback and bulkhead, transport is send', () => {
    const planning = new Planning({ values: { [chainOf('Consumer')]: 'bizkeeper-consumer,loadbalance,transport' } });
    for (const name of ['bizkeeper-consumer', 'loadbalance', 'retry', 'fallback', 'bulkhead', 'hedge'])
      planning.add(name, { side: 'consumer' });
    expect(planning.links('consumer')).toEqual([
      'fallback',
      'bulkhead',
      'bizkeeper-consumer',
      'retry',
      'loadbalance',
      'send',
    ]);
  });

  it('keep tries inside of what stands before loadbalance, as it made them itself', () => {
    const names = 'ratelimiter-consumer,bizkeeper-consumer,loadbalance,transport';
    const planning = new Planning({ values: { [chainOf('Consumer')]: names } });
    for (const name of ['ratelimiter-consumer', 'bizkeeper-consumer', 'loadbalance', 'retry'])
      planning.add(name, { side: 'consumer' });
    for (const name of ['try-timeout', 'hedge', 'timeout']) planning.add(name, { side: 'consumer', everywhere: true });
    expect(planning.links('consumer')).toEqual([
      'timeout',
      'ratelimiter-consumer',
      'bizkeeper-consumer',
      'retry',
      'hedge',
      'try-timeout',
      'loadbalance',
      'send',
    ]);
  });

  it('warn once, naming the package, when their plug-in is not listed', () => {
    const planning = new Planning({
      values: { [chainOf('Consumer')]: 'router,loadbalance,tracing-consumer,transport' },
    });
    planning.add('loadbalance', { side: 'consumer' });
    expect(planning.links('consumer')).toEqual(['loadbalance', 'send']);
    planning.links('consumer');
    expect(planning.log).toEqual([
      expect.stringMatching(/chain\.Consumer\.default: the handler "router" comes with @ts-chassis\/governance/),
      expect.stringMatching(/"tracing-consumer" comes with @ts-chassis\/tracing/),
    ]);
  });

  it.each(['jwt', 'basicAuth', 'authentication', 'authorisation'])('refuse the start for the guard %s', (name) => {
    const planning = new Planning({ values: { [chainOf('Provider')]: name } });
    expect(() => planning.links('provider')).toThrow(expect.objectContaining({ code: 'PLUGIN_MISSING' }));
    expect(() => planning.links('provider')).toThrow(/@ts-chassis\/auth/);
  });

  it('refuse the start when nobody knows them, with the nearest', () => {
    const planning = new Planning({ values: { [chainOf('Provider')]: 'adit' } }).add('audit');
    expect(() => planning.links('provider')).toThrow(
      'chain.Provider.default: no provider handler is called "adit"; did you mean "audit"?',
    );
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(() => new Planning({ values: { [chainOf('Provider')]: name } }).links('provider')).toThrow(
        `no provider handler is called "${name}"`,
      );
    }
  });

  it('refuse the start in a chain of another side', () => {
    const planning = new Planning({ values: { [chainOf('Provider')]: 'retry' } });
    expect(() => planning.links('provider')).toThrow('"retry" belongs to consumer chains, not to provider chains');
    planning.add('mine', { side: 'consumer' }).configure({ [chainOf('Provider')]: 'mine' });
    expect(() => planning.links('provider')).toThrow('"mine" belongs to consumer chains');
  });
});

describe('@Handler and @Use', () => {
  @Handler('audit', { after: 'tracing-provider', everywhere: true })
  class Audit {
    handle = (): never => {
      throw new Error('not run');
    };
  }

  it('mark a class, and join what a contract and its provider say', () => {
    class Contract {
      @Use('of-contract')
      find(): void {}
    }
    @Use(Audit, 'second')
    class Provider extends Contract {
      @Handler('short')
      @Use('own')
      override find(): void {}
    }
    expect(read(Audit, HandlerKey)).toEqual({ name: 'audit', after: 'tracing-provider', everywhere: true });
    expect(read(Provider, UseKey, 'find')).toEqual(['of-contract', 'short', 'own']);
    expect(read(Provider, UseKey)).toEqual([Audit, 'second']);
    expect(read(Contract, UseKey, 'find')).toEqual(['of-contract']);
  });

  it('are refused where they name what is not there', () => {
    const use = (name: unknown): ReturnType<typeof operation> => operation({ marks: marks([UseKey, [name]]) });
    class Unmarked {}
    const planning = new Planning();
    expect(() => planning.links('provider', { operation: use('gone') })).toThrow(
      'catalog.find: @Use names the handler "gone", which is not there',
    );
    expect(() => planning.links('provider', { operation: use(Audit) })).toThrow(
      'list Audit in the handlers of a module',
    );
    expect(() => planning.links('provider', { operation: use('jwt') })).toThrow(
      expect.objectContaining({ code: 'PLUGIN_MISSING' }),
    );
    expect(() => planning.links('provider', { operation: use(Unmarked) })).toThrow(
      '@Use(Unmarked): the class is not marked',
    );
  });

  it('find the place of a policy mark that a provider inherits', () => {
    class Contract {
      find(): void {}
    }
    class Provider extends Contract {}
    annotate(Contract.prototype, LimitKey, { value: { fields: { rate: 3 } }, member: 'find' });
    const inherited = { ...operation(), read: <T>(key: MetadataKey<T>) => read(Provider, key, 'find') };
    const planning = new Planning({ policies }).add('rate-limiter', { everywhere: false });
    expect(planning.links('provider', { operation: inherited })).toEqual(['rate-limiter', 'bind', 'call']);
  });
});

describe('two handlers of one name', () => {
  it('are refused, naming both who bring them', () => {
    const planning = new Planning().add('audit');
    expect(() =>
      planning.handlers.add(
        { name: 'audit', side: 'provider', make: () => ({ handle: (i, next) => next(i) }) },
        'rest',
      ),
    ).toThrow('two provider handlers are called "audit": one of test, one of rest');
  });

  it('are one when the second, or the first, is there to replace', () => {
    for (const replaces of [
      [false, true],
      [true, false],
    ]) {
      const planning = new Planning();
      replaces.forEach((replace, index) =>
        planning.add('audit', { replace, ...(replace && { everywhere: true }), before: String(index) }),
      );
      expect(planning.handlers.find('provider', 'audit')?.everywhere).toBe(true);
    }
    const both = (): unknown => new Planning().add('audit', { replace: true }).add('audit', { replace: true });
    expect(both).toThrow(expect.objectContaining({ code: 'PLUGIN_CONFLICT' }));
  });

  it('are two on two sides', () => {
    const planning = new Planning().add('audit', { everywhere: true }).add('audit', { side: 'consumer' });
    expect(planning.links('provider')).toEqual(['audit', 'bind', 'call']);
    expect(planning.links('consumer')).toEqual(['send']);
  });
});
