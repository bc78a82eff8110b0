import { describe, expect, it } from 'vitest';
import { defineSection } from '../config/section.js';
import { replyOf } from '../invocation/reply.js';
import type { ChainHandler, PlanContext, PlannedHandler, StateOptions } from './index.js';
import { PlanRefused } from './planner.js';
import { invocation, operation, Planning, Tree } from './planning.fixture.js';
import { policyKey, type PolicyKind } from './policy.js';

interface Limit {
  readonly rate: number;
}

const LimitKey = policyKey<Limit>('RateLimit', '@ts-chassis/governance');
const limit: PolicyKind<Limit> = {
  ...{ name: 'limit', key: LimitKey, root: 'limit', defaults: { rate: 100 }, schema: { rate: { type: 'integer' } } },
  handlers: { provider: 'limiter' },
};

/** Answers with the rate it was planned with, and notes each plan. */
function limiter(plans: string[]): PlannedHandler {
  return {
    plan(context) {
      const rate = context.policy(limit)?.value.rate;
      plans.push(`${context.operation.name} ${rate}`);
      if (rate !== undefined && rate < 0) throw new Error(`rate ${rate}`);
      return () => Promise.resolve(replyOf(rate));
    },
  };
}

const always = { everywhere: true } as const;
const valueOf = async (runner: ReturnType<Planning['runner']>): Promise<unknown> =>
  (await runner.run(invocation())).value;

describe('a changed configuration', () => {
  it('plans anew only the operations whose answers changed, and swaps them behind their runners', async () => {
    const plans: string[] = [];
    const planning = new Planning({ values: { 'limit.rate': 1 } }).add('limiter', {
      ...always,
      handler: limiter(plans),
    });
    const find = planning.runner();
    const add = planning.runner({ operation: operation({ name: 'add' }) });
    planning.configure({ 'limit.rate': 1, 'limit.services.catalog.schemas.catalog.operations.add.rate': 7, other: 1 });
    expect(plans).toEqual(['find 1', 'add 1', 'add 7']);
    expect([await valueOf(find), await valueOf(add)]).toEqual([1, 7]);
  });

  it('of a section plans anew only those that read it', async () => {
    const plans: string[] = [];
    const Rules = defineSection<{ factor?: number } | undefined>({
      key: 'rules',
      live: true,
      schema: { type: 'object' },
    });
    const reading: PlannedHandler = {
      plan(context, next) {
        if (context.operation.name !== 'find') return next;
        const factor = context.section(Rules)?.factor;
        plans.push(`find ${factor}`);
        return () => Promise.resolve(replyOf(factor));
      },
    };
    const planning = new Planning({ values: { 'rules.factor': 1 } })
      .add('reading', { ...always, handler: reading })
      .add('limiter', { ...always, handler: limiter(plans) });
    const find = planning.runner();
    planning.runner({ operation: operation({ name: 'add' }) });
    planning.configure({ 'rules.factor': 1, other: 2 });
    expect(plans).toEqual(['find undefined', 'find 1', 'add undefined']);
    planning.configure({ 'rules.factor': 2, other: 2 });
    expect(plans.slice(3)).toEqual(['find undefined', 'find 2']);
    expect(await valueOf(find)).toBe(2);
  });

  it('of a section by name reads what stands there', async () => {
    const Rule = defineSection<{ factor: number }>({ key: 'rules.*', live: true, schema: { type: 'object' } });
    const plans: number[] = [];
    const reading: PlannedHandler = {
      plan: (context) => {
        const { factor } = context.section(Rule, 'gold');
        plans.push(factor);
        return () => Promise.resolve(replyOf(factor));
      },
    };
    const planning = new Planning({ values: { 'rules.gold.factor': 1 } }).add('reading', {
      ...always,
      handler: reading,
    });
    planning.runner();
    planning.configure({ 'rules.gold.factor': 1, 'rules.tin.factor': 5 });
    planning.configure({ 'rules.gold.factor': 2, 'rules.tin.factor': 5 });
    expect(plans).toEqual([1, 2]);
  });

  it('that a section cannot be planned with blames its key', () => {
    const Rule = defineSection<{ factor: number }>({ key: 'rules.*', live: true, schema: { type: 'object' } });
    const reading: PlannedHandler = {
      plan: (context, next) => {
        if (context.section(Rule, 'gold').factor > 9) throw new Error('too much');
        return next;
      },
    };
    const planning = new Planning({ values: { 'rules.gold.factor': 1 } }).add('reading', {
      ...always,
      handler: reading,
    });
    planning.runner();
    expect(() => planning.configure({ 'rules.gold.factor': 10 })).toThrow(
      expect.objectContaining({ sections: ['rules.gold'] }),
    );
  });

  it('compares a model by identity and asks nobody about a policy whose section is the same', async () => {
    const model = { rules: new Map([['a', 1]]) };
    let asked = 0;
    const section = defineSection<typeof model>({ key: 'm', live: true, schema: {}, read: () => model });
    const values = {
      get rate() {
        asked += 1;
        return 5;
      },
    };
    const same: PolicyKind<Limit> = {
      ...limit,
      root: 'same',
      section: defineSection({ key: 'same', live: true, schema: {} }),
    };
    const plans: unknown[] = [];
    const reading: PlannedHandler = {
      plan: (context, next) => {
        plans.push(context.section(section), context.policy(same)?.value.rate);
        return next;
      },
    };
    const planning = new Planning({ values: { m: model, same: values } }).add('reading', {
      ...always,
      handler: reading,
    });
    planning.runner();
    const first = asked;
    planning.configure({ m: model, same: values, other: 1 });
    expect(plans).toEqual([model, 5]);
    expect(asked).toBe(first);
    planning.configure({ m: { rules: new Map([['a', 1]]) }, same: values });
    expect(plans).toHaveLength(4);
  });

  it('changes nothing before the swap', async () => {
    const planning = new Planning({ values: { 'limit.rate': 1 } }).add('limiter', { ...always, handler: limiter([]) });
    const runner = planning.runner();
    const swap = planning.planner.prepare(new Tree({ 'limit.rate': 2 }));
    expect(await valueOf(runner)).toBe(1);
    swap();
    expect(await valueOf(runner)).toBe(2);
  });

  it('of a chain puts handlers in and takes them out', async () => {
    const shout: ChainHandler = { handle: async (inner, next) => replyOf(`${String((await next(inner)).value)}!`) };
    const planning = new Planning().add('shout', { handler: shout });
    const runner = planning.runner({ listener: 'rest' });
    const key = 'servicecomb.handler.chain.Provider';
    for (const [values, answer] of [
      [{}, 'done'],
      [{ [`${key}.default`]: 'shout' }, 'done!'],
      [{ [`${key}.default`]: 'shout', [`${key}.rest`]: ['bind'] }, 'done'],
      [{ [`${key}.default`]: '-shout' }, 'done'],
    ] as const) {
      planning.configure(values);
      expect(await valueOf(runner)).toBe(answer);
    }
  });

  it('leaves running invocations on the plan they began with', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const waiting: PlannedHandler = {
      plan: (_context, next) => async (inner) => {
        await gate;
        return next(inner);
      },
    };
    const planning = new Planning({ values: { 'limit.rate': 1 } });
    planning.add('waiting', { ...always, handler: waiting }).add('limiter', { ...always, handler: limiter([]) });
    const runner = planning.runner();
    const before = valueOf(runner);
    planning.configure({ 'limit.rate': 2 });
    release();
    expect(await before).toBe(1);
    expect(await valueOf(runner)).toBe(2);
  });

  it('plans nothing anew for what was planned with it already', () => {
    const plans: string[] = [];
    const planning = new Planning({ values: { 'limit.rate': 1 } }).add('limiter', {
      ...always,
      handler: limiter(plans),
    });
    planning.runner();
    planning.configure({ 'limit.rate': 2 });
    planning.configure({ 'limit.rate': 2 });
    expect(plans).toEqual(['find 1', 'find 2']);
  });
});

describe('a refused configuration', () => {
  it('names the sections whose changed answers the failed plan rests on, and leaves every plan in force', async () => {
    const planning = new Planning({ values: { 'limit.rate': 1 } }).add('limiter', { ...always, handler: limiter([]) });
    const find = planning.runner();
    const add = planning.runner({ operation: operation({ name: 'add' }) });
    const values = { 'limit.rate': 5, 'limit.services.catalog.schemas.catalog.operations.add.rate': -1 };
    const refused = (): unknown => {
      try {
        return planning.configure(values);
      } catch (error) {
        return error;
      }
    };
    const error = refused() as PlanRefused;
    expect(error).toBeInstanceOf(PlanRefused);
    expect(error.sections).toEqual(['limit']);
    expect(error.cause).toMatchObject({ code: 'CHAIN_PLAN_FAILED', kind: 'FAILED_PRECONDITION' });
    expect(error.message).toBe('provider chain of catalog.add: the handler "limiter" cannot be planned: rate -1');
    expect([await valueOf(find), await valueOf(add)]).toEqual([1, 1]);
    planning.configure({ 'limit.rate': 5 });
    expect([await valueOf(find), await valueOf(add)]).toEqual([5, 5]);
  });

  it('blames the chain whose name nobody knows', () => {
    const planning = new Planning();
    planning.runner({ listener: 'rest' });
    const key = 'servicecomb.handler.chain.Provider.rest';
    expect(() => planning.configure({ [key]: 'typo', other: 1 })).toThrow(
      expect.objectContaining({ sections: [key], cause: expect.objectContaining({ code: 'CHAIN_INVALID' }) as Error }),
    );
  });
});

interface Bucket {
  readonly id: number;
  rate: number | undefined;
}

/** Answers with its state; the state follows the policy. */
function bucketed(options?: StateOptions): { handler: PlannedHandler; made: () => number } {
  let made = 0;
  const make = (): Bucket => ({ id: ++made, rate: undefined });
  const plan = (context: PlanContext): ReturnType<PlannedHandler['plan']> => {
    const policy = context.policy(limit, options);
    const bucket = context.state('bucket', make, (state) => (state.rate = policy?.value.rate), options);
    if (policy && policy.value.rate < 0) throw new Error('negative');
    return () => Promise.resolve(replyOf({ ...bucket }));
  };
  return { handler: { plan }, made: () => made };
}

describe('a state', () => {
  it('outlives plans and is brought up to date at the swap only', async () => {
    const { handler } = bucketed();
    const planning = new Planning({ values: { 'limit.rate': 1 } }).add('limiter', { ...always, handler });
    const runner = planning.runner();
    const swap = planning.planner.prepare(new Tree({ 'limit.rate': 2 }));
    expect(await valueOf(runner)).toEqual({ id: 1, rate: 1 });
    swap();
    expect(await valueOf(runner)).toEqual({ id: 1, rate: 2 });
  });

  it('is shared by listeners, and kept apart by operation, service, side and handler', async () => {
    const { handler } = bucketed();
    const planning = new Planning()
      .add('limiter', { ...always, handler })
      .add('limiter', { ...always, handler, side: 'consumer' });
    const ids: unknown[] = [];
    for (const target of [
      { listener: 'rest' },
      { listener: 'grpc' },
      { operation: operation({ name: 'add' }) },
      { service: 'other' },
      { side: 'consumer' as const },
    ]) {
      ids.push(((await valueOf(planning.runner(target))) as Bucket).id);
    }
    expect(ids).toEqual([1, 1, 2, 3, 4]);
    const other = new Planning().add('one', { ...always, handler: statesOf('a', 'b') });
    other.add('two', { ...always, handler: statesOf('a', 'a') });
    expect(await valueOf(other.runner({ last: () => Promise.resolve(replyOf([])) }))).toEqual([['a', 'b'], ['a']]);
  });

  it('reaches over the schema or the service where asked, and then goes by the policy of that level', async () => {
    const add = operation({ name: 'add' });
    const stock = operation({ schemaId: 'stock' });
    const values = {
      'limit.rate': 1,
      'limit.services.catalog.schemas.catalog.rate': 2,
      'limit.services.catalog.schemas.catalog.operations.add.rate': 3,
    };
    for (const [share, expected] of [
      [
        'schema',
        [
          { id: 1, rate: 2 },
          { id: 1, rate: 2 },
          { id: 2, rate: 1 },
        ],
      ],
      [
        'service',
        [
          { id: 1, rate: 1 },
          { id: 1, rate: 1 },
          { id: 1, rate: 1 },
        ],
      ],
    ] as const) {
      const planning = new Planning({ values }).add('limiter', { ...always, handler: bucketed({ share }).handler });
      const runners = [operation(), add, stock].map((each) => planning.runner({ operation: each }));
      expect(await Promise.all(runners.map(valueOf))).toEqual(expected);
    }
  });

  it('that a refused configuration would have made is dropped, and the old one is not touched', async () => {
    const { handler, made } = bucketed();
    const planning = new Planning({ values: { 'limit.rate': 1 } })
      .add('limiter', { handler })
      .add('second', { handler: bucketed().handler });
    const runner = planning.runner();
    const key = 'servicecomb.handler.chain.Provider.default';
    expect(() => planning.configure({ 'limit.rate': -1, [key]: 'limiter' })).toThrow(PlanRefused);
    expect(await valueOf(runner)).toBe('done');
    planning.configure({ 'limit.rate': 3, [key]: 'limiter' });
    expect(await valueOf(runner)).toEqual({ id: 2, rate: 3 });
    expect(() => planning.configure({ 'limit.rate': -3, [key]: 'limiter' })).toThrow(PlanRefused);
    expect(await valueOf(runner)).toEqual({ id: 2, rate: 3 });
    expect(made()).toBe(2);
  });

  it('that no plan asks for any more is forgotten', async () => {
    const { handler } = bucketed();
    const key = 'servicecomb.handler.chain.Provider.default';
    const planning = new Planning({ values: { [key]: 'limiter' } }).add('limiter', { handler });
    const runner = planning.runner();
    expect(await valueOf(runner)).toMatchObject({ id: 1 });
    planning.configure({ [key]: 'bind' });
    planning.configure({ [key]: 'limiter' });
    expect(await valueOf(runner)).toMatchObject({ id: 2 });
  });

  it('that cannot be brought up to date is logged and holds up no other', async () => {
    const touchy: PlannedHandler = {
      plan(context, next) {
        const rate = context.policy(limit)?.value.rate;
        context.state(
          'touchy',
          () => ({}),
          () => {
            if (rate === 13) throw new Error('unlucky');
          },
        );
        return next;
      },
    };
    const planning = new Planning({ values: { 'limit.rate': 1 } }).add('touchy', { ...always, handler: touchy });
    planning.add('limiter', { ...always, handler: bucketed().handler });
    const runner = planning.runner();
    planning.configure({ 'limit.rate': 13 });
    expect(await valueOf(runner)).toEqual({ id: 1, rate: 13 });
    expect(planning.log).toEqual(['a handler could not bring its state up to date with the new plan']);
  });
});

/** Answers with the distinct names its states were made under, before those of later handlers. */
function statesOf(...names: readonly string[]): PlannedHandler {
  return {
    plan(context, next) {
      const states = new Set(names.map((name) => context.state(name, () => ({ name }))));
      const own = [...states].map(({ name }) => name);
      return async (inner) => replyOf([own, ...((await next(inner)).value as unknown[])]);
    },
  };
}
