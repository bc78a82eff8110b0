import { defineSchema, HeaderMap, Invocation, PropagatedContext, VirtualClock } from '@ts-chassis/core';
import type { IncomingHttpHeaders } from 'node:http2';
import { afterEach, describe, expect, it } from 'vitest';
import { Protos } from '../proto/protos.js';
import { cleanUp, client, failureOf, http2Peer, invocationOf, type ClientSetting } from './calling.fixture.js';
import { CallMetadata } from './call-metadata.js';
import { HeaderArguments } from './header-arguments.js';

afterEach(cleanUp);

/** What a call has on the wire. */
async function sent(
  init: Parameters<typeof invocationOf>[2] = {},
  setting: ClientSetting = {},
): Promise<IncomingHttpHeaders> {
  let headers: IncomingHttpHeaders = {};
  const { endpoint, server } = await http2Peer((stream) =>
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '3' }, { endStream: true }),
  );
  server.on('stream', (_stream, received) => (headers = received));
  await failureOf(client(setting).send(invocationOf('find', ['978'], { endpoint, ...init })));
  return headers;
}

describe('on the wire a call', () => {
  it('has the path, the caller and its context as go-chassis has them', async () => {
    expect(await sent()).toMatchObject({
      ':method': 'POST',
      ':path': '/catalog/find',
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-cse-src-microservice': 'orders',
      'x-cse-context': '{"x-cse-src-microservice":"orders"}',
    });
  });

  it('takes the propagated context and headers along, and nothing of the connection', async () => {
    const headers = HeaderMap.of({
      ...{ 'x-mark': 'gold', 'x-many': ['a', 'b'], 'x-bytes-bin': 'AP8=', host: 'evil', 'content-length': '5' },
      ...{ 'grpc-timeout': '1n', 'grpc-encoding': 'snappy', te: 'gzip', 'x-cse-src-microservice': 'boss' },
    });
    const received = await sent({ headers, context: PropagatedContext.of([['shop', 'Süd']]) });
    expect(received).toMatchObject({ 'x-mark': 'gold', 'x-many': 'a, b', 'x-bytes-bin': 'AP8=', te: 'trailers' });
    expect(received).toMatchObject({ 'x-cse-src-microservice': 'orders' });
    expect(JSON.parse(String(received['x-cse-context']))).toEqual({ shop: 'Süd', 'x-cse-src-microservice': 'orders' });
    for (const name of ['host', 'content-length', 'grpc-timeout', 'grpc-encoding'])
      expect(received).not.toHaveProperty(name);
  });

  it('says what time is left, in both forms', async () => {
    const clock = new VirtualClock();
    const received = await sent({ deadline: clock.elapsed() + 1500.2 }, { clock });
    expect(received).toMatchObject({ 'grpc-timeout': '1501m', 'x-chassis-timeout-ms': '1501' });
    expect(await sent({ deadline: clock.elapsed() + 1e9 }, { clock })).toMatchObject({ 'grpc-timeout': '1000000S' });
    expect(await sent({ deadline: clock.elapsed() - 5 }, { clock })).toMatchObject({ 'grpc-timeout': '1m' });
    expect(await sent()).not.toHaveProperty('grpc-timeout');
  });

  it.each([
    ['x-mark', 'Süd'],
    ['x mark', 'gold'],
    ['x-mark', 'a\r\nb'],
  ])('is refused with the header %j of %j', async (name, value) => {
    const { endpoint } = await http2Peer(() => undefined);
    const headers = HeaderMap.of({ [name]: value });
    const error = await failureOf(client().send(invocationOf('find', ['978'], { endpoint, headers })));
    expect(error).toMatchObject({ kind: 'INVALID_ARGUMENT', code: 'ARGUMENT_INVALID', remote: false });
    expect(error.message).toContain(name);
  });
});

const shelf = defineSchema({
  id: 'shelf',
  operations: {
    take: {
      http: { method: 'GET', path: '/take' },
      rpc: {},
      parameters: {
        isbn: { place: 'query', type: String },
        'X-Reader': { place: 'header', type: String },
        'x-tags': { place: 'header', type: [String] },
        session: { place: 'cookie', type: String },
        theme: { place: 'cookie', type: String, optional: true },
      },
      returns: String,
    },
  },
});

describe('arguments that are headers and cookies', () => {
  const [operation] = shelf.operations;

  it('are metadata, and no part of the message', () => {
    const args = ['978', 'ann', ['a', 'b'], 'x y'];
    const invocation = new Invocation({
      ...{ operation: operation!, service: 'library', args },
      source: { service: 'orders', protocol: '', trusted: true },
      headers: HeaderMap.of({ 'x-reader': 'bob', 'x-other': '1' }),
    });
    const metadata = new CallMetadata().of(invocation, HeaderArguments.of(operation!), 0);
    expect(metadata.getMap()).toMatchObject({ 'x-reader': 'ann', 'x-other': '1', cookie: 'session=x%20y' });
    expect([metadata.get('x-reader'), metadata.get('x-tags')]).toEqual([['ann'], ['a', 'b']]);
    expect(new Protos().planOf(operation!)!.toMessage(args)).toEqual({ isbn: '978' });
  });

  it('that are not given leave what the call says under their names', () => {
    const invocation = new Invocation({
      ...{ operation: operation!, service: 'library', args: ['978', undefined, ['a']] },
      source: { service: 'orders', protocol: '', trusted: true },
      headers: HeaderMap.of({ 'x-reader': 'bob', 'x-tags': 'z', cookie: 'session=1' }),
    });
    const metadata = new CallMetadata().of(invocation, HeaderArguments.of(operation!), 0);
    expect(metadata.getMap()).toMatchObject({ 'x-reader': 'bob', 'x-tags': 'a', cookie: 'session=1' });
  });
});
