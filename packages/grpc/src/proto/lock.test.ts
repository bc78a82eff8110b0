import { defineSchema, Field, type SchemaInfo, type Spec } from '@ts-chassis/core';
import fc from 'fast-check';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deriveService, type DerivedService } from './derived-service.js';
import { applyLock, lockOf, type LockedService } from './lock.js';
import { lockText } from './lock-file.js';
import { Protos } from './protos.js';

type Fields = Readonly<Record<string, Spec>>;

function bookOf(fields: Fields): Spec {
  class Book {}
  for (const [name, type] of Object.entries(fields)) Field({ type, optional: true })(Book.prototype, name);
  return Book;
}

function schemaOf(fields: Fields): SchemaInfo {
  return defineSchema({ id: 'shop', operations: { get: { rpc: {}, returns: bookOf(fields) } } });
}

function serviceOf(fields: Fields): DerivedService {
  return deriveService('shop', schemaOf(fields).operations);
}

function numbers(service: DerivedService): Record<string, number> {
  const book = service.messages.find(({ name }) => name === 'ShopBook')!;
  return Object.fromEntries(book.fields.map(({ name, number }) => [name, number]));
}

function lockedOnce(fields: Fields) {
  return lockOf(serviceOf(fields), undefined);
}

describe('numbers of derived fields', () => {
  it('follow the order of declaration without a lock file', () => {
    expect(numbers(serviceOf({ b: String, a: Number }))).toEqual({ b: 1, a: 2 });
  });

  it('stay whatever is declared before them; new ones are next, and what goes is never used again', () => {
    const first = serviceOf({ c: Number, b: String, x: String });
    applyLock(first, { locked: lockedOnce({ a: String, b: String, c: Number }), accept: false });
    expect(numbers(first)).toEqual({ c: 3, b: 2, x: 4 });
    const second = serviceOf({ y: String, b: String });
    applyLock(second, { locked: lockOf(first, undefined), accept: false });
    expect(numbers(second)).toEqual({ y: 5, b: 2 });
    expect(second.messages[0]!.reserved).toEqual({ numbers: [1, 3, 4], names: ['a', 'c', 'x'] });
  });

  it('refuse another type and a name that comes back, and say what is locked and what is declared', () => {
    const changed = serviceOf({ a: Number });
    expect(() => applyLock(changed, { locked: lockedOnce({ a: String }), accept: false })).toThrow(
      /shop, ShopBook, field 'a' \(number 1\): the lock file has string, the class says double.*--accept-breaking/,
    );
    const removed = serviceOf({ b: String });
    applyLock(removed, { locked: lockedOnce({ a: String, b: String }), accept: false });
    expect(() =>
      applyLock(serviceOf({ a: String, b: String }), { locked: lockOf(removed, undefined), accept: false }),
    ).toThrow(/field 'a': the lock file keeps this name of a removed field out of use/);
  });

  it('take a breaking change that is accepted under a number of its own', () => {
    const changed = serviceOf({ a: Number, b: String });
    applyLock(changed, { locked: lockedOnce({ a: String, b: String }), accept: true });
    expect(numbers(changed)).toEqual({ a: 3, b: 2 });
    expect(changed.messages[0]!.reserved).toEqual({ numbers: [1], names: [] });
  });

  it('refuse a method that answers with another message', () => {
    class Other {}
    Field({ type: String })(Other.prototype, 'a');
    const other = defineSchema({ id: 'shop', operations: { get: { rpc: {}, returns: Other } } });
    const locked = lockedOnce({ a: String });
    expect(() => applyLock(deriveService('shop', other.operations), { locked, accept: false })).toThrow(
      /shop, method 'get': the lock file has the response ShopBook, the class says ShopOther/,
    );
  });

  it('are one to one and stable under any reordering, insertion and removal', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 6 }), (versions) => {
        let locked: LockedService = { methods: {}, messages: {} };
        const ever = new Map<string, number>();
        const gone = new Set<string>();
        for (const version of versions) {
          const declared = version.filter((name) => !gone.has(name));
          if (declared.length === 0) continue;
          const service = serviceOf(Object.fromEntries(declared.map((name) => [name, String])));
          applyLock(service, { locked, accept: false });
          const now = numbers(service);
          for (const [name, number] of Object.entries(now)) {
            expect(ever.get(name) ?? number).toBe(number);
            expect([...ever].some(([other, taken]) => other !== name && taken === number)).toBe(false);
            ever.set(name, number);
          }
          for (const name of ever.keys()) if (!(declared as readonly string[]).includes(name)) gone.add(name);
          locked = lockOf(service, locked);
        }
      }),
    );
  });
});

describe('a lock file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  const written = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('decides on the wire, for both sides', () => {
    const lock = written(
      'grpc.lock.json',
      lockText({ version: 1, services: { shop: lockedOnce({ old: String, a: String }) } }),
    );
    const [operation] = schemaOf({ a: String }).operations;
    const bytes = new Protos({ lock }).planOf(operation!)!.encodeResponse({ a: 'x' });
    expect([...bytes]).toEqual([(2 << 3) | 2, 1, 'x'.charCodeAt(0)]);
  });

  it('that is named must be there and sound', () => {
    expect(() => new Protos({ lock: join(folder, 'none.json') })).toThrow(/cannot be read/);
    const faults: Record<string, RegExp> = {
      '{': /is no JSON/,
      '{"version":2}': /expected version 1, got 2/,
      '{"version":1,"services":{"a":{}}}': /service 'a': expected 'methods' and 'messages'/,
      '{"version":1,"services":{"a":{"methods":{},"messages":{"M":{"fields":{"x":{"number":0,"type":"string"}}}}}}}':
        /message 'M': field 'x': expected a number from 1/,
    };
    for (const [text, fault] of Object.entries(faults)) {
      expect(() => new Protos({ lock: written('bad.json', text) })).toThrow(fault);
    }
  });
});
