import {
  clientOf,
  createApplication,
  Invoker,
  OwnInstance,
  readSchema,
  silentLogger,
  type AnyClass,
  type Client,
  type Config,
  type Instance,
  type Logger,
  type Plugin,
  type RemoteOptions,
  type Services,
} from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { grpc } from '@ts-chassis/grpc';
import { rest, RestClient } from '@ts-chassis/rest';
import { kie, serviceCenter } from '@ts-chassis/servicecomb';
import { provided } from './resource.js';

/** A service of ours that runs. */
export interface TsService {
  readonly url: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly rest: RestClient;
  readonly invoker: Invoker;
  readonly config: Config;
  readonly own: OwnInstance;
  /** How often each operation was called. */
  readonly received: Readonly<Record<string, number>>;
  client<T>(contract: AnyClass<T>, options: RemoteOptions & { readonly service: string }): Client<T>;
  /** The instances of another service, as it would call them. */
  instances(service: string): Promise<readonly Instance[]>;
  stop(): Promise<void>;
}

/** What a service is started with. */
export interface TsServiceOptions {
  /** The address of a service-center. */
  readonly registry: string;
  readonly name: string;
  readonly version?: string;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly plugins?: readonly Plugin[];
  readonly logger?: Logger;
}

/** Starts one on free ports, with no other configuration than the values given; it provides and consumes. */
export async function startService(options: TsServiceOptions): Promise<TsService> {
  const { registry, name, version = '1.0.0', values = {}, plugins = [], logger = silentLogger } = options;
  let ports: readonly number[] = [];
  const { module, received } = provided(() => ({ service: name, version, ...(ports[0] && { port: ports[0] }) }));
  let services: Services | undefined;
  const spy: Plugin = {
    name: 'spy',
    install: (host) => host.onStart('services', (started) => void (services = started)),
  };
  const app = createApplication({
    ...{ name, logger, signals: false, ambient: true, modules: [module] },
    plugins: [rest(), grpc(), governance(), serviceCenter(), kie(), ...plugins, spy],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.service': { name, version, app: 'interop' },
        'servicecomb.protocols.rest': { listenAddress: '127.0.0.1:0', trust: 'peers' },
        'servicecomb.protocols.grpc': { listenAddress: '127.0.0.1:0', trust: 'peers' },
        'servicecomb.registry': { address: [registry], watch: true, refreshInterval: '1s' },
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  await app.start();
  const portOf = (listener: string): number => app.endpoints.find((endpoint) => endpoint.listener === listener)!.port;
  ports = [portOf('rest'), portOf('grpc')];
  return {
    url: `http://127.0.0.1:${ports[0]}`,
    port: ports[0]!,
    grpcPort: ports[1]!,
    rest: app.get(RestClient),
    invoker: app.get(Invoker),
    config: app.config,
    own: app.get(OwnInstance),
    received,
    client(contract, { service, ...remote }) {
      return clientOf(services!.consumer, { schema: readSchema(contract), service, options: remote }) as never;
    },
    instances: (service) => services!.discovery.find(services!.query(service)),
    stop: async () => void (await app.stop()),
  };
}
