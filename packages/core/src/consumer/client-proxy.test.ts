import { describe, expect, it } from 'vitest';
import { operation } from '../chain/planning.fixture.js';
import { ChassisError } from '../errors/chassis-error.js';
import type { Client } from './client.js';
import { clientOf, withOptions } from './client-proxy.js';
import { Calling, endpointAt } from './calling.fixture.js';
import type { CallOptions } from './call-options.js';

interface Catalog {
  find(isbn: string): Promise<string>;
  list(q?: string): AsyncIterable<number>;
}

function client(options: CallOptions = {}): Calling & { readonly client: Client<Catalog> } {
  const calling = new Calling();
  const list = operation({ name: 'listBooks', member: 'list', result: { stream: true } });
  const schema = { ...operation().schema, operations: [operation(), list] };
  return Object.assign(calling, {
    client: clientOf(calling.consumer, { schema, service: 'catalog', options }) as Client<Catalog>,
  });
}

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('a client', () => {
  it('has a method for each operation, by its name on the class, and nothing else', () => {
    expect(Object.keys(client().client)).toEqual(['find', 'list']);
    expect('then' in client().client).toBe(false);
  });

  it('calls with the arguments and gives back the value', async () => {
    const made = client();
    made.rest.answer = ({ args }) => `book ${String(args[0])}`;
    expect(await made.client.find('42')).toBe('book 42');
    expect(made.rest.sent[0]?.operation.id).toBe('catalog.find');
  });

  it('rejects with the failure of the call', async () => {
    const made = client();
    made.rest.answer = () => Promise.reject(new ChassisError('NOT_FOUND', 'no book', { remote: true }));
    await expect(made.client.find('42')).rejects.toMatchObject({ kind: 'NOT_FOUND', remote: true });
  });
});

describe('a stream of a client', () => {
  it('is called for when its first item is asked for, once', async () => {
    const made = client();
    made.rest.answer = counting;
    const stream = made.client.list('x');
    await made.planning.clock.advance(0);
    expect(made.rest.sent).toEqual([]);
    expect(await all(stream)).toEqual([1, 2, 3]);
    expect(made.rest.sent.map(({ args }) => args)).toEqual([['x']]);
  });

  it('fails at its first item when the call does', async () => {
    const made = client();
    made.rest.answer = () => Promise.reject(new ChassisError('UNAVAILABLE', 'busy'));
    await expect(all(made.client.list())).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
  });

  it('takes a list, or one value, from a transport without streams', async () => {
    const made = client();
    made.rest.answer = () => [1, 2];
    expect(await all(made.client.list())).toEqual([1, 2]);
    made.rest.answer = () => 7;
    expect(await all(made.client.list())).toEqual([7]);
  });

  it('that is left early ends the call; one that is never begun makes none', async () => {
    const made = client();
    let ended = 0;
    made.rest.answer = async function* () {
      try {
        yield* counting();
      } finally {
        ended += 1;
      }
    };
    const items = made.client.list()[Symbol.asyncIterator]();
    await items.next();
    await items.return?.();
    expect(ended).toBe(1);
    expect(made.planning.clock.pending).toBe(0);
    const untouched = made.client.list()[Symbol.asyncIterator]();
    await untouched.return?.();
    expect(await untouched.next()).toMatchObject({ done: true });
    expect(made.rest.sent).toHaveLength(1);
  });
});

describe('withOptions', () => {
  it('makes another client, whose options join those it has', async () => {
    const made = client({ timeoutMs: 500, headers: { 'x-a': '1' }, tags: { zone: 'a' } });
    const quick = withOptions(made.client, {
      timeoutMs: 50,
      headers: { 'x-b': '2' },
      tags: { version: '1' },
      endpoint: 'rest://a:7',
    });
    await quick.find('1');
    expect(made.rest.sent[0]).toMatchObject({
      deadline: 50,
      tags: { zone: 'a', version: '1' },
      endpoint: { host: 'a', port: 7 },
    });
    expect(made.rest.sent[0]?.headers.record).toEqual({ 'x-a': '1', 'x-b': '2' });
    await withOptions(quick, { endpoint: endpointAt(9) }).find('1');
    expect(made.rest.sent[1]?.endpoint?.port).toBe(9);
    await withOptions(client({}).client, {}).find('1');
  });

  it('leaves the client as it was', async () => {
    const made = client();
    withOptions(made.client, { timeoutMs: 50 });
    await made.client.find('1');
    expect(made.rest.sent[0]?.deadline).toBe(1000);
  });

  it('refuses what is no client, and an endpoint that is none', () => {
    expect(() => withOptions({} as object, {})).toThrow('withOptions: expected a client injected by @Remote');
    expect(() => withOptions(client().client, { endpoint: 'nonsense' })).toThrow(
      expect.objectContaining({ code: 'LISTENER_INVALID' }),
    );
  });
});

async function* counting(): AsyncIterable<number> {
  yield* [1, 2, 3];
}
