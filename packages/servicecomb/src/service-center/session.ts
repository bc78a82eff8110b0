import type { Disposer } from '@ts-chassis/core';
import type { ServiceCenter } from './service-center.js';

/**
 * Who this application is at one service-center, shared by the roles that speak to it: the registrar, discovery and the contract store
 * have one service record, made by the first that needs it.
 */
export interface Session {
  readonly center: ServiceCenter;
  /**
   * The id of our own service, which is found or made when it is first asked for, once for all who ask meanwhile.
   *
   * @throws as {@link ServiceCenter}
   */
  serviceId(): Promise<string>;
  /** The registry does not know the id any more: the next `serviceId` finds or makes it anew; with the same id, where the registry allows. */
  forget(serviceId: string): void;
  /**
   * Runs something each time the service was found or made anew after it was forgotten, before its instance is announced again: what hangs
   * on the service is put there again. What rejects with `REGISTRY_UNAVAILABLE` is run again later, what is refused is not. It is given the id,
   * and must not wait for `restored`.
   */
  onRemade(run: (serviceId: string) => Promise<void>): Disposer;
  /**
   * Resolves when everything that was to run after the service was made anew has run.
   *
   * @throws what kept it from that
   */
  restored(): Promise<void>;
  /** Further ids of schemas that the service's record is to name, beside those that are configured or served; asked when the record is made. */
  addSchemas(ids: () => Promise<readonly string[]>): void;
  /** One role is done; with the last of them the connection is closed. Each role has a `Session` of its own to close. */
  close(): Promise<void>;
}
