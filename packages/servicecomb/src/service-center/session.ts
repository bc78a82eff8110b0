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
}
