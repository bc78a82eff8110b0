import type { Endpoint, ListenerBinding, OpenSockets, RunningServer } from '@ts-chassis/core';
import type { ServerOptions } from 'node:http2';
import type { BuiltInService } from './built-in-service.js';
import { CallHandler } from './call-handler.js';
import { Connection } from './connection.js';
import { behaviourOf } from './grpc-server-options.js';
import type { GrpcServerSettings } from './grpc-server-settings.js';
import { Method, methodsOf } from './methods.js';
import { startsWithPreface } from './preface.js';

/** Bytes of all calls of a connection together that are on their way to methods that do not read yet. */
const CONNECTION_WINDOW = 4 * 1024 * 1024;
/** Megabytes that Node may use for one connection, beyond which it opens no further stream on it. */
const MOST_MEMORY_MB = 64;
/** Frames that make no sense, empty ones among them, until a connection is closed; and streams that are refused. */
const MOST_INVALID_FRAMES = 100;
/** How many of the calls that a stop cut off are told of, the oldest. */
const MOST_TOLD = 20;

/** Opens a listener. */
export async function openServer(binding: ListenerBinding, settings: GrpcServerSettings): Promise<RunningServer> {
  const methods = methodsOf(binding, settings);
  const plans = [...new Set(methods.values())].map(({ plan }) => plan!);
  const builtIn = (await settings.builtIn?.({ listener: binding.listener.name, plans })) ?? [];
  for (const method of builtIn.flatMap((service) => service.methods)) {
    // an application's own service of the name stands in its place
    if (!methods.has(method.plan.path)) methods.set(method.plan.path, new Method(method, method.plan));
  }
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

class GrpcServer implements RunningServer {
  #stopping: Promise<void> | undefined;

  constructor(
    private readonly handler: CallHandler,
    private readonly sockets: OpenSockets,
    private readonly builtIn: readonly BuiltInService[],
  ) {}

  get endpoint(): Endpoint {
    return this.sockets.endpoint;
  }

  /** Resolves once no new connection is taken; clients are told to open no further calls, and those that do are refused so that they may try elsewhere. */
  stopAccepting(): Promise<void> {
    this.#stopping ??= Promise.resolve().then(() => {
      this.handler.stop();
      this.sockets.close();
      for (const service of this.builtIn) service.stop();
    });
    return this.#stopping;
  }

  drain(): Promise<void> {
    return this.handler.drained();
  }

  async close(): Promise<void> {
    await this.stopAccepting();
    this.#tellUnderWay();
    const emptied = this.handler.emptied();
    for (const connection of this.handler.connections) connection.destroy();
    await emptied;
  }

  /** Whoever looks for the reason of a slow stop finds here what it waited for. */
  #tellUnderWay(): void {
    const calls = this.handler.underWay;
    if (calls.length === 0) return;
    const { listener, logger } = this.handler.binding;
    logger.warn('calls are ended before their answer', {
      listener: listener.name,
      count: calls.length,
      calls: calls.slice(0, MOST_TOLD),
    });
  }
}
