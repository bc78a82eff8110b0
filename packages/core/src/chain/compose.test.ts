import { describe, expect, it } from 'vitest';
import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import { replyOf, type Reply } from '../invocation/reply.js';
import { runFork } from '../invocation/run-fork.js';
import { compose, type Link } from './compose.js';
import type { PlanContext } from './handler.js';
import { answering, invocation, operation, Planning } from './planning.fixture.js';

const noContext = (): PlanContext => ({}) as PlanContext;

function noting(notes: string[], name: string): Link {
  return {
    name,
    handler: {
      async handle(inner: Invocation, next: Next): Promise<Reply> {
        notes.push(`+${name}`);
        try {
          return await next(inner);
        } finally {
          notes.push(`-${name}`);
        }
      },
    },
  };
}

describe('compose', () => {
  it('nests handlers around the last link, so that each sees the outcome of all later ones', async () => {
    const notes: string[] = [];
    const next = compose([noting(notes, 'a'), noting(notes, 'b')], answering(42), noContext);
    expect((await next(invocation())).value).toBe(42);
    expect(notes).toEqual(['+a', '+b', '-b', '-a']);
  });

  it('shows handlers what later ones threw', async () => {
    const notes: string[] = [];
    const next = compose([noting(notes, 'a')], () => Promise.reject(new Error('broken')), noContext);
    await expect(next(invocation())).rejects.toThrow('broken');
    expect(notes).toEqual(['+a', '-a']);
  });

  it('lets a handler answer in the place of all later ones', async () => {
    const notes: string[] = [];
    const short: Link = { name: 'short', handler: { handle: () => Promise.resolve(replyOf('early')) } };
    expect((await compose([short, noting(notes, 'b')], answering(42), noContext)(invocation())).value).toBe('early');
    expect(notes).toEqual([]);
  });

  it('has no cursor: a handler calls next again, each try on a fork', async () => {
    const attempts: number[] = [];
    const retry: Link = {
      name: 'retry',
      handler: {
        async handle(outer: Invocation, next: Next): Promise<Reply> {
          try {
            return await runFork(next, outer.fork({ attempt: 1 }));
          } catch {
            return runFork(next, outer.fork({ attempt: 2 }));
          }
        },
      },
    };
    const notes: string[] = [];
    const last: Next = (inner) => {
      attempts.push(inner.attempt);
      return inner.attempt === 1 ? Promise.reject(new Error('first')) : Promise.resolve(replyOf('second'));
    };
    expect((await compose([retry, noting(notes, 'b')], last, noContext)(invocation())).value).toBe('second');
    expect(attempts).toEqual([1, 2]);
    expect(notes).toEqual(['+b', '-b', '+b', '-b']);
  });

  it('is the next link itself where every handler planned itself away', () => {
    const last = answering(42);
    const away: Link = { name: 'away', handler: { plan: (_context, next) => next } };
    expect(compose([away, away], last, noContext)).toBe(last);
  });

  it('plans a handler once for an operation, and runs its plan for each invocation', async () => {
    let plans = 0;
    const planned: Link = {
      name: 'planned',
      handler: {
        plan(context, next) {
          plans += 1;
          return async (inner) => replyOf([context.operation.id, (await next(inner)).value]);
        },
      },
    };
    const context = { operation: operation() } as PlanContext;
    const next = compose([planned], answering(1), () => context);
    expect((await next(invocation())).value).toEqual(['catalog.find', 1]);
    await next(invocation());
    expect(plans).toBe(1);
  });

  it('makes a rejection of what a link throws at once, so that handlers may use then and catch', async () => {
    const throwing = (): never => {
      throw new Error('at once');
    };
    for (const handler of [{ handle: throwing }, { plan: () => throwing }]) {
      const next = compose([{ name: 'throwing', handler }], answering(1), noContext);
      await expect(next(invocation()).catch((error: Error) => error.message)).resolves.toBe('at once');
    }
  });
});

describe('a planned chain', () => {
  it('tells a handler what it is planned for', () => {
    const planning = new Planning();
    const seen: PlanContext[] = [];
    planning.add('curious', { everywhere: true, handler: { plan: (context, next) => (seen.push(context), next) } });
    planning.runner({ listener: 'rest', service: 'shelf' });
    expect(seen).toEqual([
      expect.objectContaining({ side: 'provider', listener: 'rest', service: 'shelf', clock: planning.clock }),
    ]);
    expect(seen[0]?.operation.id).toBe('catalog.find');
    planning.runner({ service: 'shelf', operation: operation({ name: 'add' }) });
    expect(seen[1]).not.toHaveProperty('listener');
  });

  it('names the operation and the handler that cannot be planned, or cannot be made', () => {
    const failing = (): never => {
      throw new Error('no limit');
    };
    const planned = new Planning().add('limiter', { everywhere: true, handler: { plan: failing } });
    expect(() => planned.runner()).toThrow(
      expect.objectContaining({
        code: 'CHAIN_PLAN_FAILED',
        message: 'provider chain of catalog.find: the handler "limiter" cannot be planned: no limit',
        cause: expect.objectContaining({ message: 'no limit' }) as Error,
      }),
    );
    expect(() => new Planning().add('limiter', { everywhere: true, make: failing }).runner()).toThrow(
      'provider chain of catalog.find: no limit',
    );
  });

  it('is made once for a target, and apart for what differs in service, listener, chain, side or operation', () => {
    const planning = new Planning({ values: { 'servicecomb.handler.chain.Consumer.x': 'transport' } });
    const runners = [
      planning.runner(),
      planning.runner({ service: 'other' }),
      planning.runner({ listener: 'rest' }),
      planning.runner({ side: 'consumer' }),
      planning.runner({ side: 'consumer', chain: 'x' }),
      planning.runner({ operation: operation({ name: 'add' }) }),
    ];
    expect(new Set(runners).size).toBe(runners.length);
    expect(planning.runner()).toBe(runners[0]);
  });

  it('of a method is not that of another class of the same name', async () => {
    const planning = new Planning();
    const chainOf = (type: new () => object, value: string): ReturnType<Planning['runner']> =>
      planning.runner({ side: 'method', operation: operation({ schemaId: 'Shelf', type }), last: answering(value) });
    const one = chainOf(class Shelf {}, 'one');
    const two = chainOf(class Shelf {}, 'two');
    expect((await one.run(invocation())).value).toBe('one');
    expect((await two.run(invocation())).value).toBe('two');
  });
});
