import type { ListenerBinding, RunningServer } from '@ts-chassis/core';
import type { ServerOptions } from 'node:http2';
import { CallHandler } from './call-handler.js';
import { Connection } from './connection.js';
import { behaviourOf, MOST_MEMORY_MB } from './grpc-server-options.js';
import type { GrpcServerSettings } from './grpc-server-settings.js';
import { startsWithPreface } from './preface.js';
import { GrpcServer } from './running-server.js';
import { servedMethods } from './served-methods.js';

/** Bytes of all calls of a connection together that are on their way to methods that do not read yet. */
const CONNECTION_WINDOW = 4 * 1024 * 1024;
/** Frames that make no sense, empty ones among them, until a connection is closed; and streams that are refused. */
const MOST_INVALID_FRAMES = 100;

/** Opens a listener. */
export async function openServer(binding: ListenerBinding, settings: GrpcServerSettings): Promise<RunningServer> {
  const { methods, builtIn } = await servedMethods(binding, settings);
  const limits = settings.limits(binding.listener.name);
  const handler = new CallHandler({ binding, methods, limits, behaviour: behaviourOf(settings.options) });
  const options = http2Options(handler);
  const sockets = await binding.sockets.open({
    alpn: ['h2'],
    claims: startsWithPreface,
    take: (socket) => {
      const connection = new Connection(socket, handler, options);
      handler.connections.add(connection);
      connection.session.setLocalWindowSize(CONNECTION_WINDOW);
      if (handler.isStopping) connection.stop();
    },
  });
  return new GrpcServer(handler, sockets, builtIn);
}

function http2Options({ behaviour, limits }: CallHandler): ServerOptions {
  return {
    maxSessionMemory: MOST_MEMORY_MB,
    maxSessionInvalidFrames: MOST_INVALID_FRAMES,
    maxSessionRejectedStreams: MOST_INVALID_FRAMES,
    settings: {
      enablePush: false,
      maxConcurrentStreams: behaviour.maxConcurrentCalls,
      maxHeaderListSize: limits.value.maxHeaderBytes,
    },
  };
}
