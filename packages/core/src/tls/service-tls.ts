import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import type { Disposer } from '../clock/clock.js';
import type { FollowedMaterial } from './followed-material.js';
import type { Material } from './read-material.js';
import { onePerType, secureOptions } from './secure-options.js';
import type { ClientTls } from './tls-material.js';
import type { TlsOptions } from './tls-options.js';

/** Whom a {@link ServiceTls} expects. */
export interface ExpectedName {
  /** Undefined: the host that is connected to. */
  readonly name: string | undefined;
  /** The key that would say another. */
  readonly key: string;
}

/** The TLS of calls to one service, over material that follows its files. */
export class ServiceTls implements ClientTls {
  #made: { readonly from: Material; readonly connect: ConnectionOptions } | undefined;

  constructor(
    readonly options: TlsOptions,
    private readonly expected: ExpectedName,
    private readonly material: FollowedMaterial,
  ) {}

  connect(): ConnectionOptions {
    const { current } = this.material;
    if (this.#made?.from !== current) this.#made = { from: current, connect: this.#connect(current) };
    return this.#made.connect;
  }

  onChange(run: () => void): Disposer {
    return this.material.onChange(run);
  }

  #connect(material: Material): ConnectionOptions {
    const { options } = this;
    const { name } = this.expected;
    const secure = secureOptions(options, material, onePerType(material.pairs));
    return {
      // versions and suites are looked at by some beside the context
      ...{ minVersion: secure.minVersion, maxVersion: secure.maxVersion, ciphers: secure.ciphers },
      secureContext: createSecureContext(secure),
      rejectUnauthorized: options.verifyPeer,
      // an address is no name to ask for (RFC 6066, 3), though a certificate may bear it
      ...(name !== undefined && isIP(name) === 0 && { servername: name }),
      checkServerIdentity: (host, certificate) => this.#identity(name ?? host, certificate),
    };
  }

  #identity(name: string, certificate: PeerCertificate): Error | undefined {
    const fault = checkServerIdentity(name, certificate);
    if (!fault) return undefined;
    const borne = certificate.subjectaltname ?? `CN:${String(certificate.subject?.CN)}`;
    fault.message = `expected a certificate of "${name}" (${this.expected.key} says another name), got one of ${borne}`;
    return fault;
  }
}
