import type { ServerOptions } from 'node:https';
import { systemClock, systemRandom, type Clock, type Random } from '@ts-chassis/core';
import type { InstanceRecord, ServiceRecord } from '../wire/records.js';
import { Tokens, type DevRegistryAccount } from './access/tokens.js';
import { RegistryServer } from './http/registry-server.js';
import { Router } from './http/router.js';
import { dependencyRoutes } from './routes/dependency-routes.js';
import { findRoutes } from './routes/find-routes.js';
import { governRoutes } from './routes/govern-routes.js';
import { instanceRoutes } from './routes/instance-routes.js';
import { mainRoutes } from './routes/main-routes.js';
import { schemaRoutes } from './routes/schema-routes.js';
import { serviceRoutes } from './routes/service-routes.js';
import { tagRoutes } from './routes/tag-routes.js';
import { OPEN_PATHS, tokenRoutes } from './routes/token-routes.js';
import { RegistrySockets, socketRoutes } from './sockets/registry-sockets.js';
import { Watchers } from './sockets/watchers.js';
import { Finder } from './state/find.js';
import { RegistryState } from './state/registry-state.js';
import { StateFile } from './state-file.js';

/**
 * How a development registry is started.
 *
 * @example
 * ```ts
 * const options: DevRegistryOptions = { port: 0, accounts: [{ name: 'root', password: 'only-for-development' }] };
 * ```
 */
export interface DevRegistryOptions {
  /** Default 30100, service-center's own; 0 for a free one. */
  readonly port?: number;
  /** Default `127.0.0.1`: this machine alone. */
  readonly host?: string;
  /** Where the state is kept, so that a registry that is started again knows what the one before knew; default nowhere. */
  readonly file?: string;
  /** Default the machine's. */
  readonly clock?: Clock;
  /** Default the process's. */
  readonly random?: Random;
  /** With accounts, every request needs a token of `POST /v4/token`; without, none does. */
  readonly accounts?: readonly DevRegistryAccount[];
  /** Milliseconds that every instance lives without a heartbeat; default what each asks for, which is 120,000 when it asks for nothing. */
  readonly leaseMs?: number;
  /**
   * Refuses to change schemas of a service whose environment is empty or `production`, and to add one that it did not name, as a
   * service-center does that runs in production; default false.
   */
  readonly schemasLocked?: boolean;
  /** Milliseconds between the pings of websockets; default 30,000. */
  readonly pingMs?: number;
  /** Bytes of one request's body beyond which it is refused; default 4 MiB. */
  readonly maxBodyBytes?: number;
  /** Serves https; with `ca` and `requestCert`, to whom has a certificate. */
  readonly tls?: Pick<ServerOptions, 'key' | 'cert' | 'ca' | 'requestCert' | 'rejectUnauthorized' | 'passphrase'>;
}

/**
 * A development registry that runs.
 *
 * @example
 * ```ts
 * const registry: DevRegistry = await startDevRegistry({ port: 0 });
 * console.log(registry.url, registry.instances().length);
 * await registry.close();
 * ```
 */
export interface DevRegistry {
  /** Such as `http://127.0.0.1:30100`: what `servicecomb.registry.address` is set to. */
  readonly url: string;
  readonly port: number;
  /** All services as they are told, of every tenant. */
  services(): readonly ServiceRecord[];
  /** All instances that live, of every tenant. */
  instances(): readonly InstanceRecord[];
  /** Ends every connection, and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts a registry in this process that speaks service-center's interface v4, for development and tests: services of go-chassis, of Java
 * chassis and of ts-chassis register with it, find each other and are told of changes. It is no server for production: one process, not
 * replicated, and without a `file` what it knows is gone when it ends.
 *
 * @throws Error of Node.js when the port is taken; ChassisError `DEV_REGISTRY_FILE_INVALID` when the file is not one of a registry
 *
 * @example
 * ```ts
 * const registry = await startDevRegistry({ port: 0 });
 * const app = createApplication({
 *   modules: [CatalogModule],
 *   plugins: [rest(), serviceCenter()],
 *   configuration: { values: { 'servicecomb.registry.address': registry.url } },
 * });
 * ```
 */
export async function startDevRegistry(options: DevRegistryOptions = {}): Promise<DevRegistry> {
  const {
    port = 30_100,
    host = '127.0.0.1',
    clock = systemClock,
    random = systemRandom,
    leaseMs,
    schemasLocked,
  } = options;
  const watchers = new Watchers();
  const state = new RegistryState({
    ...{ clock, random, leaseMs, schemasLocked },
    onEvent: (action, entry) => watchers.tell(action, entry),
    onChange: () => file?.changed(),
  });
  const file = options.file === undefined ? undefined : new StateFile(options.file, state, clock);
  file?.load();
  const tokens = options.accounts && new Tokens(options.accounts, clock);
  const sockets = new RegistrySockets({ state, watchers, clock, pingMs: options.pingMs ?? 30_000 });
  let url = '';
  const finder = new Finder(state, String(random.next()));
  const server = new RegistryServer({
    router: new Router([
      ...mainRoutes(state, () => url),
      ...serviceRoutes(state),
      ...instanceRoutes(state, finder),
      ...findRoutes(state, finder),
      ...schemaRoutes(state),
      ...tagRoutes(state),
      ...dependencyRoutes(state),
      ...governRoutes(state),
      ...socketRoutes,
      ...(tokens ? tokenRoutes(tokens) : []),
    ]),
    maxBodyBytes: options.maxBodyBytes ?? 4 * 1024 * 1024,
    tls: options.tls,
    admit: (path, authorization) => {
      if (tokens && !OPEN_PATHS.has(path)) tokens.check(authorization);
    },
    upgrade: (match) => sockets.at(match),
  });
  const bound = await server.listen(port, host).catch((error: unknown) => {
    state.leases.close();
    throw error;
  });
  url = `${options.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  return {
    url,
    port: bound,
    services: () => [...state.index.all()].map(({ record }) => record),
    instances: () =>
      [...state.index.all()].flatMap(({ instances }) => [...instances.values()].map(({ record }) => record)),
    async close() {
      state.leases.close();
      await server.close();
      await file?.close();
    },
  };
}
