import { describe, expect, it, vi } from 'vitest';
import { operation, parameter } from '../chain/planning.fixture.js';
import type { SchemaInfo } from '../schema/operation.js';
import { Calling } from './calling.fixture.js';
import { ContractInvoker } from './invoker.js';

const schemaOf = (...names: readonly string[]): SchemaInfo => ({
  ...operation().schema,
  operations: names.map((name) => operation({ name, parameters: [parameter('limit', 1), parameter('isbn', 0)] })),
});

function invoker(find: (service: string, schemaId: string) => Promise<SchemaInfo | undefined>) {
  const calling = new Calling();
  calling.rest.answer = ({ args }) => args;
  return { calling, invoker: new ContractInvoker(calling.consumer, find) };
}

const catalog = (): Promise<SchemaInfo> => Promise.resolve(schemaOf('find', 'add'));

describe('Invoker', () => {
  it('calls by names: service, schema, operation, arguments', async () => {
    const made = invoker(catalog);
    expect(await made.invoker.invoke('catalog', 'catalog', 'find', { limit: 5, isbn: '42' })).toEqual(['42', 5]);
    expect(await made.invoker.invoke('catalog', 'catalog', 'find')).toEqual([undefined, undefined]);
    expect(made.calling.rest.sent[0]).toMatchObject({ service: 'catalog', operation: { id: 'catalog.find' } });
  });

  it('takes the options of a call', async () => {
    const made = invoker(catalog);
    await made.invoker.invoke('catalog', 'catalog', 'find', {}, { timeoutMs: 7 });
    expect(made.calling.rest.sent[0]?.deadline).toBe(7);
  });

  it('asks for a contract once, and again when there was none or it could not be had', async () => {
    const find = vi.fn(catalog);
    const made = invoker(find);
    const invoke = (): Promise<unknown> => made.invoker.invoke('catalog', 'catalog', 'find');
    find.mockResolvedValueOnce(undefined as never);
    await expect(invoke()).rejects.toMatchObject({
      code: 'NO_CONTRACT',
      message: 'no contract "catalog" of the service "catalog" is stored',
    });
    find.mockRejectedValueOnce(new Error('down'));
    await expect(invoke()).rejects.toThrow('down');
    await Promise.all([invoke(), invoke()]);
    await invoke();
    expect(find).toHaveBeenCalledTimes(3);
  });

  it('refuses an operation that the contract has not, with the nearest', async () => {
    const { invoker: made } = invoker(catalog);
    const unknown = made.invoke('catalog', 'catalog', 'fnd');
    await expect(unknown).rejects.toMatchObject({ code: 'NO_CONTRACT' });
    await expect(unknown).rejects.toThrow(
      'the contract "catalog" of "catalog" has no operation "fnd"; did you mean "find"?',
    );
    await expect(made.invoke('catalog', 'catalog', 'something')).rejects.toThrow(/has no operation "something"$/);
  });

  it('looks again for an operation that came with a later version', async () => {
    const find = vi.fn(catalog);
    const made = invoker(find);
    await made.invoker.invoke('catalog', 'catalog', 'find');
    find.mockResolvedValue(schemaOf('find', 'add', 'remove'));
    expect(await made.invoker.invoke('catalog', 'catalog', 'remove')).toEqual([undefined, undefined]);
    await made.invoker.invoke('catalog', 'catalog', 'find');
    expect(find).toHaveBeenCalledTimes(2);
  });

  it('refuses arguments that no parameter is called like', async () => {
    const made = invoker(catalog);
    const call = (args: Readonly<Record<string, unknown>>): Promise<unknown> =>
      made.invoker.invoke('catalog', 'catalog', 'find', args);
    await expect(call({ isbm: '42' })).rejects.toThrow(
      'catalog.find: no parameter is called "isbm"; did you mean "isbn"?',
    );
    await expect(call({ colour: 1 })).rejects.toThrow(
      'catalog.find: no parameter is called "colour"; expected limit, isbn',
    );
    await expect(call({ colour: 1 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect(made.calling.rest.sent).toEqual([]);
  });
});
