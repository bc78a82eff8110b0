import type { ContractStore, Discovery, Instance, Registration } from '@ts-chassis/core';

/**
 * What a registry can do, beyond answering with what was announced; each has its cases in {@link registryConformance}.
 * `instances`: any number of instances a service, which come and go. `identity`: ids, versions, metadata and states are those that
 * were announced, and environments and applications are kept apart. `addresses`: hosts may be addresses, IPv6 too.
 *
 * @example
 * ```ts
 * const abilities: readonly RegistryAbility[] = ['instances', 'identity', 'addresses'];
 * ```
 */
export type RegistryAbility = 'instances' | 'identity' | 'addresses';

/**
 * A registry under test: an empty one for each case.
 *
 * @example
 * ```ts
 * const subject: RegistrySubject = {
 *   announce: (instance) => registry.registrar().register(instance),
 *   discovery: () => registry.discovery({ clock, logger }),
 *   close: async () => {},
 * };
 * ```
 */
export interface RegistrySubject {
  /** Announces an instance as a process of its own would; for a registry that announces nothing, makes it known by its own means. */
  announce(instance: Instance): Promise<Registration>;
  /** A new client. */
  discovery(): Discovery;
  contractStore?(): ContractStore;
  /** The process of an announced instance dies without a word. */
  crash?(instance: Instance): Promise<void>;
  /** Takes the registry out of reach, or back. */
  outage?(out: boolean): Promise<void>;
  /** Ends what is left. @returns names of what the registry left behind: files, timers, watchers */
  close(): Promise<readonly string[]>;
}

/**
 * What defines cases: the `describe` and `it` of vitest, jest, mocha or `node:test`.
 *
 * @example
 * ```ts
 * import { describe, it } from 'vitest';
 * const runner: TestRunner = { describe, it };
 * ```
 */
export interface TestRunner {
  describe(name: string, cases: () => void): unknown;
  it(name: string, run: () => Promise<void>): unknown;
}
