import type { ListenerBinding, RunningServer } from '@ts-chassis/core';
import { behaviourOf } from '../grpc-server-options.js';
import type { GrpcServerSettings } from '../grpc-server-settings.js';
import { startsWithPreface } from '../preface.js';
import { GrpcServer } from '../running-server.js';
import { servedMethods } from '../served-methods.js';
import { GrpcJsEngine } from './grpc-js-engine.js';

/** Opens a listener on which grpc-js speaks HTTP/2. */
export async function openGrpcJsServer(binding: ListenerBinding, settings: GrpcServerSettings): Promise<RunningServer> {
  const { methods, builtIn } = await servedMethods(binding, settings);
  const limits = settings.limits(binding.listener.name);
  const behaviour = behaviourOf(settings.options);
  const engine = new GrpcJsEngine({ binding, methods, limits, behaviour });
  if (behaviour.compression) {
    const { listener, logger } = binding;
    logger.warn('grpc-js does not compress answers: they are sent as they are', { listener: listener.name });
  }
  const sockets = await binding.sockets.open({
    alpn: ['h2'],
    claims: startsWithPreface,
    take: (socket) => engine.connect(socket),
  });
  return new GrpcServer(engine, sockets, builtIn);
}
