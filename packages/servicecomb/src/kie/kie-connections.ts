import {
  accountCredential,
  RegistrySection,
  type AccountCredential,
  type ConfigClientValues,
  type ConfigSourceContext,
} from '@ts-chassis/core';
import { AccountTokens } from '../connection/account-tokens.js';
import { AddressedConnection } from '../connection/addressed-connection.js';
import type { Connection } from '../connection/connection.js';
import { openConnection } from '../connection/open-connection.js';
import { printable } from '../connection/printable.js';
import { registryConnection } from '../connection/registry-connection.js';
import { ServiceCenterSection } from '../sections/service-center.js';
import { HttpServiceCenter } from '../service-center/http-service-center.js';
import { USER_AGENT } from '../version.js';
import { findConfigCenter } from './find-config-center.js';
import { registryAddresses } from './registry-addresses.js';

const KEY = 'servicecomb.config.client.serverUri';

/** Connections to KIE, and to the service-center that knows its address and gives the tokens that it takes. */
export class KieConnections {
  readonly #context: ConfigSourceContext;
  /** Of service-center. */
  readonly #registry: readonly string[];

  constructor(
    context: ConfigSourceContext,
    private readonly client: ConfigClientValues,
  ) {
    this.#context = context;
    this.#registry = registryAddresses(context.config.section(RegistrySection));
  }

  /** Whether there is anybody to ask. */
  get isConfigured(): boolean {
    return this.client.serverUri.length > 0 || this.#registry.length > 0;
  }

  /**
   * To the configured addresses.
   *
   * @throws ChassisError `CONFIG_INVALID` for addresses that are none
   */
  toConfigured(): Connection {
    return this.#toKie(this.client.serverUri);
  }

  /** To the addresses that the registry knows; undefined, and a warning, when it knows none. */
  async toRegistered(signal: AbortSignal): Promise<Connection | undefined> {
    const { logger } = this.#context;
    const nothing = 'there is no remote configuration';
    try {
      const addresses = await this.#registered(signal);
      if (addresses.length > 0) return this.#toKie(addresses);
      logger.warn(`kie: ${KEY} is empty, and the registry knows no CseConfigCenter: ${nothing}`);
    } catch (error) {
      if (signal.aborted) throw error;
      logger.warn(`kie: ${KEY} is empty, and ${nothing}: ${printable((error as Error).message)}`);
    }
    return undefined;
  }

  /** Asks service-center over a connection of its own, which is closed again. */
  async #registered(signal: AbortSignal): Promise<readonly string[]> {
    const context = { ...this.#context, addresses: this.#registry };
    const { connection, project } = registryConnection(context, 'serviceDiscovery.Consumer');
    const close = (): void => void connection.close();
    signal.addEventListener('abort', close);
    try {
      const { clock, logger } = context;
      return await findConfigCenter(new HttpServiceCenter({ connection, project, clock, logger }));
    } finally {
      signal.removeEventListener('abort', close);
      await connection.close();
    }
  }

  #toKie(addresses: readonly string[]): Connection {
    const { clock, config, ciphers, logger, random, tls } = this.#context;
    const { domain, healthCheckInterval, timeout, maxAnswerBytes } = config.section(ServiceCenterSection);
    const account = (): Promise<AccountCredential | undefined> => accountCredential(config, ciphers);
    const common = { clock, logger, tls, timeoutMs: timeout };
    const toKie = {
      ...{ ...common, random },
      ...{ name: 'KIE', addresses, key: KEY, tag: 'configServer.Consumer', maxBytes: maxAnswerBytes },
      headers: { 'user-agent': USER_AGENT },
      probe: { path: '/v1/health', everyMs: healthCheckInterval },
    };
    // the registry makes the tokens that KIE checks; where there is none, whoever is at KIE's address may
    if (this.#registry.length === 0) return openConnection({ ...toKie, account });
    // what it says of the account is for the tokens to judge
    const registry = new AddressedConnection({
      ...common,
      ...{ name: 'service-center', addresses: this.#registry, key: 'servicecomb.registry.address' },
      tag: 'serviceDiscovery.Consumer',
      headers: { 'user-agent': USER_AGENT, 'x-domain-name': domain },
    });
    const tokens = new AccountTokens({ connection: registry, account, clock, random });
    const connection = openConnection({ ...toKie, tokens });
    return {
      request: (request) => connection.request(request),
      open: (request, listener) => connection.open(request, listener),
      close: async () => void (await Promise.all([connection.close(), registry.close()])),
    };
  }
}
