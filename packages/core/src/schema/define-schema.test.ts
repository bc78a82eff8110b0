import { describe, expect, it } from 'vitest';
import { metadataKey } from '../metadata/metadata-key.js';
import { defineSchema, type OperationDefinition } from './define-schema.js';
import { Field } from './field.js';

class Status {
  @Field() ok!: boolean;
}
const Limit = metadataKey<number>('limit');

describe('defineSchema', () => {
  it('makes operations that run, in the order and with the parameters given', () => {
    const run = (name: string, loud: boolean): string => name + loud;
    const schema = defineSchema({
      id: 'health',
      path: '/admin/',
      listeners: ['rest-admin'],
      title: 'Health',
      marks: new Map([[Limit, 1]]),
      operations: {
        greet: {
          http: { method: 'get', path: 'greet/:name', produces: ['text/plain'], headers: [['X-A', 'b']] },
          parameters: {
            name: { place: 'path', type: String },
            loud: { place: 'query', type: Boolean, default: false },
          },
          returns: String,
          run,
          marks: new Map([[Limit, 2]]),
        },
        status: { http: { method: 'GET', path: '/status' }, returns: { type: Status, stream: true, description: 'd' } },
        reset: { http: { method: 'POST', path: '' }, rpc: {}, run: () => undefined },
      },
    });
    expect(schema).toMatchObject({ id: 'health', path: '/admin', listeners: ['rest-admin'], title: 'Health' });
    expect(schema.read(Limit)).toBe(1);
    const [greet, status, reset] = schema.operations;
    expect(greet).toMatchObject({
      id: 'health.greet',
      member: 'greet',
      http: {
        method: 'GET',
        path: '/admin/greet/{name}',
        status: 200,
        headers: [['x-a', 'b']],
        produces: ['text/plain'],
      },
      parameters: [
        { name: 'name', index: 0, place: 'path', optional: false },
        { name: 'loud', index: 1, place: 'query', optional: true, default: false },
      ],
    });
    expect(greet!.run).toBe(run);
    expect(greet!.read(Limit)).toBe(2);
    expect(status!.result).toMatchObject({ stream: true, description: 'd', schema: { name: 'Status' } });
    expect(reset).toMatchObject({
      http: { path: '/admin', status: 204 },
      rpc: { service: 'health', method: 'reset' },
      result: { empty: true },
    });
    expect(reset!.result.schema).toBeUndefined();
  });

  it.each<[string, OperationDefinition, RegExp]>([
    [
      'a parameter without a type',
      { parameters: { a: { place: 'query' } } },
      /^s.x, parameter 'a': a schema without a class names the type/,
    ],
    [
      'a path that has no such parameter',
      { http: { method: 'GET', path: '/' }, parameters: { a: { place: 'path', type: String } } },
      /path parameter 'a' does not stand in the path \//,
    ],
    [
      'a path whose parameter nobody takes',
      { http: { method: 'GET', path: '/:b' } },
      /parameter 'b' that no method parameter takes/,
    ],
    [
      'a default that does not fit',
      { parameters: { a: { place: 'query', type: Number, default: 'x' } } },
      /s.x, parameter 'a': its default does not fit/,
    ],
  ])('refuses %s', (_what, operation, message) => {
    expect(() => defineSchema({ id: 's', operations: { x: operation } })).toThrow(message);
  });
});
