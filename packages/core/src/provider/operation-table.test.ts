import { describe, expect, it } from 'vitest';
import { invocation, operation, parameter, Planning } from '../chain/planning.fixture.js';
import { ChassisError } from '../errors/chassis-error.js';
import { ambientInvocation } from '../invocation/ambient.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import { silentLogger } from '../telemetry/logger.js';
import { OperationTable, type OperationTableOptions } from './operation-table.js';
import { unmatched } from './unmatched.js';

const errors = { mappings: [], logger: silentLogger };
const isbn = [parameter('isbn', 0)];
const shelf = { find: (wanted: string) => `book ${wanted}` };

function table(options: Partial<OperationTableOptions> & Pick<OperationTableOptions, 'schemas'>): OperationTable {
  return new OperationTable({ planner: new Planning().planner, service: 'shelf', ambient: false, errors, ...options });
}

function asked(args: readonly unknown[]): Invocation {
  return invocation({ source: { service: '', protocol: 'rest', trusted: false, arguments: () => args } });
}

describe('OperationTable', () => {
  it('offers the operations of a listener, each with its whole chain', async () => {
    const { schema } = operation({ parameters: isbn });
    const [served, ...others] = table({ schemas: [{ schema, self: shelf }] }).of('rest');
    expect(others).toEqual([]);
    expect(served?.operation).toBe(schema.operations[0]);
    expect((await served!.runner.run(asked(['42']))).value).toBe('book 42');
    await expect(served!.runner.run(asked([]))).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });

  it('runs the function of a schema that has no object', async () => {
    const { schema } = operation({ run: (() => 'pong') as never });
    const [served] = table({ schemas: [{ schema, self: undefined }] }).of('rest');
    expect((await served!.runner.run(asked([]))).value).toBe('pong');
  });

  it('offers a schema on the listeners it names, else on those without a hyphen', () => {
    const here = operation();
    const admin = operation({ schemaId: 'admin', listeners: ['rest-admin', 'grpc'] });
    const served = table({ schemas: [here, admin].map(({ schema }) => ({ schema, self: shelf })) });
    const idsOn = (listener: string): string[] => served.of(listener).map((each) => each.operation.id);
    expect(idsOn('rest')).toEqual(['catalog.find']);
    expect(idsOn('rest-admin')).toEqual(['admin.find']);
    expect(idsOn('grpc')).toEqual(['catalog.find', 'admin.find']);
  });

  it('finds an operation for calls in process, on whatever listener it is, the same each time', () => {
    const { schema } = operation({ schemaId: 'a.b', listeners: ['rest-admin'] });
    const served = table({ schemas: [{ schema, self: shelf }] });
    expect(served.find('a.b', 'find')?.operation.id).toBe('a.b.find');
    expect(served.find('a.b', 'find')).toBe(served.find('a.b', 'find'));
    expect(served.find('a', 'b.find')).toBeUndefined();
    expect(served.find('a.b', 'add')).toBeUndefined();
  });

  it('runs the chain of the listener local in process', async () => {
    const planning = new Planning({ values: { 'servicecomb.handler.chain.Provider.local': 'shout' } });
    planning.add('shout', {
      handler: {
        async handle(inner: Invocation, next: Next) {
          return { ...(await next(inner)), value: 'loud' };
        },
      },
    });
    const { schema } = operation();
    const served = table({ planner: planning.planner, schemas: [{ schema, self: shelf }] });
    expect((await served.find('catalog', 'find')!.runner.run(asked([]))).value).toBe('loud');
    expect((await served.of('rest')[0]!.runner.run(asked(['1']))).value).toBe('book 1');
  });

  it('enters the ambient context where it is asked for', async () => {
    const { schema } = operation({ run: ambientInvocation as never });
    const on = new Planning({ ambient: () => true });
    const call = asked([]);
    const [served] = table({ planner: on.planner, ambient: true, schemas: [{ schema, self: undefined }] }).of('rest');
    expect((await served!.runner.run(call)).value).toBe(call);
  });

  it('refuses two schemas of one id, naming both', () => {
    const of = (type: new () => object): { schema: ReturnType<typeof operation>['schema']; self: object } => ({
      schema: operation({ type }).schema,
      self: shelf,
    });
    expect(() => table({ schemas: [of(class First {}), of(class Second {})] })).toThrow(
      expect.objectContaining({
        code: 'SCHEMA_INVALID',
        message: 'two schemas are called "catalog": First and Second',
      }),
    );
  });

  it('refuses an operation that nobody implements', () => {
    const { schema } = operation({ name: 'gone' });
    expect(() => table({ schemas: [{ schema, self: shelf }] }).of('rest')).toThrow(
      'catalog: operation "gone" has no method "gone"',
    );
  });
});

describe('unmatched', () => {
  it('runs the chain of its listener and is refused at the end, with what the transport knows of it', async () => {
    const planning = new Planning();
    const seen: string[] = [];
    planning.add('access-log', {
      handler: {
        handle(inner: Invocation, next: Next) {
          seen.push(inner.operation.id);
          return next(inner);
        },
      },
    });
    const { operation: none, runner } = unmatched(planning.planner, 'shelf', 'rest');
    const source = { service: '', protocol: 'rest', trusted: false };
    await expect(runner.run(invocation({ operation: none, source }))).rejects.toMatchObject({ kind: 'NOT_FOUND' });
    const refusal = new ChassisError('UNIMPLEMENTED', 'only GET');
    await expect(runner.run(invocation({ operation: none, source: { ...source, refusal } }))).rejects.toBe(refusal);
    expect(seen).toEqual(['unmatched', 'unmatched']);
  });
});
