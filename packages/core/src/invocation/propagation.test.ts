import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../schema/operation.js';
import { HeaderMap } from './header-map.js';
import { Invocation, type InvocationInit } from './invocation.js';
import { PropagatedContext } from './propagated-context.js';
import {
  CALLER_HEADER,
  CONTEXT_HEADER,
  PropagationReader,
  readPropagation,
  TIMEOUT_HEADER,
  writePropagation,
} from './propagation.js';

function invoke(init: Partial<InvocationInit> = {}): Invocation {
  const operation = { id: 'catalog.find' } as Operation;
  const source = { service: '', protocol: '', trusted: true };
  return new Invocation({ operation, service: 'catalog', source, ...init });
}

const read = (record: Record<string, string>) => readPropagation(HeaderMap.of(record));

describe('writePropagation', () => {
  it('writes the name in both forms', () => {
    expect(writePropagation(invoke(), 'orders', 0)).toEqual({
      [CALLER_HEADER]: 'orders',
      [CONTEXT_HEADER]: '{"x-cse-src-microservice":"orders"}',
    });
  });

  it('merges the name into the context, over an entry that poses as it', () => {
    const context = PropagatedContext.of([
      ['tenant', 'acme'],
      [CALLER_HEADER, 'forged'],
    ]);
    const headers = writePropagation(invoke({ context }), 'orders', 0);
    expect(JSON.parse(headers[CONTEXT_HEADER]!)).toEqual({ tenant: 'acme', [CALLER_HEADER]: 'orders' });
  });

  it('takes the entries of a header of that name along, but never the name of another caller', () => {
    const headers = HeaderMap.of({
      [CONTEXT_HEADER]: JSON.stringify({ tenant: 'mine', more: '1', [CALLER_HEADER]: 'forged' }),
      [CALLER_HEADER]: 'forged',
      [TIMEOUT_HEADER]: '99999',
    });
    const context = PropagatedContext.of([
      ['tenant', 'inherited'],
      ['trace', '7'],
    ]);
    const written = writePropagation(invoke({ context, headers, deadline: 100 }), 'orders', 0);
    expect(written).toMatchObject({ [CALLER_HEADER]: 'orders', [TIMEOUT_HEADER]: '100' });
    expect(JSON.parse(written[CONTEXT_HEADER]!)).toEqual({
      ...{ tenant: 'mine', more: '1', trace: '7' },
      [CALLER_HEADER]: 'orders',
    });
  });

  it.each([
    [1250.2, 1000, '251'],
    [1000, 1000, '0'],
    [900, 1000, '0'],
  ])('of a deadline at %d grants what remains at %d', (deadline, now, text) => {
    expect(writePropagation(invoke({ deadline }), 'orders', now)[TIMEOUT_HEADER]).toBe(text);
  });

  it('writes what every protocol may carry as a header', () => {
    const context = PropagatedContext.of([['name', 'Žofie 名前 \n\u007f']]);
    const headers = writePropagation(invoke({ context }), 'orders', 0);
    expect(headers[CONTEXT_HEADER]).toMatch(/^[\x20-\x7e]+$/);
    expect(read(headers).context.get('name')).toBe('Žofie 名前 \n\u007f');
  });

  it('is read back as it was written, whatever it holds', () => {
    const names = fc.string({ unit: 'grapheme' }).filter((name) => name !== CALLER_HEADER);
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.string({ unit: 'grapheme' }))), fc.string(), (entries, service) => {
        const headers = writePropagation(invoke({ context: PropagatedContext.of(entries) }), service, 0);
        const back = read(headers);
        expect(back.service).toBe(service);
        expect(new Map(back.context.entries())).toEqual(new Map(entries));
      }),
    );
  });
});

describe('readPropagation', () => {
  it('takes the name of the JSON form before the flat one', () => {
    const flat = { [CALLER_HEADER]: 'flat' };
    expect(read(flat).service).toBe('flat');
    expect(read({ ...flat, [CONTEXT_HEADER]: '{"x-cse-src-microservice":"json"}' }).service).toBe('json');
    expect(read({ ...flat, [CONTEXT_HEADER]: '{"a":"b"}' }).service).toBe('');
    expect(read({}).service).toBe('');
  });

  it('keeps the name out of the context', () => {
    const { context } = read({ [CONTEXT_HEADER]: '{"x-cse-src-microservice":"json","a":"b"}' });
    expect([...context.entries()]).toEqual([['a', 'b']]);
  });

  it.each(['', 'nonsense', '[]', 'null', '1', '"x"', '{"a":', '{"a":{"b":1},"n":1,"__proto__":{}}'])(
    'takes nothing from the context %j',
    (text) => expect(read({ [CONTEXT_HEADER]: text }).context.size).toBe(0),
  );

  it.each([
    ['250', 250],
    ['0', 0],
    ['-1', Infinity],
    ['1.5', Infinity],
    ['1e3', Infinity],
    ['', Infinity],
    ['9999999999999', Infinity],
  ])('reads the time %j as %d ms', (text, ms) => expect(read({ [TIMEOUT_HEADER]: text }).timeoutMs).toBe(ms));
});

describe('a reader of what one peer says', () => {
  it('reads each call as if it were the only one', () => {
    const header = fc.record(
      {
        [CALLER_HEADER]: fc.constantFrom('a', 'b'),
        [CONTEXT_HEADER]: fc.constantFrom(
          '',
          '{',
          '{"k":"v"}',
          `{"${CALLER_HEADER}":"c"}`,
          `{"${CALLER_HEADER}":"d","k":"w"}`,
        ),
        [TIMEOUT_HEADER]: fc.constantFrom('5', '7', 'x'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(header, { maxLength: 8 }), (calls) => {
        const reader = new PropagationReader();
        for (const call of calls) {
          const headers = HeaderMap.of(call);
          const [own, plain] = [reader.read(headers), readPropagation(headers)];
          expect([own.service, own.timeoutMs, [...own.context.entries()]]).toEqual([
            ...[plain.service, plain.timeoutMs, [...plain.context.entries()]],
          ]);
        }
      }),
      { seed: 20261, numRuns: 300 },
    );
  });
});
