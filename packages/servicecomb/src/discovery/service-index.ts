import type { ServiceIdentity } from '@ts-chassis/core';

/**
 * Which services stand behind addresses and interfaces, from all that is registered; injectable by type. Each half is kept only where
 * `servicecomb.registry.autoIPIndex` or `servicecomb.registry.autoSchemaIndex` (go-chassis's keys) is true; it begins with the first
 * question, so that first answers may be empty, and is renewed every `servicecomb.registry.refreshInterval`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class Callers {
 *   constructor(private readonly index: ServiceIndex) {}
 *   nameOf(address: string): string {
 *     return this.index.serviceAt(address)?.service ?? 'somebody';
 *   }
 * }
 * ```
 */
export abstract class ServiceIndex {
  /**
   * The service whose instances are at a host, by the name or address in their endpoints; undefined when none is known, and when there are
   * several.
   *
   * @param address - IPv6 without brackets
   */
  abstract serviceAt(address: string): ServiceIdentity | undefined;

  /**
   * The services, version by version, with a contract that names this interface (`x-java-interface`).
   *
   * @param interfaceName - `com.example.Catalog`
   */
  abstract servicesWith(interfaceName: string): readonly ServiceIdentity[];
}
