import { describe, expect, it } from 'vitest';
import { Use } from '../chain/decorators.js';
import { invocation, Planning } from '../chain/planning.fixture.js';
import { policyKey, type PolicyKind } from '../chain/policy.js';
import { ChassisError } from '../errors/chassis-error.js';
import { runAmbient } from '../invocation/ambient.js';
import type { Invocation } from '../invocation/invocation.js';
import { runFork } from '../invocation/run-fork.js';
import { attachMethodChains } from './method-chains.js';

class OutOfStock extends Error {}

class Shelf {
  failures: unknown[] = [];
  constructor(readonly name: string) {}

  @Use('noting')
  async take(book: string): Promise<string> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return `${book} of ${this.name}`;
  }

  plain(): string {
    return this.name;
  }
}

function attached(...names: readonly string[]): { shelves: Shelf[]; seen: Invocation[]; errors: unknown[] } {
  const seen: Invocation[] = [];
  const errors: unknown[] = [];
  const planning = new Planning().add('noting', {
    side: 'method',
    handler: {
      async handle(inner, next) {
        seen.push(inner);
        try {
          return await runFork(next, inner.fork());
        } catch (error) {
          errors.push(error);
          return runFork(next, inner.fork({ attempt: 2 }));
        }
      },
    },
  });
  const shelves = names.map((name) => new Shelf(name));
  const options = { planner: planning.planner, policies: [], service: 'shop' };
  for (const plan of shelves.map((shelf) => attachMethodChains(shelf, Shelf, options))) plan();
  return { shelves, seen, errors };
}

describe('a method with a chain', () => {
  it('runs through it, each object its own', async () => {
    const { shelves, seen } = attached('one', 'two');
    expect(await Promise.all(shelves.map((shelf) => shelf.take('book')))).toEqual(['book of one', 'book of two']);
    expect(seen.map(({ self }) => self)).toEqual(shelves);
    expect(seen[0]).toMatchObject({ args: ['book'], service: 'shop', operation: { id: 'Shelf.take' } });
  });

  it('is configured as one of the service `local`, by its class', async () => {
    interface Patience {
      readonly ms: number;
    }
    const kind: PolicyKind<Patience> = {
      ...{ name: 'patience', key: policyKey<Patience>('Patience', 'nobody'), root: 'patience', defaults: { ms: 1 } },
      ...{ schema: { ms: { type: 'integer' } }, handlers: { method: 'noting' } },
    };
    const planned: unknown[] = [];
    const planning = new Planning({
      policies: [kind],
      values: { 'patience.services.shop.ms': 2, 'patience.services.local.schemas.Shelf.operations.take.ms': 3 },
    }).add('noting', {
      side: 'method',
      handler: {
        plan(context, next) {
          planned.push([context.service, context.policy(kind)]);
          return next;
        },
      },
    });
    const options = { planner: planning.planner, policies: [kind], service: 'shop' };
    attachMethodChains(new Shelf('one'), Shelf, options)();
    const key = 'patience.services.local.schemas.Shelf.operations.take.ms';
    expect(planned).toEqual([
      ['local', { value: { ms: 3 }, origins: { ms: 'operation configuration' }, keys: { ms: key } }],
    ]);
  });

  it('is an own property that nobody lists, and the only one', () => {
    const [shelf] = attached('one').shelves;
    expect(Object.keys(shelf!)).not.toContain('take');
    expect(Object.hasOwn(shelf!, 'take')).toBe(true);
    expect(Object.hasOwn(shelf!, 'plain')).toBe(false);
    expect(Object.hasOwn(Shelf.prototype, 'take')).toBe(true);
  });

  it('may be tried again', async () => {
    const [shelf] = attached('one').shelves;
    shelf!.failures = [new OutOfStock()];
    expect(await shelf!.take('book')).toBe('book of one');
  });

  it('throws what it throws without a chain, while handlers see failures of ours', async () => {
    const { shelves, errors } = attached('one', 'two');
    const own = new OutOfStock('none left');
    for (const shelf of shelves) {
      shelf.failures = [new Error('first'), own];
      await expect(shelf.take('book')).rejects.toBe(own);
    }
    expect(errors[0]).toMatchObject({ kind: 'INTERNAL', cause: { message: 'first' } });
    const typed = new ChassisError('NOT_FOUND', 'no book');
    shelves[0]!.failures = [typed, typed];
    await expect(shelves[0]!.take('book')).rejects.toBe(typed);
  });

  it('inherits from the invocation it is called in, and is cancelled with it', async () => {
    const { shelves, seen } = attached('one');
    const parent = invocation({ deadline: 500 });
    parent.mark = 'gold';
    await runAmbient(parent, () => shelves[0]!.take('book'));
    expect(seen[0]).toMatchObject({ parent, deadline: 500, mark: 'gold' });
    parent.cancel(new ChassisError('CANCELLED', 'left'));
    await expect(runAmbient(parent, () => shelves[0]!.take('book'))).rejects.toThrow('left');
    expect(seen).toHaveLength(1);
  });
});
