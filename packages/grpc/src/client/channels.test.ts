import { VirtualClock, type ClientTls, type Endpoint } from '@ts-chassis/core';
import { Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import type { ServerHttp2Stream } from 'node:http2';
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../../../../test/fixtures/certificates.js';
import {
  cleanUp,
  cleanups,
  client,
  endpointAt,
  failureOf,
  http2Peer,
  invocationOf,
  peer,
  plan,
} from './calling.fixture.js';

afterEach(cleanUp);

const HEAD = { ':status': 200, 'content-type': 'application/grpc' };

/** A peer that answers when told to, and counts connections. */
async function slowPeer(): Promise<{
  readonly endpoint: Endpoint;
  readonly sessions: () => number;
  readonly arrived: Promise<void>;
  readonly answer: () => void;
  readonly closed: Promise<void>;
}> {
  const bytes = plan('find').encodeResponse({ isbn: '1' });
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, bytes.length]), bytes]);
  let sessions = 0;
  let answer: () => void = () => undefined;
  let arrive: () => void = () => undefined;
  let close: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const closed = new Promise<void>((resolve) => (close = resolve));
  const { endpoint } = await http2Peer(
    (stream) => {
      answer = (): void => {
        stream.respond(HEAD, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end(frame);
      };
      arrive();
    },
    (session) => {
      sessions += 1;
      session.on('close', () => close());
    },
  );
  return { endpoint, sessions: () => sessions, arrived, answer: () => answer(), closed };
}

describe('the connection to an endpoint', () => {
  it('is one for all calls, also by other objects of the same address', async () => {
    let sockets = 0;
    const { endpoint } = await peer({ find: (call, done) => done(null, { isbn: call.getPeer() }) });
    const transport = client();
    const peers = new Set<unknown>();
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        const { value } = await transport.send(invocationOf('find', ['1'], { endpoint: { ...endpoint } }));
        peers.add((value as { isbn: string }).isbn);
        sockets += 1;
      }),
    );
    expect([peers.size, sockets]).toEqual([1, 200]);
  });

  it('carries more calls than the callee takes at a time: they wait for their turn', async () => {
    let most = 0;
    let running = 0;
    const answer = (call: ServerUnaryCall<[string], object>, done: (error: unknown, book: unknown) => void): void => {
      most = Math.max(most, (running += 1));
      setImmediate(() => {
        running -= 1;
        done(null, { isbn: call.request[0] });
      });
    };
    const { endpoint } = await peer({ find: answer }, 0, { 'grpc.max_concurrent_streams': 10 });
    const transport = client();
    await transport.send(invocationOf('find', ['0'], { endpoint }));
    const replies = await Promise.all(
      Array.from({ length: 300 }, (_, at) => transport.send(invocationOf('find', [String(at)], { endpoint }))),
    );
    expect(replies.map(({ value }) => (value as { isbn: string }).isbn)).toEqual(replies.map((_, at) => String(at)));
    expect(most).toBeLessThanOrEqual(10);
  });

  it('is given up in time when so many calls are cancelled on it that the callee may take them for a flood', async () => {
    const clock = new VirtualClock();
    let sessions = 0;
    const bytes = plan('find').encodeResponse({ isbn: '1' });
    const answers: (() => void)[] = [];
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const answerTo = (stream: ServerHttp2Stream): void => {
      if (stream.destroyed) return;
      stream.respond(HEAD, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, bytes.length]), bytes]));
    };
    const { endpoint } = await http2Peer(
      (stream) => {
        answers.push(() => answerTo(stream));
        if (answers.length > 1) answerTo(stream);
        else arrive();
      },
      () => (sessions += 1),
    );
    const transport = client({ clock });
    const call = (): Promise<unknown> => transport.send(invocationOf('find', ['1'], { endpoint }));
    const cancelled = async (): Promise<void> => {
      const invocation = invocationOf('find', ['1'], { endpoint });
      const outcome = failureOf(transport.send(invocation));
      invocation.cancel(new Error('enough'));
      await outcome;
    };
    const first = call();
    await arrived;
    for (let count = 0; count < 400; count++) await cancelled();
    // a second later 30 more are
    await clock.advance(1000);
    for (let count = 0; count < 30; count++) await cancelled();
    await call();
    expect(sessions).toBe(1);
    await cancelled();
    await call();
    expect(sessions).toBe(2);
    // what was under way on the old one goes on
    answers[0]!();
    expect(await first).toMatchObject({ value: { isbn: '1' } });
  });

  it('is closed when the instance left, after the calls on it', async () => {
    const { endpoint, arrived, answer, closed } = await slowPeer();
    const transport = client();
    const sent = transport.send(invocationOf('find', ['1'], { endpoint }));
    await arrived;
    transport.release({ ...endpoint });
    answer();
    expect((await sent).value).toEqual({ isbn: '1' });
    await closed;
  });

  it('is closed at the end, after the calls on it; later calls are refused', async () => {
    const { endpoint, arrived, answer, closed } = await slowPeer();
    const transport = client();
    const sent = transport.send(invocationOf('find', ['1'], { endpoint }));
    await arrived;
    let isClosed = false;
    const closing = transport.close().then(() => (isClosed = true));
    const late = await failureOf(transport.send(invocationOf('find', ['1'], { endpoint })));
    expect(late).toMatchObject({ code: 'CALL_FAILED', remote: false });
    expect(isClosed).toBe(false);
    answer();
    expect((await sent).value).toEqual({ isbn: '1' });
    await closing;
    await closed;
  });

  it('is closed by force when the time for that is over', async () => {
    const { endpoint, arrived } = await slowPeer();
    const transport = client();
    const sent = failureOf(transport.send(invocationOf('find', ['1'], { endpoint })));
    await arrived;
    const over = new AbortController();
    const closing = transport.close(over.signal);
    over.abort();
    expect(await sent).toMatchObject({ code: 'CALL_FAILED' });
    await closing;
  });

  it('is never made when nobody calls', async () => {
    const transport = client();
    transport.release(endpointAt(1));
    await transport.close();
    const late = await failureOf(transport.send(invocationOf('find', ['1'], { endpoint: endpointAt(1) })));
    expect(late).toMatchObject({ code: 'CALL_FAILED' });
  });
});

describe('a connection over TLS', () => {
  let authority: Authority;
  beforeAll(async () => {
    authority = await Authority.make();
  });

  /** Material that is told to change. */
  class Material implements ClientTls {
    readonly options = {} as ClientTls['options'];
    readonly #listeners = new Set<() => void>();
    made = 0;

    connect(): ConnectionOptions {
      this.made += 1;
      return { secureContext: createSecureContext({ ca: authority.certificate }), servername: 'library' };
    }

    onChange(run: () => void): () => void {
      this.#listeners.add(run);
      return () => this.#listeners.delete(run);
    }

    change(): void {
      for (const run of [...this.#listeners]) run();
    }

    get followers(): number {
      return this.#listeners.size;
    }
  }

  it('is made anew when certificates change; calls under way finish on the old one', async () => {
    const { certificate, key } = await authority.issue({ name: 'library' });
    const server = new Server();
    let waiting: (() => void) | undefined;
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    server.register(
      plan('find').path,
      ((call: ServerUnaryCall<string, Buffer>, done: (error: null, bytes: Buffer) => void) => {
        const answer = (): void => done(null, plan('find').encodeResponse({ isbn: call.getPeer() }));
        if (waiting || call.request !== 'wait') return answer();
        waiting = answer;
        arrive();
      }) as never,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => (plan('find').decodeRequest(bytes) as { isbn: string }).isbn,
      'unary',
    );
    const secure = ServerCredentials.createSsl(null, [
      { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) },
    ]);
    const port = await new Promise<number>((resolve) =>
      server.bindAsync('127.0.0.1:0', secure, (_error, at) => resolve(at)),
    );
    cleanups.push(() => server.forceShutdown());
    const material = new Material();
    const transport = client({ tls: { client: () => Promise.resolve(material) } });
    const endpoint = { ...endpointAt(port), ssl: true };
    const from = async (isbn: string): Promise<unknown> =>
      ((await transport.send(invocationOf('find', [isbn], { endpoint }))).value as { isbn: unknown }).isbn;
    const slow = from('wait');
    await arrived;
    const before = await from('now');
    material.change();
    const after = await from('now');
    waiting?.();
    expect(await slow).toBe(before);
    expect(after).not.toBe(before);
    expect([material.made, material.followers]).toEqual([2, 1]);
    await transport.close();
    expect(material.followers).toBe(0);
  });

  it('is not tried where the certificates of ours cannot be had, but the next call asks again', async () => {
    let asked = 0;
    const transport = client({ tls: { client: () => Promise.reject(new Error(`no files ${(asked += 1)}`)) } });
    const endpoint = { ...endpointAt(1), ssl: true };
    const send = (): Promise<unknown> => transport.send(invocationOf('find', ['1'], { endpoint }));
    await expect(send()).rejects.toThrow('no files 1');
    await expect(send()).rejects.toThrow('no files 2');
  });
});
