import { HeaderMap } from '@ts-chassis/core';
import { Metadata } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, client, failureOf, invocationOf, peer } from './calling.fixture.js';

afterEach(cleanUp);

describe('a unary call', () => {
  it('carries arguments, result, headers and trailers', async () => {
    const { endpoint } = await peer({
      find: (call, done) => {
        const head = new Metadata();
        head.set('x-greeting', String(call.metadata.get('x-name')[0]));
        head.set('x-bytes-bin', call.metadata.get('x-more-bin')[0]!);
        call.sendMetadata(head);
        const trailer = new Metadata();
        trailer.set('x-end', 'yes');
        done(null, { isbn: call.request[0], printed: new Date(5) }, trailer);
      },
    });
    const headers = HeaderMap.of({ 'x-name': 'ann', 'x-more-bin': Buffer.from([0, 255]).toString('base64') });
    const reply = await client().send(invocationOf('find', ['978'], { endpoint, headers }));
    expect(reply.value).toEqual({ isbn: '978', printed: new Date(5) });
    expect(reply.headers.get('x-greeting')).toBe('ann');
    expect(reply.headers.get('x-bytes-bin')).toBe('AP8=');
    expect(reply.trailers?.get('x-end')).toBe('yes');
  });

  it('fails as the callee says', async () => {
    const { endpoint } = await peer({ find: (_call, done) => done({ code: 5, details: 'no book 42' }) });
    const error = await failureOf(client().send(invocationOf('find', ['42'], { endpoint })));
    expect(error).toMatchObject({ kind: 'NOT_FOUND', remote: true, message: 'catalog.find: no book 42' });
    expect(error.reply).toMatchObject({ status: 5, message: 'no book 42' });
  });
});
