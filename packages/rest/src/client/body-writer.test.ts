import { defineSchema, Field } from '@ts-chassis/core';
import { expect, it } from 'vitest';
import { bodyWriterOf } from './body-writer.js';

class Edition {
  @Field() printed!: bigint;
  @Field() title!: string;
}

const [operation] = defineSchema({
  id: 'library',
  operations: { add: { parameters: { edition: { place: 'body', type: Edition } } } },
}).operations;
const writer = bodyWriterOf(operation!, new Map())!;

it('a body that does not fit is told by the field that does not, also beside one that is no JSON', () => {
  expect(writer.write([{ printed: 3n, title: 'Emma' }])?.body).toBe('{"printed":"3","title":"Emma"}');
  expect(() => writer.write([{ printed: 3n, title: 5 }])).toThrow(
    expect.objectContaining({
      ...{ kind: 'INVALID_ARGUMENT', code: 'ARGUMENT_INVALID' },
      message: "library.add, parameter 'edition'/title does not fit: expected string, got 5",
    }),
  );
  // what is JSON is for the callee to judge
  expect(writer.write([{ printed: 'many', title: 5 }])?.body).toBe('{"printed":"many","title":5}');
});
