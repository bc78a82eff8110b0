import {
  clientOf,
  createApplication,
  readSchema,
  silentLogger,
  type AnyClass,
  type Application,
  type ApplicationOptions,
  type Client,
  type Plugin,
  type Services,
} from '@ts-chassis/core';
import { rest } from './plugin.js';

/** An application with its listeners open. */
export interface ServingApplication {
  readonly app: Application;
  /** Of the listener `rest`. */
  readonly origin: string;
  origins(listener: string): string;
  /** A typed client over REST of what it serves. */
  client<T>(contract: AnyClass<T>): Client<T>;
}

/** An application that serves REST on a free port of this machine, by no other configuration than the values given. */
export async function startServing(
  options: Omit<ApplicationOptions, 'configuration'> & { readonly values?: Readonly<Record<string, unknown>> },
): Promise<ServingApplication> {
  const { values, plugins = [rest()], ...others } = options;
  let services: Services | undefined;
  const spy: Plugin = {
    name: 'spy',
    install: (host) => host.onStart('services', (given) => void (services = given)),
  };
  const app = createApplication({
    ...{ name: 'tried', logger: silentLogger, signals: false, plugins: [...plugins, spy], ...others },
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.registry.disabled': true,
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  await app.start();
  const origins = (listener: string): string =>
    `http://127.0.0.1:${app.endpoints.find((endpoint) => endpoint.listener === listener)!.port}`;
  const client = <T>(contract: AnyClass<T>): Client<T> => {
    const [endpoint] = app.endpoints;
    const target = { schema: readSchema(contract), service: 'tried', options: { endpoint: endpoint! } };
    return clientOf(services!.consumer, target) as Client<T>;
  };
  return { app, origin: origins('rest'), origins, client };
}
