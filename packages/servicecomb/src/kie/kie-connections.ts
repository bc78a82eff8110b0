import {
  accountCredential,
  RegistrySection,
  type ConfigClientValues,
  type ConfigSourceContext,
} from '@ts-chassis/core';
import { AccountTokens } from '../connection/account-tokens.js';
import type { Connection } from '../connection/connection.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { openConnection } from '../connection/open-connection.js';
import { printable } from '../connection/printable.js';
import { ServiceCenterSection } from '../sections/service-center.js';
import { findConfigCenter } from './find-config-center.js';
import { registryAddresses } from './registry-addresses.js';

const KEY = 'servicecomb.config.client.serverUri';
const TAG = 'configServer.Consumer';

/** Connections to KIE, and to the service-center that knows its address and gives the tokens that it takes. */
export class KieConnections {
  readonly #context: ConfigSourceContext;
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
    const { config, logger } = this.#context;
    const { project } = config.section(ServiceCenterSection);
    const registry = this.#toRegistry();
    try {
      const found = await findConfigCenter(registry, { project, signal });
      const addresses = ofOneScheme(found);
      if (addresses.length > 0) return this.#toKie(addresses);
      logger.warn(`kie: ${KEY} is empty and the registry knows no CseConfigCenter: there is no remote configuration`);
    } catch (error) {
      if (signal.aborted) throw error;
      const why = printable((error as Error).message);
      logger.warn(
        `kie: ${KEY} is empty and the registry was not to be asked: ${why}; there is no remote configuration`,
      );
    } finally {
      await registry.close();
    }
    return undefined;
  }

  #toKie(addresses: readonly string[]): Connection {
    const { clock, random, config, ciphers } = this.#context;
    const account = (): ReturnType<typeof accountCredential> => accountCredential(config, ciphers);
    const everyMs = config.section(ServiceCenterSection).healthCheckInterval;
    const options = {
      ...this.#common(),
      ...{ name: 'KIE', addresses, key: KEY, tag: TAG, clock, random, probe: { path: '/v1/health', everyMs } },
    };
    // the registry makes the tokens that KIE checks; where there is none, whoever is at KIE's address may
    if (this.#registry.length === 0) return openConnection({ ...options, account });
    const registry = this.#toRegistry(false);
    const connection = openConnection({
      ...options,
      tokens: new AccountTokens({ connection: registry, account, clock, random }),
    });
    return {
      request: (request) => connection.request(request),
      open: (request, listener) => connection.open(request, listener),
      close: async () => void (await Promise.all([connection.close(), registry.close()])),
    };
  }

  #toRegistry(isAuthorized = true): Connection {
    const { config, ciphers } = this.#context;
    const { domain } = config.section(ServiceCenterSection);
    return openConnection({
      ...this.#common(),
      ...(isAuthorized && { account: () => accountCredential(config, ciphers) }),
      name: 'service-center',
      addresses: this.#registry,
      key: 'servicecomb.registry.address',
      tag: 'serviceDiscovery.Consumer',
      headers: { 'x-domain-name': domain },
    });
  }

  #common(): Pick<ConnectionOptions, 'clock' | 'logger' | 'tls'> {
    const { clock, logger, tls } = this.#context;
    return { clock, logger, tls };
  }
}

/** A connection speaks one: TLS where any address has it. */
function ofOneScheme(addresses: readonly string[]): readonly string[] {
  const secure = addresses.filter((address) => address.startsWith('https:'));
  return secure.length > 0 ? secure : addresses;
}
