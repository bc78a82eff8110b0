import {
  Arg,
  ChassisError,
  Field,
  Invocation,
  readSchema,
  remote,
  Returns,
  Schema,
  systemClock,
  type Endpoint,
  type InvocationInit,
  type Operation,
  type Reply,
  type TlsMaterials,
} from '@ts-chassis/core';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { Rpc } from '../decorators/rpc.js';
import { Protos } from '../proto/protos.js';
import { GrpcClientTransport } from './grpc-client-transport.js';
import type { GrpcClientOptions } from './grpc-client-options.js';

export class Book {
  @Field() isbn!: string;
  @Field({ optional: true }) printed?: Date;
}

@Schema({ id: 'catalog' })
export class Catalog {
  @Rpc() @Returns(Book) find(@Arg('isbn') _isbn: string): Promise<Book> {
    return remote();
  }
  @Rpc() @Returns() touch(@Arg('isbn') _isbn: string): Promise<void> {
    return remote();
  }
  @Rpc() @Returns(Number, { stream: true }) count(@Arg('to') _to: number): AsyncIterable<number> {
    return remote();
  }
  @Rpc() @Returns(Number) sum(
    @Arg('numbers', { type: Number, stream: true }) _numbers: AsyncIterable<number>,
  ): Promise<number> {
    return remote();
  }
  @Rpc() @Returns(Number, { stream: true }) double(
    @Arg('numbers', { type: Number, stream: true }) _numbers: AsyncIterable<number>,
  ): AsyncIterable<number> {
    return remote();
  }
}

export const protos = new Protos();
const schema = readSchema(Catalog);

export function operation(name: keyof Catalog): Operation {
  return schema.operations.find((each) => each.name === name)!;
}

export const plan = (name: keyof Catalog) => protos.planOf(operation(name))!;

/** Methods as grpc-js has them, with items and results in the place of bytes. */
export interface Methods {
  find?: (
    call: ServerUnaryCall<[string], object>,
    done: (error: unknown, book?: unknown, trailer?: Metadata) => void,
  ) => void;
  touch?: (call: ServerUnaryCall<[string], object>, done: (error: unknown, result?: unknown) => void) => void;
  count?: (call: ServerWritableStream<[number], number>) => void;
  sum?: (call: ServerReadableStream<number, number>, done: (error: unknown, sum?: number) => void) => void;
  double?: (call: ServerDuplexStream<number, number>) => void;
}

/** A peer that is no server of ours. */
export interface Peer {
  readonly endpoint: Endpoint;
  readonly server: Server;
  kill(): void;
}

export const cleanups: (() => unknown)[] = [];

export async function cleanUp(): Promise<void> {
  await Promise.all(cleanups.splice(0).map((clean) => clean()));
}

export async function peer(methods: Methods, port = 0, options = {}): Promise<Peer> {
  const server = new Server(options);
  for (const [name, handler] of Object.entries(methods)) {
    const { path, requestStream, responseStream, ...codec } = codecOf(name as keyof Catalog);
    const kind = requestStream ? (responseStream ? 'bidi' : 'clientStream') : responseStream ? 'serverStream' : 'unary';
    server.register(path, handler as UntypedHandleCall as never, codec.serialize, codec.deserialize, kind);
  }
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    ),
  );
  const kill = (): void => server.forceShutdown();
  cleanups.push(kill);
  return { endpoint: endpointAt(bound), server, kill };
}

function codecOf(name: keyof Catalog): {
  path: string;
  requestStream: boolean;
  responseStream: boolean;
  serialize(value: unknown): Buffer;
  deserialize(bytes: Buffer): unknown;
} {
  const { path, requestStream, responseStream } = plan(name);
  return {
    ...{ path, requestStream, responseStream },
    serialize: (value) => plan(name).encodeResponse(plan(name).resultToMessage(value)),
    deserialize: (bytes) => {
      const message = plan(name).decodeRequest(bytes);
      return requestStream ? plan(name).messageToItem(message) : plan(name).toArguments(message);
    },
  };
}

export function endpointAt(port: number): Endpoint {
  return { listener: 'grpc', host: '127.0.0.1', port, ssl: false };
}

/** A peer of HTTP/2 that does as told with each stream. */
export async function http2Peer(
  onStream: (stream: ServerHttp2Stream, path: string) => void,
  onSession: (session: ServerHttp2Session) => void = () => undefined,
): Promise<{ readonly endpoint: Endpoint; readonly server: Http2Server }> {
  const server = createServer({ maxSendHeaderBlockLength: 1_000_000 });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session.on('error', () => undefined));
    onSession(session);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    onStream(stream, headers[':path'] ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { endpoint: endpointAt((server.address() as AddressInfo).port), server };
}

/** A peer that speaks bytes. */
export async function tcpPeer(onConnection: (socket: Socket, count: number) => void): Promise<Endpoint> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onConnection(socket, ++count);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return endpointAt((server.address() as AddressInfo).port);
}

export interface ClientSetting extends GrpcClientOptions {
  readonly maxBodyBytes?: number;
  readonly clock?: typeof systemClock;
  readonly tls?: Pick<TlsMaterials, 'client'>;
}

export function client({
  maxBodyBytes = 4_194_304,
  clock = systemClock,
  tls,
  ...options
}: ClientSetting = {}): GrpcClientTransport {
  const noTls = { client: () => Promise.reject(new ChassisError('INTERNAL', 'no TLS here')) };
  const transport = new GrpcClientTransport({
    clock,
    limits: { value: { maxBodyBytes } },
    tls: tls ?? noTls,
    protos,
    options,
  });
  cleanups.push(() => transport.close(AbortSignal.abort()));
  return transport;
}

export function invocationOf(
  name: keyof Catalog,
  args: readonly unknown[],
  init: Partial<InvocationInit> = {},
): Invocation {
  return new Invocation({
    operation: operation(name),
    service: 'library',
    source: { service: 'orders', protocol: '', trusted: true },
    args,
    ...init,
  });
}

/** The failure of what should not succeed. */
export async function failureOf(outcome: Promise<unknown>): Promise<ChassisError> {
  const error: unknown = await outcome.then(
    (value) => new Error(`expected a failure, got ${JSON.stringify(value)}`),
    (failure: unknown) => failure,
  );
  if (!ChassisError.is(error)) throw error;
  return error;
}

export async function listOf(reply: Reply): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of reply.value as AsyncIterable<unknown>) items.push(item);
  return items;
}
