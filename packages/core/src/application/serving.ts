import type { Endpoint } from '../endpoint/endpoint.js';
import type { Listener } from '../endpoint/listener.js';
import { coreError } from '../errors/core-error.js';
import { nearestName } from '../errors/nearest-name.js';
import { unmatched } from '../provider/unmatched.js';
import type { SchemaInfo } from '../schema/operation.js';
import { ListenerPort } from '../transport/listener-port.js';
import type { ListenerBinding, RunningServer, ServerTransport } from '../transport/server-transport.js';
import type { Declarations } from './declarations.js';
import { advertised } from './describe-self.js';
import type { Runtime } from './runtime.js';

/** One configured listener with the transport that serves it. */
interface Bound {
  readonly listener: Listener;
  readonly transport: ServerTransport;
  binding?: ListenerBinding;
  server?: RunningServer;
}

/** The listeners of an application: planned, opened, drained and closed. */
export class Serving {
  readonly #bound: readonly Bound[];
  /** What listed plug-ins could serve. */
  readonly #protocols: readonly string[];
  /** By the listener whose address it is. */
  readonly #ports = new Map<string, ListenerPort>();
  #schemas = 0;

  /** @throws ChassisError `NO_TRANSPORT` for a listener whose protocol no listed plug-in serves */
  constructor(
    private readonly runtime: Runtime,
    declarations: Declarations,
    listeners: readonly Listener[],
  ) {
    this.#protocols = [...declarations.serverTransports.all.keys()];
    const transports = new Map<string, ServerTransport>();
    this.#bound = listeners.map((listener) => {
      const make = declarations.serverTransports.all.get(listener.protocol);
      if (!make) {
        const brings = ['rest', 'grpc'].includes(listener.protocol)
          ? `list the plug-in of @ts-chassis/${listener.protocol}`
          : 'list its plug-in';
        throw coreError(
          'NO_TRANSPORT',
          `servicecomb.protocols.${listener.name}: no listed plug-in serves the protocol "${listener.protocol}"; ${brings}`,
        );
      }
      let transport = transports.get(listener.protocol);
      if (!transport) transports.set(listener.protocol, (transport = make(runtime)));
      return { listener, transport };
    });
  }

  /** The names of the steps that open listeners. */
  get names(): readonly string[] {
    return this.#bound.map(({ listener }) => listener.name);
  }

  /** The listeners as they are configured. */
  get listeners(): readonly Listener[] {
    return this.#bound.map(({ listener }) => listener);
  }

  /**
   * Plans what every listener serves.
   *
   * @throws ChassisError `LISTENER_INVALID` when a schema names a listener that is not configured; what transports refuse
   */
  plan(schemas: readonly SchemaInfo[]): void {
    for (const schema of schemas) this.#checkListeners(schema);
    this.#schemas = schemas.length;
    const { clock, logger, planner, identity } = this.runtime;
    for (const bound of this.#bound) {
      const { listener, transport } = bound;
      bound.binding = {
        ...{ listener, clock, logger },
        service: identity.service,
        operations: this.runtime.served(listener.name),
        unmatched: unmatched(planner, identity.service, listener.name),
        sockets: this.#portOf(listener).socketsOf(listener.name),
      };
      transport.check?.(bound.binding);
    }
  }

  /** Opens all listeners; that there is none for what could be served is said. */
  async open(): Promise<void> {
    const [protocol] = this.#protocols;
    if (this.#bound.length === 0 && this.#schemas > 0 && protocol !== undefined) {
      const key = `servicecomb.protocols.${protocol}.listenAddress`;
      this.runtime.logger.warn(`no listener is configured: no other process can call this application; give ${key}`);
    }
    for (const bound of this.#bound) {
      if (!bound.binding) continue;
      bound.server = await bound.transport.listen(bound.binding);
      const { listener, server } = bound;
      this.runtime.logger.info('listening', {
        listener: listener.name,
        host: server.endpoint.host,
        port: server.endpoint.port,
        ...(server.endpoint.ssl && { tls: true }),
        trust: listener.trust,
      });
    }
  }

  /** Where the open listeners really are. */
  get endpoints(): readonly Endpoint[] {
    return this.#bound.flatMap(({ server }) => (server ? [server.endpoint] : []));
  }

  /** What others are told of them. */
  get advertised(): readonly Endpoint[] {
    return this.#bound.flatMap(({ listener, server }) => (server ? [advertised(listener, server.endpoint)] : []));
  }

  /** Accepts no more, waits for the last answers, ends what is left when the signal says so. */
  async close(signal: AbortSignal): Promise<void> {
    const servers = this.#bound.flatMap(({ server }) => (server ? [server] : []));
    await Promise.all(servers.map((server) => server.stopAccepting()));
    const forced = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([Promise.all(servers.map((server) => server.drain())), forced]);
    await Promise.all(servers.map((server) => server.close()));
    for (const bound of this.#bound) delete bound.server;
  }

  /** @throws ChassisError `LISTENER_INVALID` for a name that is not configured */
  requireListener(name: string): void {
    if (!this.names.includes(name)) throw this.#unknownListener(`listener "${name}"`, name);
  }

  #portOf(listener: Listener): ListenerPort {
    const { clock, logger, tls } = this.runtime;
    const name = listener.sharedWith ?? listener.name;
    let port = this.#ports.get(name);
    if (!port) {
      const owner = this.listeners.find((candidate) => candidate.name === name)!;
      port = new ListenerPort({ listener: owner, clock, logger, tls: () => tls.server(name) });
      this.#ports.set(name, port);
    }
    return port;
  }

  #checkListeners({ id, type, listeners = [] }: SchemaInfo): void {
    const unknown = listeners.find((name) => !this.names.includes(name));
    if (unknown !== undefined) throw this.#unknownListener(`${type?.name ?? id}: its listener "${unknown}"`, unknown);
  }

  #unknownListener(what: string, unknown: string): Error {
    const { names } = this;
    const nearest = nearestName(unknown, names);
    const configured = names.length === 0 ? 'none is configured' : `configured: ${names.join(', ')}`;
    return coreError(
      'LISTENER_INVALID',
      `${what} is not configured (servicecomb.protocols.${unknown}); ${configured}${nearest ? `; did you mean "${nearest}"?` : ''}`,
    );
  }
}
