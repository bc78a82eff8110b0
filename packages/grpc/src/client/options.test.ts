import { defineSchema, Invocation } from '@ts-chassis/core';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, client, endpointAt, failureOf, http2Peer, invocationOf, peer, plan } from './calling.fixture.js';

afterEach(cleanUp);

/** The encoding that a call names, and whether its message says that it is compressed. */
async function sent(setting: Parameters<typeof client>[0]): Promise<readonly [unknown, number | undefined]> {
  let encoding: unknown;
  let first: number | undefined;
  const { endpoint, server } = await http2Peer((stream) => {
    stream.once('data', (chunk: Buffer) => {
      first = chunk[0];
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '3' }, { endStream: true });
    });
  });
  server.on('stream', (_stream, headers) => (encoding = headers['grpc-encoding']));
  await failureOf(client(setting).send(invocationOf('find', ['x'.repeat(1000)], { endpoint })));
  return [encoding, first];
}

/** A peer that answers with this, gzipped. */
async function zipped(message: Buffer): Promise<ReturnType<typeof endpointAt>> {
  const bytes = gzipSync(message);
  const frame = Buffer.alloc(5);
  frame[0] = 1;
  frame.writeUInt32BE(bytes.length, 1);
  const { endpoint } = await http2Peer((stream) => {
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': 'gzip' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat([frame, bytes]));
  });
  return endpoint;
}

describe('compression', () => {
  it('of requests is off, and on by option', async () => {
    expect(await sent({})).toEqual([undefined, 0]);
    expect(await sent({ compression: 'gzip' })).toEqual(['gzip', 1]);
    expect(await sent({ compression: 'deflate' })).toEqual(['deflate', 1]);
  });

  it('is understood by other programs', async () => {
    const { endpoint } = await peer({ find: (call, done) => done(null, { isbn: call.request[0] }) });
    const isbn = '978'.repeat(1000);
    const reply = await client({ compression: 'gzip' }).send(invocationOf('find', [isbn], { endpoint }));
    expect(reply.value).toEqual({ isbn });
  });

  it('of answers is undone, but not beyond the limit', async () => {
    const isbn = 'x'.repeat(100_000);
    const endpoint = await zipped(plan('find').encodeResponse({ isbn }));
    expect((await client().send(invocationOf('find', ['1'], { endpoint }))).value).toEqual({ isbn });
    const error = await failureOf(client({ maxBodyBytes: 10_000 }).send(invocationOf('find', ['1'], { endpoint })));
    expect(error).toMatchObject({ code: 'REPLY_INVALID', remote: true });
  });
});

describe('an operation without @Rpc', () => {
  it('is not for gRPC, and says so when it is called all the same', async () => {
    const [operation] = defineSchema({ id: 'catalog', operations: { find: { returns: String } } }).operations;
    const transport = client();
    expect(transport.speaks(operation!)).toBe(false);
    const source = { service: 'orders', protocol: '', trusted: true };
    const invocation = new Invocation({
      ...{ operation: operation!, service: 'library', source, args: [] },
      endpoint: endpointAt(1),
    });
    const error = await failureOf(transport.send(invocation));
    expect(error).toMatchObject({ code: 'NO_TRANSPORT' });
    expect(error.message).toContain('@Rpc()');
  });
});
