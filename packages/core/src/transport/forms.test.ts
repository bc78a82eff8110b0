import { describe, expect, it } from 'vitest';
import { ChassisError } from '../errors/chassis-error.js';
import { ERROR_KINDS } from '../errors/error-kind.js';
import { HeaderMap } from '../invocation/header-map.js';
import { STREAM_ITEM } from '../invocation/stream-item.js';
import { defineSchema } from '../schema/define-schema.js';
import { Field } from '../schema/field.js';
import { failureFromData, failureToData } from './failure-data.js';
import { jsonCodec } from './json-codec.js';
import { argumentsOf, isMessage, namedArguments } from './named-arguments.js';
import { receivedHeaders } from './received-headers.js';
import { resultForm, resultOf } from './result-form.js';

class Book {
  @Field() title!: string;
  @Field({ optional: true }) printed?: Date;
}

const [find, send] = defineSchema({
  id: 'books',
  operations: {
    find: {
      parameters: {
        at: { place: 'argument', type: Date },
        count: { place: 'argument', type: Number, optional: true },
        who: { place: 'context' },
      },
      returns: Book,
    },
    send: { parameters: { items: { place: 'argument', type: Number, stream: 'items' } } },
  },
}).operations as unknown as [Parameters<typeof resultForm>[0], Parameters<typeof resultForm>[0]];

describe('arguments by name', () => {
  it('are what JSON would write, without those of the server and those left out', () => {
    const named = namedArguments({ operation: find, args: [new Date(0), undefined, 'me'] });
    expect(named).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(argumentsOf(find, { ...named, who: 'a stranger' })).toEqual(['1970-01-01T00:00:00.000Z']);
  });

  it('are nothing when no object was received, and never come from a prototype', () => {
    for (const bad of [undefined, null, 'text', 7, Object.create({ at: 1 })])
      expect(argumentsOf(find, bad)).toEqual([]);
  });

  it('what does not fit its type is left for the provider to name', () => {
    expect(namedArguments({ operation: find, args: [{ no: 'date' }, 5n] })).toEqual({
      at: { no: 'date' },
      count: '5',
    });
  });

  it('are no streams', () => {
    expect([isMessage(find), isMessage(send)]).toEqual([true, false]);
    expect(() => namedArguments({ operation: send, args: [[]] })).toThrow(
      'books.send: "items": files and streams fit in no message',
    );
  });
});

describe('a result', () => {
  it('goes as its declared fields, and comes back as its types say', () => {
    const form = resultForm(find, { title: 'a', printed: new Date(0), secret: 1 });
    expect(form).toEqual({ title: 'a', printed: '1970-01-01T00:00:00.000Z' });
    expect(resultOf(find, form)).toEqual({ title: 'a', printed: new Date(0) });
  });

  it('is nothing for an item that is only a hint', () => {
    expect(resultForm(find, { [STREAM_ITEM]: true, value: undefined })).toBeUndefined();
    expect(resultForm(find, { [STREAM_ITEM]: true, value: { title: 'a' } })).toEqual({ title: 'a' });
  });

  it('of another form than promised is a failure of the provider', () => {
    expect(() => resultOf(find, { title: 1 })).toThrow(
      expect.objectContaining({ code: 'RESULT_INVALID', remote: true }),
    );
  });
});

describe('a failure', () => {
  it('arrives as it was, remote and without its cause', () => {
    const options = { code: 'SOLD_OUT', details: { left: 0, big: 5n }, retryAfterMs: 7, cause: new Error('secret') };
    const data = jsonCodec.decode(
      jsonCodec.encode(failureToData(new ChassisError('UNAVAILABLE', 'sold out', options))),
    );
    expect(JSON.stringify(data)).not.toContain('secret');
    const { kind, code, message, details, retryAfterMs, remote, cause } = failureFromData(data);
    expect({ kind, code, message, details, retryAfterMs, remote, cause }).toEqual({
      ...{ kind: 'UNAVAILABLE', code: 'SOLD_OUT', message: 'sold out', details: { left: 0, big: '5' } },
      ...{ retryAfterMs: 7, remote: true, cause: undefined },
    });
  });

  it('tells nothing of the inside', () => {
    for (const kind of ERROR_KINDS) {
      const data = failureToData(new ChassisError(kind, 'the words', { code: 'MINE', details: { a: 1 } }));
      const hidden = ['INTERNAL', 'UNKNOWN', 'DATA_LOSS'].includes(kind);
      expect(data).toEqual(
        hidden
          ? { kind, code: kind, message: 'internal error' }
          : { kind, code: 'MINE', message: 'the words', details: { a: 1 } },
      );
    }
    expect(failureToData('thrown')).toEqual({ kind: 'INTERNAL', code: 'INTERNAL', message: 'internal error' });
  });

  it('leaves out details that no JSON can hold', () => {
    const details: Record<string, unknown> = {};
    details['self'] = details;
    expect(failureToData(new ChassisError('ABORTED', 'again', { details }))).not.toHaveProperty('details');
  });

  it('is made of whatever is received', () => {
    for (const bad of [undefined, 7, [], { kind: 'NOTHING', code: 5, message: {}, details: [], retryAfterMs: -1 }]) {
      const { kind, code, details, retryAfterMs, remote } = failureFromData(bad);
      expect([kind, code, details, retryAfterMs, remote]).toEqual(['UNKNOWN', 'UNKNOWN', undefined, undefined, true]);
    }
  });
});

it('headers are texts only, by names in lower case', () => {
  const headers = receivedHeaders(JSON.parse('{"X-A":"1","b":["2","3"],"c":4,"d":["5",6],"e":null,"__proto__":"7"}'));
  expect({ ...headers.record }).toEqual({ 'x-a': '1', b: ['2', '3'] });
  for (const bad of [undefined, null, 'text', ['a']]) expect(receivedHeaders(bad)).toBe(HeaderMap.empty);
});
