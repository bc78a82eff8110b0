import { systemClock } from '../clock/system-clock.js';
import type { Clock } from '../clock/clock.js';
import type { Config } from '../config/config.js';
import { isEncrypted, readEncrypted } from '../config/encrypted-text.js';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { Ciphers } from '../security/ciphers.js';
import type { Logger } from '../telemetry/logger.js';
import type { Meter } from '../telemetry/meter.js';
import { CertificateExpiry } from './certificate-expiry.js';
import { consumerLevels } from './consumer-levels.js';
import { FollowedMaterial } from './followed-material.js';
import { ListenerTls } from './listener-tls.js';
import { materialFiles, readMaterial, type MaterialContext } from './read-material.js';
import { ServiceTls } from './service-tls.js';
import { SslSection } from './ssl-section.js';
import type { ClientTls, ServerTls, TlsMaterials } from './tls-material.js';
import { defaultTlsOptions, tlsKeyOf, tlsOptionsFor, type TlsOptions } from './tls-options.js';

/** What an {@link ApplicationTls} is made of. */
export interface ApplicationTlsOptions {
  readonly config: Config;
  readonly ciphers: Ciphers;
  /** For the end of certificates. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
  /** For looking at files; default the machine's own, since they change in real time. */
  readonly fileClock?: Clock;
}

/** The TLS of one application, by its configuration. */
export class ApplicationTls implements TlsMaterials {
  readonly #options: ApplicationTlsOptions;
  readonly #expiry: CertificateExpiry;
  /** Material of clients, by what it is made of: services that are called alike share it. */
  readonly #shared = new Map<string, Promise<FollowedMaterial>>();
  readonly #clients = new Map<string, Promise<ClientTls>>();
  readonly #open = new Set<FollowedMaterial>();
  readonly #warned = new Set<string>();
  #closed = false;

  constructor(options: ApplicationTlsOptions) {
    this.#options = options;
    this.#expiry = new CertificateExpiry(options);
  }

  /**
   * Reads what is configured for consumers, so that what cannot work refuses the start rather than the first call, and warns of certificates that
   * are not verified.
   *
   * @throws ChassisError `TLS_INVALID`, as a rejection, naming key and file
   */
  async check(): Promise<void> {
    const { config, logger } = this.#options;
    for (const { tag, key, values } of consumerLevels(config.section(SslSection))) {
      if (values.verifyPeer === false)
        logger.warn(
          `${key}.verifyPeer: false: the certificates of called services are not verified, so anyone in between can read and answer these calls`,
        );
      const options = tlsOptionsFor(config, tag);
      if (options) await this.#sharedMaterial(options);
    }
  }

  async server(listener: string): Promise<ServerTls | undefined> {
    const tag = `${listener}.Provider`;
    const options = tlsOptionsFor(this.#options.config, tag);
    if (!options) return undefined;
    this.#requireServerFiles(options);
    return new ListenerTls(options, await this.#followed(options));
  }

  client(service: string, protocol: string): Promise<ClientTls> {
    const tag = `${service}.${protocol}.Consumer`;
    return this.#client(tag, service);
  }

  control(tag: string, https = false): Promise<ClientTls | undefined> {
    if (!https && !tlsOptionsFor(this.#options.config, tag)) return Promise.resolve(undefined);
    return this.#client(tag, undefined);
  }

  close(): void {
    this.#closed = true;
    for (const material of this.#open) material.close();
    this.#open.clear();
    this.#clients.clear();
    this.#shared.clear();
    this.#expiry.close();
  }

  #client(tag: string, service: string | undefined): Promise<ClientTls> {
    return kept(this.#clients, tag, async () => {
      const { config } = this.#options;
      const options = tlsOptionsFor(config, tag) ?? defaultTlsOptions(tag);
      const name = options.serverName ?? service;
      const key = options.serverName === undefined ? `ssl.${tag}.serverName` : tlsKeyOf(config, tag, 'serverName');
      return new ServiceTls(options, { name, key }, await this.#sharedMaterial(options));
    });
  }

  #sharedMaterial(options: TlsOptions): Promise<FollowedMaterial> {
    const { caFile, certFile, keyFile, certPwdFile, cipherPlugin } = options;
    const key = JSON.stringify([caFile, certFile, keyFile, certPwdFile, cipherPlugin]);
    return kept(this.#shared, key, () => this.#followed(options));
  }

  async #followed(options: TlsOptions): Promise<FollowedMaterial> {
    const { logger, fileClock: clock = systemClock } = this.#options;
    const context = this.#contextOf(options);
    this.#warnOfOldVersion(options);
    const material = await FollowedMaterial.open({
      files: materialFiles(options, context).map(({ path }) => path),
      read: () => readMaterial(options, context),
      tag: options.tag,
      ...{ clock, logger },
    });
    if (this.#closed) material.close();
    else this.#open.add(material);
    const watchEnds = (): void => this.#expiry.watch(material.current);
    watchEnds();
    material.onChange(watchEnds);
    return material;
  }

  #contextOf({ tag, cipherPlugin }: TlsOptions): MaterialContext {
    const { config, ciphers } = this.#options;
    const keyOf = (field: Parameters<MaterialContext['keyOf']>[0]): string => tlsKeyOf(config, tag, field);
    return {
      keyOf,
      decrypt: async (written) => {
        // as `encryptValue` makes it, or the text alone
        const { cipher = cipherPlugin, text } = (isEncrypted(written) && readEncrypted(written)) || { text: written };
        ciphers.require(cipher, keyOf('cipherPlugin'));
        try {
          return await ciphers.decrypt(text, { cipher });
        } catch (error) {
          // what a cipher of somebody else's says may hold what it was given
          const why = ChassisError.is(error) ? `: ${error.message}` : '';
          const message = `${keyOf('certPwdFile')}: expected what the cipher "${cipher}" decrypts, got something else${why}`;
          throw coreError('TLS_INVALID', message);
        }
      },
    };
  }

  /** Any key of `ssl` turns TLS on, as in go-chassis: it is said what is missing, rather than served in the clear. */
  #requireServerFiles({ tag, certFile, keyFile, caFile, verifyPeer }: TlsOptions): void {
    const missing = !certFile ? 'certFile' : !keyFile ? 'keyFile' : verifyPeer && !caFile ? 'caFile' : undefined;
    if (missing === undefined) return;
    const { config } = this.#options;
    const why =
      missing === 'caFile'
        ? `the authorities of the clients' certificates, since ${tlsKeyOf(config, tag, 'verifyPeer')} is true`
        : 'a file, since other keys under `ssl` or under this tag turn TLS on for the listener';
    throw coreError('TLS_INVALID', `ssl.${tag}.${missing}: expected ${why}, got nothing`);
  }

  #warnOfOldVersion({ tag, minVersion }: TlsOptions): void {
    if (minVersion !== 'TLSv1' && minVersion !== 'TLSv1.1') return;
    const key = tlsKeyOf(this.#options.config, tag, 'protocol');
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#options.logger.warn(
      `${key}: versions below TLSv1.2 are broken (RFC 8996); they are allowed now, though no cipher suite that is allowed has them`,
    );
  }
}

/** One of each, made once; what failed is tried again. */
function kept<T>(all: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let made = all.get(key);
  if (!made) {
    made = make();
    all.set(key, made);
    made.catch(() => all.delete(key));
  }
  return made;
}
