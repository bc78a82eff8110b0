import type { ConnectionOptions, Server, TlsOptions as SecureOptions } from 'node:tls';
import type { Disposer } from '../clock/clock.js';
import type { TlsOptions } from './tls-options.js';

/**
 * How a listener speaks TLS: what is configured for it, with its files read and checked, and followed while it runs.
 *
 * @example
 * ```ts
 * const server = tls.createServer({ ...material.secure(), ALPNProtocols: ['http/1.1'] });
 * const unfollow = material.follow(server);
 * ```
 */
export interface ServerTls {
  readonly options: TlsOptions;
  /**
   * What `tls.createServer` takes now, without ALPN: certificate, key, authorities, versions, suites, and whether a client must have a certificate.
   * Good for one server made now; `follow` keeps it so.
   */
  secure(): SecureOptions;
  /**
   * Gives the server new material whenever the files changed: connections made afterwards have it, those that are open stay.
   *
   * @returns ends it; to be called when the server is closed
   */
  follow(server: Server): Disposer;
  /** Ends the watch over the files. */
  close(): void;
}

/**
 * How calls of one service speak TLS.
 *
 * @example
 * ```ts
 * const socket = tls.connect({ host, port, ...material.connect() });
 * ```
 */
export interface ClientTls {
  /** What is configured; with the defaults alone, when nothing is. */
  readonly options: TlsOptions;
  /**
   * What `tls.connect` takes now, but host, port and ALPN: authorities, own certificate, versions, suites, whom to expect, and how that is checked. The same
   * object until the files change, its `secureContext` made once.
   */
  connect(): ConnectionOptions;
  /** Tells that the files changed: new connections must be made by a new `connect()`; those that are open finish their calls. */
  onChange(run: () => void): Disposer;
}

/**
 * The TLS of one application: what `ssl.*` says, read and checked when first asked for, and followed until the application stops.
 *
 * @example
 * ```ts
 * const material = await services.tls.client('catalog', 'rest');
 * ```
 */
export interface TlsMaterials {
  /**
   * The TLS of a listener, by `ssl.{listener}.Provider`. Each call makes material of its own.
   *
   * @returns undefined when nothing is configured: the listener is plain
   * @throws ChassisError `TLS_INVALID`, as a rejection, naming the key and the file at fault
   */
  server(listener: string): Promise<ServerTls | undefined>;
  /**
   * How a service is called over TLS, by `ssl.{service}.{protocol}.Consumer`. The same material for each call with the same names. Where nothing is
   * configured, the authorities of Node vouch for the service's name; whether TLS is spoken at all is said by the endpoint's `ssl`.
   *
   * @throws ChassisError `TLS_INVALID`, as a rejection, naming the key and the file at fault
   */
  client(service: string, protocol: string): Promise<ClientTls>;
  /**
   * How a control plane is called, by `ssl.{tag}`, such as `registrator.Consumer` or `configServer.Consumer`. The name checked is `serverName`, else
   * the host that is connected to; whoever connects by `tls.connect` itself says that host as `servername` too, where servers have several names.
   *
   * @param https - whether the address itself asks for TLS; default false
   * @returns undefined when nothing is configured and `https` is false
   * @throws ChassisError `TLS_INVALID`, as a rejection, naming the key and the file at fault
   */
  control(tag: string, https?: boolean): Promise<ClientTls | undefined>;
  /** Ends all watches and timers. */
  close(): void;
}
