import { join } from 'node:path';
import {
  clientOf,
  createApplication,
  Handler,
  Module,
  readSchema,
  silentLogger,
  type AnyClass,
  type ChainHandler,
  type Client,
  type Invocation,
  type Newable,
  type Next,
  type Plugin,
  type RemoteOptions,
  type Reply,
  type Services,
} from '@ts-chassis/core';
import { grpc, type GrpcServerOptions } from '@ts-chassis/grpc';

/** The methods and messages of the official interop cases. */
export const TEST_SERVICE = join(__dirname, 'peers/grpc/proto/test-service.proto');

/** Sees every call and what came of it, as any handler of the consumer's chain does. */
@Handler('witness', { side: 'consumer', everywhere: true })
export class Witness implements ChainHandler {
  /** How often a call began. */
  calls = 0;
  reply: Reply | undefined;

  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    this.calls += 1;
    return (this.reply = await next(invocation));
  }
}

/** An application that serves and calls over gRPC. */
export interface GrpcApplication {
  /** Of the listener `grpc`. */
  readonly port: number;
  readonly witness: Witness;
  /** A client of another service: by its address, or by its name in the registry. */
  client<T>(contract: AnyClass<T>, options: RemoteOptions & { readonly service: string }): Client<T>;
  stop(): Promise<void>;
}

/** Starts one on a free port, with no other configuration than the values given. */
export async function startGrpc(given: {
  readonly name: string;
  readonly schemas?: readonly Newable[];
  readonly protos?: readonly string[];
  readonly plugins?: readonly Plugin[];
  readonly values?: Readonly<Record<string, unknown>>;
  readonly server?: GrpcServerOptions;
}): Promise<GrpcApplication> {
  const { name, schemas = [], protos = [], plugins = [], values, server = {} } = given;
  @Module({ schemas: [...schemas], handlers: [Witness] })
  class Everything {}
  let services: Services | undefined;
  const spy: Plugin = {
    name: 'spy',
    install: (host) => host.onStart('services', (started) => void (services = started)),
  };
  const app = createApplication({
    ...{ name, logger: silentLogger, signals: false, modules: [Everything] },
    plugins: [grpc({ protos: protos.map((file) => ({ file })), server }), ...plugins, spy],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.grpc.listenAddress': '127.0.0.1:0',
        'servicecomb.registry.disabled': true,
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  await app.start();
  return {
    port: app.endpoints.find(({ listener }) => listener === 'grpc')?.port ?? 0,
    witness: app.get(Witness),
    client(contract, { service, ...options }) {
      const target = { schema: readSchema(contract), service, options: { protocol: 'grpc', ...options } };
      return clientOf(services!.consumer, target) as never;
    },
    stop: async () => void (await app.stop()),
  };
}
