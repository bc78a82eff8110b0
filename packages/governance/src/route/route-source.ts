import { port, type Disposer } from '@ts-chassis/core';

/**
 * Where rules of routing come from, when not from the configuration.
 *
 * @example
 * ```ts
 * const source: RouteSource = {
 *   start({ push }) {
 *     push({ catalog: [{ route: [{ weight: 100, tags: { version: '1.0' } }] }] });
 *     return () => undefined;
 *   },
 * };
 * ```
 */
export interface RouteSource {
  /** Begins to tell rules; the application's start waits for it. What it gives back ends it. */
  start(options: RouteSourceOptions): Disposer | void | Promise<Disposer | void>;
}

/**
 * What a source of rules works with.
 *
 * @example
 * ```ts
 * const start = ({ addresses, push }: RouteSourceOptions) => console.log(addresses, push);
 * ```
 */
export interface RouteSourceOptions {
  /** `servicecomb.router.address`. */
  readonly addresses: readonly string[];
  /**
   * Takes the rules of all services, in the form of `servicecomb.routeRule`, in the place of those told before. Rules that cannot be right are logged, and
   * their service keeps the ones it had.
   */
  push(rules: Readonly<Record<string, unknown>>): void;
}

/**
 * Where sources of rules are put, by the name that `servicecomb.router.infra` chooses.
 *
 * @example
 * ```ts
 * host.extend(RouteSourcePort, 'pilot', () => new PilotRules());
 * ```
 */
export const RouteSourcePort = port<RouteSource>('route source');
