import { remote, Returns, Schema, systemClock, type Client } from '@ts-chassis/core';
import { Rpc } from '@ts-chassis/grpc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { grpcPeers } from '../../scripts/servers/servers.mjs';
import { Authority, CertificateFolder } from '../fixtures/certificates.js';
import { startGrpc, TEST_SERVICE, type GrpcApplication } from './grpc-application.js';
import {
  ECHO_INITIAL,
  ECHO_TRAILING,
  payloadOf,
  TestService,
  type StreamingOutputCallRequest,
  type StreamingOutputCallResponse,
} from './grpc-service.js';
import { Turns } from './grpc-turns.js';
import { lane } from './lane.js';

/** What no server has. */
@Schema({ id: 'grpc.testing.TestService' })
class Unimplemented {
  @Rpc({ method: 'UnimplementedCall' })
  @Returns()
  unimplementedMethod(): Promise<void> {
    return remote();
  }

  @Rpc({ service: 'grpc.testing.UnimplementedService', method: 'UnimplementedCall' })
  @Returns()
  unimplementedService(): Promise<void> {
    return remote();
  }
}

const SERVICE = 'interop.test';
const LARGE_REQUEST = 271_828;
const LARGE_RESPONSE = 314_159;
const REQUESTS = [27_182, 8, 1_828, 45_904];
const RESPONSES = [31_415, 9, 2_653, 58_979];

/** The cases of gRPC's interop-test-descriptions.md, by our client. */
function cases(start: () => { readonly application: GrpcApplication; readonly endpoint: string }): void {
  let application: GrpcApplication;
  let client: Client<TestService>;
  let unimplemented: Client<Unimplemented>;
  const withOptions = (options: { timeoutMs?: number; signal?: AbortSignal }): Client<TestService> =>
    application.client(TestService, { service: SERVICE, endpoint: start().endpoint, ...options });

  beforeEach(() => {
    application = start().application;
    client = withOptions({});
    unimplemented = application.client(Unimplemented, { service: SERVICE, endpoint: start().endpoint });
  });

  it('hold empty_unary', async () => {
    expect(await client.emptyCall()).toBeUndefined();
  });

  it('hold large_unary', async () => {
    const { payload } = await client.unaryCall({ responseSize: LARGE_RESPONSE, payload: payloadOf(LARGE_REQUEST) });
    expect(payload?.type).toBe('COMPRESSABLE');
    expect(Buffer.compare(Buffer.from(payload!.body!), Buffer.alloc(LARGE_RESPONSE))).toBe(0);
  });

  it('hold client_streaming', async () => {
    const requests = REQUESTS.map((size) => ({ payload: payloadOf(size) }));
    expect(await client.streamingInputCall(each(requests))).toEqual({ aggregatedPayloadSize: 74_922 });
  });

  it('hold server_streaming', async () => {
    const responseParameters = RESPONSES.map((size) => ({ size }));
    const sizes: unknown[] = [];
    for await (const { payload } of client.streamingOutputCall({ responseParameters }))
      sizes.push(payload?.body?.length);
    expect(sizes).toEqual(RESPONSES);
  });

  it('hold ping_pong: each request leaves when the answer to the one before is there', async () => {
    const sizes: unknown[] = [];
    const requests = new Turns<StreamingOutputCallRequest>();
    requests.put(asking(0));
    for await (const response of client.fullDuplexCall(requests)) {
      sizes.push(response.payload?.body?.length);
      if (sizes.length < RESPONSES.length) requests.put(asking(sizes.length));
      else requests.end();
    }
    expect(sizes).toEqual(RESPONSES);
  });

  it('hold empty_stream', async () => {
    expect(await all(client.fullDuplexCall(each([])))).toEqual([]);
  });

  it('hold custom_metadata', async () => {
    const trailing = Buffer.from([0xab, 0xab, 0xab]).toString('base64');
    const echoed = (): unknown => {
      const { headers, trailers } = application.witness.reply!;
      return { initial: headers.get(ECHO_INITIAL), trailing: trailers?.get(ECHO_TRAILING) };
    };
    const request = { responseSize: LARGE_RESPONSE, payload: payloadOf(LARGE_REQUEST) };
    await client.unaryCall(request, 'test_initial_metadata_value', trailing);
    expect(echoed()).toEqual({ initial: 'test_initial_metadata_value', trailing });
    await all(client.fullDuplexCall(each([asking(0)]), 'another_value', trailing));
    expect(echoed()).toEqual({ initial: 'another_value', trailing });
  });

  it('hold status_code_and_message', async () => {
    const responseStatus = { code: 2, message: 'test status message' };
    const failure = { kind: 'UNKNOWN', remote: true, reply: { status: 2, message: 'test status message' } };
    await expect(client.unaryCall({ responseStatus })).rejects.toMatchObject(failure);
    await expect(all(client.fullDuplexCall(each([{ responseStatus }])))).rejects.toMatchObject(failure);
  });

  it('hold special_status_message', async () => {
    const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
    const failure = { kind: 'UNKNOWN', reply: { status: 2, message } };
    await expect(client.unaryCall({ responseStatus: { code: 2, message } })).rejects.toMatchObject(failure);
  });

  it('hold unimplemented_method', async () => {
    await expect(unimplemented.unimplementedMethod()).rejects.toMatchObject({ kind: 'UNIMPLEMENTED', remote: true });
  });

  it('hold unimplemented_service', async () => {
    await expect(unimplemented.unimplementedService()).rejects.toMatchObject({ kind: 'UNIMPLEMENTED', remote: true });
  });

  it('hold cancel_after_begin', async () => {
    const cancelled = new AbortController();
    const requests = new Turns<{ payload: ReturnType<typeof payloadOf> }>();
    const result = withOptions({ signal: cancelled.signal }).streamingInputCall(requests);
    cancelled.abort();
    await expect(result).rejects.toMatchObject({ kind: 'CANCELLED' });
  });

  it('hold cancel_after_first_response', async () => {
    const cancelled = new AbortController();
    const requests = new Turns<StreamingOutputCallRequest>();
    requests.put({ ...asking(0), payload: payloadOf(27_182) });
    const responses = withOptions({ signal: cancelled.signal }).fullDuplexCall(requests)[Symbol.asyncIterator]();
    expect((await responses.next()).value).toMatchObject({ payload: { body: { length: RESPONSES[0] } } });
    cancelled.abort();
    await expect(responses.next()).rejects.toMatchObject({ kind: 'CANCELLED' });
  });

  it('hold timeout_on_sleeping_server', async () => {
    const requests = new Turns<StreamingOutputCallRequest>();
    requests.put({ payload: payloadOf(27_182) });
    const began = systemClock.elapsed();
    const responses = all(withOptions({ timeoutMs: 1 }).fullDuplexCall(requests));
    await expect(responses).rejects.toMatchObject({ kind: 'DEADLINE_EXCEEDED' });
    expect(systemClock.elapsed() - began).toBeLessThan(5000);
  });
}

/** The request for the response of a turn. */
function asking(turn: number): StreamingOutputCallRequest {
  return { responseParameters: [{ size: RESPONSES[turn]! }], payload: payloadOf(REQUESTS[turn]) };
}

async function* each<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}

async function all(responses: AsyncIterable<StreamingOutputCallResponse>): Promise<StreamingOutputCallResponse[]> {
  const got: StreamingOutputCallResponse[] = [];
  for await (const response of responses) got.push(response);
  return got;
}

const caller = { name: 'caller', protos: [TEST_SERVICE] };

lane('our client and the server of grpc-go', [grpcPeers], () => {
  const folder = new CertificateFolder();
  const started: { stop(): Promise<void> }[] = [];

  async function run<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const running = await starting;
    started.unshift(running);
    return running;
  }

  /** An authority, and a server's certificate of it, as files. */
  async function trust(): Promise<{ authority: Authority; certificate: string; key: string; caFile: string }> {
    const authority = await Authority.make();
    const { certFile, keyFile } = folder.pair('server', await authority.issue({ name: SERVICE }));
    return { authority, certificate: certFile, key: keyFile, caFile: folder.write('ca.crt', authority.certificate) };
  }

  afterAll(async () => {
    for (const running of started) await running.stop();
    folder.remove();
  });

  describe('in plain HTTP/2', () => {
    let server: { readonly port: number };
    let application: GrpcApplication;

    beforeAll(async () => {
      server = await run(grpcPeers.startInterop());
      application = await run(startGrpc(caller));
    });

    cases(() => ({ application, endpoint: `grpc://127.0.0.1:${server.port}` }));
  });

  describe('in TLS', () => {
    let server: { readonly port: number };
    let application: GrpcApplication;

    beforeAll(async () => {
      const { certificate, key, caFile } = await trust();
      server = await run(grpcPeers.startInterop({ certificate, key }));
      application = await run(startGrpc({ ...caller, values: { 'ssl.grpc.Consumer': { caFile } } }));
    });

    cases(() => ({ application, endpoint: `grpc://127.0.0.1:${server.port}?sslEnabled=true` }));
  });

  it('go together in mutual TLS, with a certificate only', async () => {
    const { authority, certificate, key, caFile } = await trust();
    const { port } = await run(grpcPeers.startInterop({ certificate, key, authority: caFile }));
    const own = folder.pair('client', await authority.issue({ name: 'client.test' }));
    const known = await run(startGrpc({ ...caller, values: { 'ssl.grpc.Consumer': { ...own, caFile } } }));
    const unknown = await run(startGrpc({ ...caller, values: { 'ssl.grpc.Consumer': { caFile } } }));
    const options = { service: SERVICE, endpoint: `grpc://127.0.0.1:${port}?sslEnabled=true` };
    const { payload } = await known.client(TestService, options).unaryCall({ responseSize: 3 });
    expect(payload?.body).toHaveLength(3);
    await expect(unknown.client(TestService, options).emptyCall()).rejects.toMatchObject({ kind: 'UNAVAILABLE' });
  });
});
