import type { Clock, Logger, ServiceIdentity } from '@ts-chassis/core';
import { Troubles } from '../connection/troubles.js';
import type { ServiceCenter } from '../service-center/service-center.js';
import { AddressIndex } from './address-index.js';
import { InterfaceIndex } from './interface-index.js';
import { ServiceIndex } from './service-index.js';

const TROUBLE = 'index';
const CONTRACT = 'contract';

/** What a {@link RegistryIndex} is made of. */
export interface RegistryIndexOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly center: () => ServiceCenter;
  readonly byAddress: boolean;
  readonly byInterface: boolean;
  /** Somebody asked: from now on `refresh` is to be called now and then. */
  start(): void;
}

/** The index over all that one registry has. */
export class RegistryIndex extends ServiceIndex {
  readonly #addresses: AddressIndex | undefined;
  readonly #interfaces: InterfaceIndex | undefined;
  readonly #troubles: Troubles;
  #refreshing: Promise<void> | undefined;

  constructor(private readonly options: RegistryIndexOptions) {
    super();
    this.#troubles = new Troubles(options.logger, options.clock);
    if (options.byAddress) this.#addresses = new AddressIndex();
    if (options.byInterface) this.#interfaces = new InterfaceIndex();
  }

  serviceAt(address: string): ServiceIdentity | undefined {
    if (!this.#addresses) return undefined;
    this.options.start();
    return this.#addresses.at(address);
  }

  servicesWith(interfaceName: string): readonly ServiceIdentity[] {
    if (!this.#interfaces) return [];
    this.options.start();
    return this.#interfaces.with(interfaceName);
  }

  /** Never rejects: what is known stays. */
  refresh(): Promise<void> {
    if (!this.#addresses && !this.#interfaces) return Promise.resolve();
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    try {
      const center = this.options.center();
      const services = await center.services();
      await this.#addresses?.refresh(center, services);
      this.#tell(await this.#interfaces?.refresh(center, services));
      this.#troubles.end(TROUBLE, 'registry: the index of services is renewed again');
    } catch (error) {
      this.#troubles.begin(TROUBLE, 'registry: the index of services cannot be renewed', { error });
    }
  }

  #tell(fault: Error | undefined): void {
    if (!fault) return this.#troubles.end(CONTRACT, 'registry: the index of services has all contracts again');
    const message = 'registry: a contract cannot be read, and the index of services goes without it';
    this.#troubles.begin(CONTRACT, message, { error: fault });
  }
}
