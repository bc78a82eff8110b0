import { VirtualClock, type ChassisError } from '@ts-chassis/core';
import { Metadata } from '@grpc/grpc-js';
import http2, { constants } from 'node:http2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  cleanUp,
  client,
  endpointAt,
  failureOf,
  http2Peer,
  invocationOf,
  listOf,
  operation,
  peer,
  plan,
  tcpPeer,
} from './calling.fixture.js';

afterEach(cleanUp);

const HEAD = { ':status': 200, 'content-type': 'application/grpc' };

/** What Node's side of sessions stands on, never collected: see below. */
const held: unknown[] = [];

/** Node aborts the process where it collects a client's session that was sent more headers than it takes (docs/grpc.md). */
function holdSessions(): void {
  const { connect } = http2;
  vi.spyOn(http2, 'connect').mockImplementation((...given: unknown[]) => {
    const session = Reflect.apply(connect, http2, given) as http2.ClientHttp2Session;
    session.once('connect', () => {
      const handle = Object.getOwnPropertySymbols(session).find(({ description }) => description === 'kHandle')!;
      held.push((session as unknown as Record<symbol, unknown>)[handle]);
    });
    return session;
  });
}

function framed(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** By what governance's retry tells such a failure. */
function wasNotSent({ cause }: ChassisError): boolean {
  const { code, syscall } = (cause ?? {}) as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'ERR_HTTP2_STREAM_REFUSED';
}

const book = (isbn: string): Buffer => framed(plan('find').encodeResponse(plan('find').resultToMessage({ isbn })));

describe('an endpoint that cannot be reached', () => {
  it('fails at once, as a connection that was refused and was not sent, and is tried anew by the next call', async () => {
    const { endpoint, kill } = await peer({ find: (_call, done) => done(null, { isbn: '1' }) });
    kill();
    const transport = client();
    const error = await failureOf(transport.send(invocationOf('find', ['1'], { endpoint })));
    expect(error).toMatchObject({ code: 'CALL_FAILED', kind: 'UNAVAILABLE', remote: false });
    expect(error.message).toContain('ECONNREFUSED');
    expect(wasNotSent(error)).toBe(true);
    await peer({ find: (_call, done) => done(null, { isbn: '2' }) }, endpoint.port);
    expect((await transport.send(invocationOf('find', ['1'], { endpoint }))).value).toMatchObject({ isbn: '2' });
  });

  it('whose name is unknown fails so too', async () => {
    const endpoint = { ...endpointAt(1), host: 'no-such-host.invalid' };
    const error = await failureOf(client().send(invocationOf('find', ['1'], { endpoint })));
    expect(error).toMatchObject({ code: 'CALL_FAILED', remote: false });
    expect(wasNotSent(error)).toBe(true);
  });

  it('that accepts and never says a word is given up after five seconds', async () => {
    const clock = new VirtualClock();
    let connected: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (connected = resolve));
    const endpoint = await tcpPeer(() => connected());
    const outcome = failureOf(client({ clock }).send(invocationOf('find', ['1'], { endpoint })));
    await told;
    clock.advance(5000);
    const error = await outcome;
    expect(error).toMatchObject({ code: 'CALL_FAILED', remote: false });
    expect(wasNotSent(error)).toBe(true);
  });

  it('that speaks something else fails as a connection does', async () => {
    const endpoint = await tcpPeer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'));
    const error = await failureOf(client().send(invocationOf('find', ['1'], { endpoint })));
    expect(error).toMatchObject({ code: 'CALL_FAILED', remote: false });
  });
});

describe('a connection that is lost', () => {
  it('under a call fails it, and nobody knows whether the callee ran it', async () => {
    const { endpoint } = await http2Peer((stream) => {
      stream.respond(HEAD);
      stream.session?.destroy();
    });
    const error = await failureOf(client().send(invocationOf('find', ['1'], { endpoint })));
    expect(error).toMatchObject({ code: 'CALL_FAILED', kind: 'UNAVAILABLE', remote: false });
    expect(wasNotSent(error)).toBe(false);
  });

  it('by an error of HTTP/2 of the other side fails as one that is lost otherwise', async () => {
    const { endpoint } = await http2Peer((stream) => stream.session?.goaway(2));
    const error = await failureOf(client().send(invocationOf('find', ['1'], { endpoint })));
    expect(error).toMatchObject({ code: 'CALL_FAILED', kind: 'UNAVAILABLE', remote: false });
    expect(wasNotSent(error)).toBe(false);
  });

  it('under a stream fails it after what came before', async () => {
    const { endpoint } = await peer({ count: (call) => void call.write(7) });
    const reply = await client().send(invocationOf('count', [1], { endpoint }));
    const items = (reply.value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    expect(await items.next()).toMatchObject({ value: 7 });
    await cleanUp();
    expect(await failureOf(items.next())).toMatchObject({ kind: 'UNAVAILABLE' });
  });

  it('is made anew by the next call', async () => {
    let killed: () => void = () => undefined;
    const { endpoint } = await http2Peer((stream) => {
      stream.respond(HEAD, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(book('1'));
      killed = () => stream.session?.destroy();
    });
    const transport = client();
    for (let round = 0; round < 3; round++) {
      await transport.send(invocationOf('find', ['1'], { endpoint }));
      killed();
    }
  });

  it('by going away lets calls under way finish, and later ones go elsewhere', async () => {
    let sessions = 0;
    const { endpoint } = await http2Peer(
      (stream) => {
        stream.respond(HEAD, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.session?.goaway();
        setImmediate(() => stream.end(book('1')));
      },
      () => (sessions += 1),
    );
    const transport = client();
    await transport.send(invocationOf('find', ['1'], { endpoint }));
    await transport.send(invocationOf('find', ['1'], { endpoint }));
    expect(sessions).toBe(2);
  });

  it('is noticed by a ping that is not answered', async () => {
    const endpoint = await tcpPeer((socket) => {
      // settings, and nothing after that
      socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    });
    const transport = client({ keepaliveMs: 20, keepaliveTimeoutMs: 20 });
    const error = await failureOf(transport.send(invocationOf('find', ['1'], { endpoint })));
    expect(error).toMatchObject({ code: 'CALL_FAILED', kind: 'UNAVAILABLE' });
    expect(wasNotSent(error)).toBe(false);
  });
});

describe('a stream that is reset', () => {
  it.each([
    ['because it was refused', constants.NGHTTP2_REFUSED_STREAM, { code: 'CALL_FAILED', remote: false }],
    ['because of an internal error', constants.NGHTTP2_INTERNAL_ERROR, { kind: 'INTERNAL', remote: true }],
    ['because it was cancelled', constants.NGHTTP2_CANCEL, { kind: 'CANCELLED', remote: true }],
    ['to calm us', constants.NGHTTP2_ENHANCE_YOUR_CALM, { kind: 'RESOURCE_EXHAUSTED', remote: true }],
  ])('%s fails the call', async (_, code, expected) => {
    const { endpoint } = await http2Peer((stream) => stream.close(code));
    const error = await failureOf(client().send(invocationOf('find', ['1'], { endpoint })));
    expect(error).toMatchObject(expected);
    expect(wasNotSent(error)).toBe(code === constants.NGHTTP2_REFUSED_STREAM);
  });
});

describe('an answer that is none', () => {
  const broken = async (
    answer: Parameters<typeof http2Peer>[0],
    name: 'find' | 'count' = 'find',
    setting = {},
  ): ReturnType<typeof failureOf> => {
    const { endpoint } = await http2Peer(answer);
    const args = [name === 'count' ? 1 : '978'];
    const sent = client(setting).send(invocationOf(name, args, { endpoint }));
    return failureOf(name === 'count' ? sent.then(listOf) : sent);
  };

  it('of a proxy tells its status', async () => {
    const error = await broken((stream) => {
      stream.respond({ ':status': 502, 'content-type': 'text/html' });
      stream.end('<html>Bad gateway</html>');
    });
    expect(error).toMatchObject({ kind: 'UNAVAILABLE', remote: true });
    expect(error.message).toContain('502');
  });

  it('without a status fails', async () => {
    const error = await broken((stream) => {
      stream.respond(HEAD);
      stream.end(book('1'));
    });
    expect(error).toMatchObject({ remote: true });
    expect(['INTERNAL', 'UNKNOWN']).toContain(error.kind);
  });

  it('without a message fails', async () => {
    const error = await broken((stream) => stream.respond({ ...HEAD, 'grpc-status': '0' }, { endStream: true }));
    expect(error).toMatchObject({ code: 'REPLY_INVALID', remote: true });
  });

  it('of two messages fails, where one is declared', async () => {
    const error = await broken((stream) => {
      stream.respond(HEAD, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.concat([book('1'), book('2')]));
    });
    expect(error).toMatchObject({ code: 'REPLY_INVALID', remote: true });
    expect(error.message).toContain('more than one');
  });

  it.each(['find', 'count'] as const)('of bytes that are no protobuf fails %s', async (name) => {
    const error = await broken((stream) => {
      stream.respond(HEAD, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(framed(Buffer.from([0x0a, 0xff, 0xff])));
    }, name);
    expect(error).toMatchObject({ code: 'REPLY_MALFORMED', kind: 'INTERNAL', remote: true });
    expect(error.message).toContain(operation(name).id);
  });

  it('that is too large fails without being held', async () => {
    const error = await broken(
      (stream) => {
        stream.respond(HEAD);
        stream.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]));
      },
      'find',
      { maxBodyBytes: 1000 },
    );
    expect(error).toMatchObject({ code: 'REPLY_INVALID', remote: true });
    expect(error.message).toContain('larger');
  });

  it('with more metadata than fits fails alone', async () => {
    holdSessions();
    const error = await broken((stream) => {
      const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`x-many-${at}`, 'y']));
      stream.respond({ ...HEAD, ...many, 'grpc-status': '3' }, { endStream: true });
    });
    expect(error).toMatchObject({ kind: 'RESOURCE_EXHAUSTED' });
    vi.restoreAllMocks();
    expect(held).toEqual([expect.anything()]);
  });

  it('with headers alone tells the status in them', async () => {
    const error = await broken((stream) =>
      stream.respond({ ...HEAD, 'grpc-status': '8', 'grpc-message': 'too%20much' }, { endStream: true }),
    );
    expect(error).toMatchObject({ kind: 'RESOURCE_EXHAUSTED', message: 'catalog.find: too much', remote: true });
  });

  it('of a status that nobody knows is unknown', async () => {
    const error = await broken((stream) => stream.respond({ ...HEAD, 'grpc-status': '77' }, { endStream: true }));
    expect(error).toMatchObject({ kind: 'UNKNOWN', remote: true });
    expect(error.reply).toMatchObject({ status: 77 });
  });

  it('of UNAVAILABLE by the callee itself is an answer, not a lost connection', async () => {
    const { endpoint } = await peer({
      find: (_call, done) => done({ code: 14, details: 'counting stock', metadata: new Metadata() }),
    });
    const error = await failureOf(client().send(invocationOf('find', ['1'], { endpoint })));
    expect(error).toMatchObject({ kind: 'UNAVAILABLE', code: 'UNAVAILABLE', remote: true });
  });
});

describe('a call that is given up', () => {
  it('is cancelled at the callee', async () => {
    let cancelled: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (cancelled = resolve));
    let started: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    const { endpoint } = await peer({
      find: (call) => {
        call.on('cancelled', () => cancelled());
        started();
      },
    });
    const invocation = invocationOf('find', ['1'], { endpoint });
    const outcome = failureOf(client().send(invocation));
    await running;
    invocation.cancel(new Error('enough'));
    expect(await outcome).toMatchObject({ code: 'CALL_CANCELLED', kind: 'CANCELLED', remote: false });
    await told;
  });

  it('before it is sent is never sent', async () => {
    let calls = 0;
    const { endpoint } = await peer({ find: (_call, done) => done(null, { isbn: String((calls += 1)) }) });
    const transport = client();
    const invocation = invocationOf('find', ['1'], { endpoint });
    invocation.cancel(new Error('enough'));
    await failureOf(transport.send(invocation));
    await transport.send(invocationOf('find', ['1'], { endpoint }));
    expect(calls).toBe(1);
  });
});
