import type { TransportLimits } from '@ts-chassis/core';
import {
  Server,
  type ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerOptions,
} from '@grpc/grpc-js';
import type { Http2Server, IncomingHttpHeaders } from 'node:http2';
import type { MethodPlan } from '../../binding/method-plan.js';
import { MOST_MEMORY_MB, type ServerBehaviour } from '../grpc-server-options.js';
import type { Method } from '../methods.js';
import { keepRepeatedAuthorization } from '../repeated-authorization.js';

/** What a server of grpc-js is made with. */
export interface ServerParts {
  readonly methods: ReadonlyMap<string, Method>;
  readonly limits: TransportLimits;
  readonly behaviour: ServerBehaviour;
  /** Gets every call that begins, those of unknown methods among them. */
  take(wire: ServerInterceptingCallInterface, path: string): void;
}

/** A server of grpc-js that hands over bytes, and each call before it would run a handler of its own. */
export function makeServer({ methods, limits, behaviour, take }: ServerParts): Server {
  const server = new Server({
    ...optionsOf(limits, behaviour),
    interceptors: [({ path }, wire) => new HandedOver(wire, path, take)],
  });
  for (const [path, { plan }] of methods) server.register(path, never, asIs, asIs, typeOf(plan!));
  findUnknown(server);
  keepAuthorizations(server);
  return server;
}

/** Hands a call over when grpc-js starts it: none of its own listeners, streams and handlers comes about. */
class HandedOver extends ServerInterceptingCall {
  // oxlint-disable-next-line max-params -- one of them for each call
  constructor(
    private readonly wire: ServerInterceptingCallInterface,
    private readonly path: string,
    private readonly take: ServerParts['take'],
  ) {
    super(wire);
  }

  override start(): void {
    this.take(this.wire, this.path);
  }
}

function optionsOf({ maxBodyBytes }: TransportLimits, behaviour: ServerBehaviour): ServerOptions {
  const { maxConcurrentCalls, keepaliveMs, keepaliveTimeoutMs, maxConnectionAgeMs, maxConnectionAgeGraceMs } =
    behaviour;
  return {
    // it would keep what it knows of connections for all servers of the process
    'grpc.enable_channelz': 0,
    'grpc.max_receive_message_length': maxBodyBytes > 0 ? maxBodyBytes : -1,
    'grpc.max_concurrent_streams': maxConcurrentCalls,
    'grpc-node.max_session_memory': MOST_MEMORY_MB,
    ...(keepaliveMs > 0 && { 'grpc.keepalive_time_ms': keepaliveMs }),
    'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
    ...(maxConnectionAgeMs > 0 && { 'grpc.max_connection_age_ms': maxConnectionAgeMs }),
    ...(maxConnectionAgeGraceMs > 0 && { 'grpc.max_connection_age_grace_ms': maxConnectionAgeGraceMs }),
  };
}

interface Registered {
  readonly func: () => void;
  readonly serialize: (value: Buffer) => Buffer;
  readonly deserialize: (bytes: Buffer) => Buffer;
  readonly type: string;
  readonly path: string;
}

/**
 * Has calls of unknown methods come through too, so that they are limited, traced and counted. grpc-js has no public way: this is one of two uses
 * made here of its inside, and a test tells when it is gone. Without it those calls are answered by grpc-js, with the same code.
 */
function findUnknown(server: Server): void {
  const inside = server as unknown as { _retrieveHandler?: (path: string) => Registered | null };
  const find = inside._retrieveHandler;
  if (!find) return;
  inside._retrieveHandler = (path) =>
    find.call(server, path) ?? { func: never, serialize: asIs, deserialize: asIs, type: 'bidi', path };
}

/**
 * Shows grpc-js every `authorization` of a call, of which Node gives it the first: before it reads the headers, they are put right. The other use of
 * its inside, since the raw headers are told to listeners of its HTTP/2 server alone. Without it the first one counts.
 */
function keepAuthorizations(server: Server): void {
  const inside = server as unknown as { createHttp2Server?: (credentials: ServerCredentials) => Http2Server };
  const create = inside.createHttp2Server;
  if (!create) return;
  inside.createHttp2Server = (credentials) => {
    const made = create.call(server, credentials);
    // oxlint-disable-next-line max-params -- Node's event, whose types do not tell of the last one
    made.prependListener('stream', (_stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders?: string[]) =>
      keepRepeatedAuthorization(headers, rawHeaders),
    );
    return made;
  };
}

function typeOf({ requestStream, responseStream }: MethodPlan): string {
  if (requestStream) return responseStream ? 'bidi' : 'clientStream';
  return responseStream ? 'serverStream' : 'unary';
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

function never(): void {
  // calls are handed over before
}
