/**
 * Whom a listener believes: caller, mark, context and deadline headers are read only from trusted peers.
 * `peers`: all who reach it; `mtls`: who shows a verified client certificate; `none` (the default): nobody.
 *
 * @example
 * ```ts
 * const trust: Trust = 'peers';
 * ```
 */
export type Trust = 'peers' | 'mtls' | 'none';

/**
 * One configured listener: `servicecomb.protocols.{name}`.
 *
 * @example
 * ```ts
 * const listener: Listener = { name: 'rest-admin', protocol: 'rest', listen: { host: '127.0.0.1', port: 0 }, trust: 'none' };
 * ```
 */
export interface Listener {
  /** `{protocol}` or `{protocol}-{suffix}`. */
  readonly name: string;
  readonly protocol: string;
  /** `listenAddress`; port 0 asks for a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** `advertiseAddress`: what is registered in the place of the listened address; port 0 stands for the real one. */
  readonly advertise?: { readonly host: string; readonly port: number };
  readonly trust: Trust;
  /** The listener whose address it shares; `listen` is then that one's. */
  readonly sharedWith?: string;
}
