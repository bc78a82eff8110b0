import {
  Arg,
  defineSchema,
  Field,
  readSchema,
  remote,
  Returns,
  Schema,
  type Operation,
  type Spec,
} from '@ts-chassis/core';
import { Writer } from 'protobufjs';
import { describe, expect, it } from 'vitest';
import type { MethodPlan } from '../binding/method-plan.js';
import { Rpc } from '../decorators/rpc.js';
import { Protos } from './protos.js';

class Node {
  @Field() name!: string;
  @Field({ map: String, optional: true }) marks?: Record<string, string>;
  @Field({ type: BigInt, optional: true }) big?: bigint;
  @Field({ integer: true, optional: true }) count?: number;
  @Field({ type: () => Node, optional: true }) next?: object;
  @Field({ optional: true }) password?: string;
}

function planOf(returns: Spec, parameters = {}, id = 'shop'): MethodPlan {
  const schema = defineSchema({ id, operations: { get: { rpc: {}, returns, parameters } } });
  return new Protos().planOf(schema.operations[0]!)!;
}

const plan = planOf(Node, { node: { place: 'body', type: Node } });

describe('bytes that are no message', () => {
  const nested = (levels: number): Buffer => {
    let bytes = Buffer.alloc(0);
    for (let level = 0; level < levels; level++) bytes = Buffer.from(Writer.create().uint32(42).bytes(bytes).finish());
    return bytes;
  };

  it.each<[string, Buffer]>([
    ['a text that is cut off', Buffer.from([10, 5, 65])],
    ['a message that is cut off', Buffer.from([42, 5, 10])],
    ['a length beyond the end', Buffer.from([10, 255, 255, 255, 255, 15])],
    ['an unknown field that is cut off', Buffer.from([122, 9, 1])],
    ['the field 0', Buffer.from([2, 0])],
    ['the end of a group that never began', Buffer.from([12])],
    ['more levels than 100', nested(102)],
    ['far more levels', nested(5000)],
  ])('are refused: %s', (_what, bytes) => {
    expect(() => plan.decodeRequest(bytes)).toThrow(
      expect.objectContaining({ code: 'MESSAGE_MALFORMED', kind: 'INVALID_ARGUMENT' }),
    );
    expect(() => plan.decodeResponse(bytes)).toThrow(
      expect.objectContaining({ code: 'REPLY_MALFORMED', remote: true }),
    );
  });

  it('reach no prototype by the keys of maps', () => {
    const entry = (key: string): Uint8Array => Writer.create().uint32(10).string(key).uint32(18).string('x').finish();
    const writer = Writer.create();
    for (const key of ['__proto__', 'constructor', 'a']) writer.uint32(18).bytes(entry(key));
    expect(plan.decodeRequest(Buffer.from(writer.finish()))).toEqual({ name: '', marks: { a: 'x' } });
  });
});

describe('values that have no form', () => {
  it.each<[unknown, RegExp]>([
    [{}, /ShopNode\.name does not fit: expected string, got nothing/],
    [{ name: 5 }, /ShopNode\.name does not fit: expected string, got number/],
    [{ name: '', big: 2n ** 63n }, /ShopNode\.big does not fit: expected int64, got bigint/],
    [{ name: '', count: 0.5 }, /ShopNode\.count does not fit: expected int64, got number/],
    [undefined, /expected Node, got nothing/],
  ])('are refused by field, case %#', (value, fault) => {
    expect(() => plan.encodeResponse(plan.resultToMessage(value))).toThrow(fault);
  });

  it('never show a value, and never overflow the stack', () => {
    const secret = { name: '', password: Symbol('hunter2') };
    expect(() => plan.encodeResponse(secret)).toThrow(
      /^(?!.*hunter2).*password does not fit: expected string, got symbol/,
    );
    const circle: { name: string; next?: object } = { name: '' };
    circle.next = circle;
    expect(() => plan.encodeResponse(circle)).toThrow(/nested deeper than 100 levels/);
  });
});

it('an argument that does not fit is told by the field that does not, also beside one that is any JSON', () => {
  class Loose {
    @Field({ type: Buffer }) bytes!: Buffer;
    @Field() at!: Date;
    @Field({ type: Object }) any!: object;
    @Field({ type: Node }) node!: Node;
  }
  const loose = planOf(Node, { loose: { place: 'body', type: Loose } });
  const fits = { bytes: Buffer.of(1), at: new Date(0), any: { a: 1 }, node: { name: 'n' } };
  expect(() => loose.encodeRequest(loose.toMessage([fits]))).not.toThrow();
  const wrong = (value: object) => () => loose.encodeRequest(loose.toMessage([{ ...fits, ...value }]));
  expect(wrong({ node: null })).toThrow(/Loose\.node does not fit/);
  expect(wrong({ any: 5 })).toThrow(/Loose\.any does not fit/);
  expect(wrong({ at: 'yesterday' })).toThrow(/Loose\.at does not fit/);
});

describe('numbers of 64 bits', () => {
  const counted = (value: number | string): unknown => {
    const bytes = Buffer.from(Writer.create().uint32(32).int64(value).finish());
    return (plan.decodeRequest(bytes) as { count?: unknown }).count;
  };

  it('are numbers as long as nothing is lost, else what no validation takes for one', () => {
    expect([counted(-1), counted(2 ** 53)]).toEqual([-1, 2 ** 53]);
    expect(counted('9007199254740993')).toBe(9007199254740993n);
  });
});

describe('declarations', () => {
  it('with a stream and another parameter are refused', () => {
    @Schema({ id: 'shop' })
    class Shop {
      @Rpc()
      @Returns()
      add(
        @Arg('items', { type: Node, stream: true }) _items: AsyncIterable<Node>,
        @Arg('other') _other: string,
      ): Promise<void> {
        return remote();
      }
    }
    const operation: Operation = readSchema(Shop).operations[0]!;
    expect(() => new Protos().planOf(operation)).toThrow(
      /shop\.add: 'items' is a stream.*'other' has no place; make it a header/,
    );
  });

  it('with names that protobuf has not have a second path', () => {
    expect(planOf(Node, {}, 'my-shop')).toMatchObject({ path: '/my-shop/get', alias: '/my_shop/get' });
  });

  it('of two schemas with one service are refused', () => {
    const make = (id: string): Operation =>
      defineSchema({ id, operations: { [id]: { rpc: { service: 'one' } } } }).operations[0]!;
    expect(() => new Protos().services([make('a'), make('b')])).toThrow(/'b' and 'a' are both the service 'one'/);
  });
});
